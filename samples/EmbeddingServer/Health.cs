using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmbeddingServer;

/// <summary>Whether the server lives, and whether it should be sent requests: two questions.</summary>
internal static class Health
{
    public static void AddHealth(this WebApplicationBuilder builder, ModelCatalogBuilder models)
    {
        IHealthChecksBuilder checks = builder.Services.AddHealthChecks().AddCheck<Stopping>("stopping");
        foreach ((string name, Func<IServiceProvider, IHealthCheck> check) in models.Checks)
        {
            checks.Add(new HealthCheckRegistration(name, check, failureStatus: null, tags: null));
        }
    }

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        // It lives if it answers; a full queue or a model that is still loaded is no reason to start it anew.
        app.MapGet("/ping", () => "pong").WithTags("Health").WithSummary("Lives").WithMetadata(OpenToAll.Instance);
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).WithMetadata(OpenToAll.Instance);

        // Ready are models that are loaded and warm. A queue that is full now has room in a moment (degraded, and 200): who sends requests elsewhere for that
        // moves the load from server to server.
        app.MapHealthChecks("/health/ready").WithMetadata(OpenToAll.Instance);
        app.MapHealthChecks("/health").WithMetadata(OpenToAll.Instance);
    }

    /// <summary>Unhealthy from the signal to stop on, so that no more requests are sent here while the last ones are finished.</summary>
    private sealed class Stopping(IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
            lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("The server is shutting down.") : HealthCheckResult.Healthy());
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GeneratedEncoder.Text;

/// <summary>
/// Whether a pipeline that <c>AddEncoderPipeline</c> added can take calls: <c>services.AddHealthChecks().AddCheck&lt;EncoderHealthCheck&lt;MiniLm&gt;&gt;("minilm")</c>.
/// Unhealthy while it isn't loaded and warm, degraded while as much work waits as may, healthy else.
/// </summary>
/// <typeparam name="T">The generated encoder.</typeparam>
/// <param name="services">The services that the pipeline was added to.</param>
/// <param name="key">Its key, if it has one.</param>
public sealed class EncoderHealthCheck<T>(IServiceProvider services, object? key = null) : IHealthCheck
    where T : class, ITransformerEncoder<T>
{
    /// <summary>Says how it is.</summary>
    /// <param name="context">The check's name, and what is to be said where it fails.</param>
    /// <param name="cancellationToken">Not needed: it answers at once.</param>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (EncoderServiceCollectionExtensions.HostOf<T>(services, key).Ready is not { Service: { IsDisposed: false } service })
        {
            return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, $"{T.ModelInfo.Name} isn't loaded."));
        }

        long waiting = service.WaitingTokens, most = service.MaxWaitingTokens;
        Dictionary<string, object> data = new() { ["waiting_tokens"] = waiting, ["max_waiting_tokens"] = most };
        return Task.FromResult(waiting < most
            ? HealthCheckResult.Healthy($"{service.Model} takes calls.", data)
            : HealthCheckResult.Degraded($"{service.Model} has about {waiting} tokens waiting, and at most {most} may.", exception: null, data));
    }
}

using GeneratedEncoder.Text;
using OpenTelemetry.Metrics;

namespace EmbeddingServer;

/// <summary>What is measured, for Prometheus at /metrics.</summary>
internal static class Telemetry
{
    public static void AddTelemetry(this WebApplicationBuilder builder) => builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
        .AddMeter(EncoderTelemetry.MeterName)
        .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
        .AddPrometheusExporter());
}

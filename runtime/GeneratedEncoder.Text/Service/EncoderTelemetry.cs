namespace GeneratedEncoder.Text;

/// <summary>
/// Names under which asynchronous calls are measured, for <c>AddMeter</c> and <c>AddSource</c> of OpenTelemetry or a
/// <see cref="System.Diagnostics.Metrics.MeterListener"/>. Nothing is measured while nobody listens, and nothing that texts say is ever told.
/// </summary>
/// <remarks>
/// Metrics are <c>gen_ai.client.operation.duration</c> and <c>gen_ai.client.token.usage</c> of OpenTelemetry's conventions for generative AI, and of
/// this library <c>generated_encoder.waiting_tokens</c>, <c>generated_encoder.pack.tokens</c>, <c>generated_encoder.pack.texts</c> and
/// <c>generated_encoder.rejections</c>. Activities are named by operation and model: "embeddings all-MiniLM-L6-v2".
/// </remarks>
public static class EncoderTelemetry
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "GeneratedEncoder";

    /// <summary>Name of the source of activities.</summary>
    public const string ActivitySourceName = "GeneratedEncoder";
}

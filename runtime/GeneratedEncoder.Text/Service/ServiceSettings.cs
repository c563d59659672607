namespace GeneratedEncoder.Text;

/// <summary>Options as they were when a pipeline was made; whoever made them may change them later.</summary>
internal sealed record ServiceSettings(int? MaxWaitingTokens, TimeSpan MaxWaitingTime, int PackTokens, int Threads)
{
    public static ServiceSettings Of(EncoderPipelineOptions options) =>
        new(options.Service.MaxWaitingTokens, options.Service.MaxWaitingTime, options.Service.PackTokens, options.Encoder.MaxConcurrentCalls);
}

namespace EmbeddingCluster;

/// <summary>The encoder with its threads and its queue, which a process has one of, whatever else it is.</summary>
internal static class EncoderHost
{
    /// <summary>A host of the encoder; its model loads when it is asked for, and is warm when the host has started.</summary>
    public static IHost Create()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.AddEncoderPipeline<MiniLm>();
        builder.Services.AddSingleton<EmbeddingModel>();
        return builder.Build();
    }
}

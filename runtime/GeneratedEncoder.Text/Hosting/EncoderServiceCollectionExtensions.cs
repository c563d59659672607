using GeneratedEncoder;
using GeneratedEncoder.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Pipelines in a service collection.</summary>
public static class EncoderServiceCollectionExtensions
{
    /// <summary>
    /// Adds a pipeline as a singleton, and its embedding generator. The host loads the model at its start and, unless
    /// <see cref="EncoderPipelineOptions.WarmUp"/> is false, warms it up; a wrong option or folder ends the start. Without a host the model is loaded when
    /// it is first asked for.
    /// </summary>
    /// <typeparam name="T">The generated encoder.</typeparam>
    /// <param name="services">Where to add it.</param>
    /// <param name="configure">Sets options; none if null. The logger factory is the collection's, unless this sets another.</param>
    /// <returns>The collection.</returns>
    public static IServiceCollection AddEncoderPipeline<T>(this IServiceCollection services, Action<EncoderPipelineOptions>? configure = null)
        where T : class, ITransformerEncoder<T> => Add<T>(services, key: null, section: null, configure);

    /// <summary>The same, with options from the configuration.</summary>
    /// <typeparam name="T">The generated encoder.</typeparam>
    /// <param name="services">Where to add it.</param>
    /// <param name="section">
    /// The configuration's section, whose keys are the options' names: <c>ModelFolder</c>, <c>Truncation</c>, <c>PromptName</c>, <c>Encoder:MaxConcurrentCalls</c>,
    /// <c>Service:MaxWaitingTokens</c>. A key or value that means nothing is an <see cref="OptionsValidationException"/> at start. It is read once.
    /// </param>
    /// <param name="configure">Sets further options; none if null.</param>
    /// <returns>The collection.</returns>
    public static IServiceCollection AddEncoderPipeline<T>(this IServiceCollection services, IConfiguration section, Action<EncoderPipelineOptions>? configure = null)
        where T : class, ITransformerEncoder<T>
    {
        ArgumentNullException.ThrowIfNull(section);
        return Add<T>(services, key: null, section, configure);
    }

    /// <summary>The same under a key: several models side by side, or one with several settings.</summary>
    /// <typeparam name="T">The generated encoder.</typeparam>
    /// <param name="services">Where to add it.</param>
    /// <param name="key">The key of the pipeline and of its generator.</param>
    /// <param name="configure">Sets options; none if null.</param>
    /// <returns>The collection.</returns>
    public static IServiceCollection AddKeyedEncoderPipeline<T>(this IServiceCollection services, object key, Action<EncoderPipelineOptions>? configure = null)
        where T : class, ITransformerEncoder<T>
    {
        ArgumentNullException.ThrowIfNull(key);
        return Add<T>(services, key, section: null, configure);
    }

    /// <summary>The same under a key, with options from the configuration.</summary>
    /// <typeparam name="T">The generated encoder.</typeparam>
    /// <param name="services">Where to add it.</param>
    /// <param name="key">The key of the pipeline and of its generator.</param>
    /// <param name="section">The configuration's section, whose keys are the options' names.</param>
    /// <param name="configure">Sets further options; none if null.</param>
    /// <returns>The collection.</returns>
    public static IServiceCollection AddKeyedEncoderPipeline<T>(
        this IServiceCollection services, object key, IConfiguration section, Action<EncoderPipelineOptions>? configure = null)
        where T : class, ITransformerEncoder<T>
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(section);
        return Add<T>(services, key, section, configure);
    }

    private static IServiceCollection Add<T>(IServiceCollection services, object? key, IConfiguration? section, Action<EncoderPipelineOptions>? configure)
        where T : class, ITransformerEncoder<T>
    {
        ArgumentNullException.ThrowIfNull(services);

        // Options have names and services keys: each pipeline's options have a name of their own.
        string name = key is null ? typeof(T).FullName! : $"{typeof(T).FullName} {key}";
        OptionsBuilder<EncoderPipelineOptions> options = services.AddOptions<EncoderPipelineOptions>(name);
        options.Configure<IServiceProvider>((value, provider) => value.LoggerFactory = (ILoggerFactory?)provider.GetService(typeof(ILoggerFactory)));
        if (section is not null)
        {
            options.Configure(value => EncoderConfiguration.Bind(section, value, name));
        }

        if (configure is not null)
        {
            options.Configure(configure);
        }

        options.Validate(EncoderConfiguration.HasFolder<T>, $"ModelFolder must name a folder: {T.ModelInfo.Name} was not made from a model folder that the build copies.");
        options.ValidateOnStart();

        services.AddKeyedSingleton(key ?? typeof(T), (provider, _) => new EncoderHost<T>(
            provider.GetRequiredService<IOptionsMonitor<EncoderPipelineOptions>>().Get(name), (ILoggerFactory?)provider.GetService(typeof(ILoggerFactory))));
        services.AddSingleton<IHostedService>(provider => HostOf<T>(provider, key));
        if (key is null)
        {
            services.AddSingleton(provider => HostOf<T>(provider, key).Pipeline);
            services.AddSingleton(provider => HostOf<T>(provider, key).Generator);
            services.AddSingleton<IEmbeddingGenerator>(provider => HostOf<T>(provider, key).Generator);
        }
        else
        {
            services.AddKeyedSingleton(key, (provider, _) => HostOf<T>(provider, key).Pipeline);
            services.AddKeyedSingleton(key, (provider, _) => HostOf<T>(provider, key).Generator);
            services.AddKeyedSingleton<IEmbeddingGenerator>(key, (provider, _) => HostOf<T>(provider, key).Generator);
        }

        return services;
    }

    /// <summary>What keeps a pipeline that was added.</summary>
    internal static EncoderHost<T> HostOf<T>(IServiceProvider provider, object? key)
        where T : class, ITransformerEncoder<T> => provider.GetRequiredKeyedService<EncoderHost<T>>(key ?? typeof(T));
}

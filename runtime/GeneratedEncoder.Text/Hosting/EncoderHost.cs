using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GeneratedEncoder.Text;

/// <summary>A pipeline in a service collection: loaded and warmed up when the host starts, or else when it is first asked for.</summary>
internal sealed partial class EncoderHost<T>(EncoderPipelineOptions options, ILoggerFactory? loggers) : IHostedService, IDisposable
    where T : class, ITransformerEncoder<T>
{
    /// <summary>Tokens of the texts, and how often they are computed: more than once, since the first time the compiler's work is measured with them.</summary>
    private const int ShortText = 8, LongText = 256, WarmUpRounds = 4;

    private readonly ILogger? _logger = loggers?.CreateLogger("GeneratedEncoder.Text.EncoderPipeline");
    private readonly Lock _loading = new();
    private EncoderPipeline<T>? _pipeline;
    private IEmbeddingGenerator<string, Embedding<float>>? _generator;
    private volatile EncoderPipeline<T>? _ready;
    private bool _isDisposed;

    /// <summary>The pipeline, which is loaded now if it isn't yet.</summary>
    public EncoderPipeline<T> Pipeline
    {
        get
        {
            lock (_loading)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                return _pipeline ??= EncoderPipeline.Load<T>(folder: null, options);
            }
        }
    }

    /// <summary>Its generator.</summary>
    public IEmbeddingGenerator<string, Embedding<float>> Generator
    {
        get
        {
            EncoderPipeline<T> pipeline = Pipeline;
            lock (_loading)
            {
                return _generator ??= pipeline.AsIEmbeddingGenerator();
            }
        }
    }

    /// <summary>The pipeline, if it is loaded and warm.</summary>
    public EncoderPipeline<T>? Ready => _ready;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        EncoderPipeline<T> pipeline = await Task.Factory.StartNew(() => Pipeline, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        if (options.WarmUp)
        {
            // For each thread a short text and one that keeps it busy for longer than the others take to wake.
            int[] tokens = [.. Enumerable.Range(0, 2 * options.Encoder.MaxConcurrentCalls).Select(i => Math.Min(pipeline.Info.MaxTokens, i % 2 == 0 ? LongText : ShortText))];
            for (int round = 0; round < WarmUpRounds; round++)
            {
                await pipeline.WarmUpAsync(tokens, cancellationToken).ConfigureAwait(false);
            }
        }

        _ready = pipeline;
        if (_logger is not null)
        {
            Started(_logger, pipeline.Info.Name, Stopwatch.GetElapsedTime(start).TotalMilliseconds, pipeline.Service.MaxWaitingTokens, options.Encoder.MaxConcurrentCalls);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        lock (_loading)
        {
            _isDisposed = true;
            _pipeline?.Dispose();
        }
    }

    [LoggerMessage(
        EventId = 2, EventName = "EncoderStarted", Level = LogLevel.Information,
        Message = "{Model} is ready after {Milliseconds:0} ms: {Threads} threads, and at most {MaxWaitingTokens} tokens wait for them.")]
    private static partial void Started(ILogger logger, string model, double milliseconds, long maxWaitingTokens, int threads);
}

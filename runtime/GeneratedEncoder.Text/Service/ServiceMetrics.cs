using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GeneratedEncoder.Text;

/// <summary>What is measured of asynchronous calls, by OpenTelemetry's conventions for generative AI where they have a name for it.</summary>
internal static class ServiceMetrics
{
    private const string OperationName = "gen_ai.operation.name", ProviderName = "gen_ai.provider.name", RequestModel = "gen_ai.request.model",
        ResponseModel = "gen_ai.response.model", TokenType = "gen_ai.token.type", InputTokens = "gen_ai.usage.input_tokens", ErrorType = "error.type";

    /// <summary>What the provider is called, here and in the metadata of the generator.</summary>
    public const string Provider = "generated-encoder";

    private static readonly Meter Meter = new(EncoderTelemetry.MeterName);
    private static readonly ActivitySource Activities = new(EncoderTelemetry.ActivitySourceName);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "gen_ai.client.operation.duration", "s", "Time that a call took, waiting included.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] });

    private static readonly Histogram<long> TokenUsages = Meter.CreateHistogram(
        "gen_ai.client.token.usage", "{token}", "Tokens that a call's texts had.",
        advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] });

    private static readonly Histogram<long> PackTokens = Meter.CreateHistogram(
        "generated_encoder.pack.tokens", "{token}", "Tokens that went through the encoder together.",
        advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [4, 8, 16, 32, 48, 64, 128, 256, 512, 1024, 2048, 4096, 8192] });

    private static readonly Histogram<long> PackTexts = Meter.CreateHistogram(
        "generated_encoder.pack.texts", "{text}", "Texts that went through the encoder together.",
        advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32] });

    private static readonly Counter<long> Rejections = Meter.CreateCounter<long>("generated_encoder.rejections", "{call}", "Calls that were refused since too much work waited.");

    private static readonly Lock ServicesLock = new();
    private static readonly List<WeakReference<EncoderService>> Services = [];

    static ServiceMetrics() => Meter.CreateObservableGauge("generated_encoder.waiting_tokens", ObserveWaiting, "{token}", "About how many tokens wait for their turn.");

    /// <summary>Has a service's queue observed as long as it lives.</summary>
    public static void Add(EncoderService service)
    {
        lock (ServicesLock)
        {
            Services.RemoveAll(known => !known.TryGetTarget(out _));
            Services.Add(new WeakReference<EncoderService>(service));
        }
    }

    public static void Rejected(EncoderService service)
    {
        if (Rejections.Enabled)
        {
            Rejections.Add(1, new KeyValuePair<string, object?>(RequestModel, service.Model));
        }
    }

    public static void Computed(EncoderService service, InputPack pack)
    {
        if (PackTokens.Enabled)
        {
            PackTokens.Record(pack.Tokens, new KeyValuePair<string, object?>(RequestModel, service.Model));
        }

        if (PackTexts.Enabled)
        {
            PackTexts.Record(pack.Texts, new KeyValuePair<string, object?>(RequestModel, service.Model));
        }
    }

    /// <summary>Submits a request, and measures it if somebody listens.</summary>
    public static Task<TResult[]> Run<TResult>(EncoderService service, ServiceRequest<TResult> request)
    {
        if (Duration.Enabled || TokenUsages.Enabled || Activities.HasListeners())
        {
            return RunMeasured(service, request);
        }

        service.Submit(request);
        return request.Task;
    }

    private static async Task<TResult[]> RunMeasured<TResult>(EncoderService service, ServiceRequest<TResult> request)
    {
        string operation = request.Operation;
        TagList tags = new() { { OperationName, operation }, { ProviderName, Provider }, { RequestModel, service.Model }, { ResponseModel, service.Model } };
        using Activity? activity = Activities.StartActivity($"{operation} {service.Model}", ActivityKind.Internal, default(ActivityContext), tags);
        long start = Stopwatch.GetTimestamp();
        try
        {
            service.Submit(request);
            TResult[] results = await request.Task.ConfigureAwait(false);
            Duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
            tags.Add(TokenType, "input");
            TokenUsages.Record(request.Tokens, tags);
            activity?.SetTag(InputTokens, request.Tokens);
            return results;
        }
        catch (Exception e)
        {
            tags.Add(ErrorType, e.GetType().FullName);
            Duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
            activity?.SetTag(ErrorType, e.GetType().FullName).SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    private static List<Measurement<long>> ObserveWaiting()
    {
        List<Measurement<long>> measurements = [];
        lock (ServicesLock)
        {
            foreach (WeakReference<EncoderService> known in Services)
            {
                if (known.TryGetTarget(out EncoderService? service) && !service.IsDisposed)
                {
                    measurements.Add(new Measurement<long>(service.WaitingTokens, new KeyValuePair<string, object?>(RequestModel, service.Model)));
                }
            }
        }

        return measurements;
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Text;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// What an asynchronous call of a tiny encoder costs beside its text: with nobody who listens to the meter, with a listener, and the synchronous call.
/// </summary>
internal static class TelemetryCost
{
    /// <summary>Prints the table.</summary>
    public static int Run(Options options)
    {
        double seconds = options.Number("seconds", 2);
        Machine.Describe();
        using TemporaryFolder folder = new();
        string[] words = Vocabulary.Write(folder["vocab.txt"]);
        RandomModel.Create(EncoderShape.MiniLm, EncoderCase.Seed).Save(folder["model.safetensors"]);
        string text = Vocabulary.Texts(words, [5])[0];
        using EncoderPipeline<MiniLm> pipeline = EncoderPipeline.Load<MiniLm>(folder[""], new EncoderPipelineOptions { Encoder = new EncoderOptions { MaxConcurrentCalls = 1 } });
        MarkdownTable table = new(40, "5 tokens, one call after another", "us a call", "bytes a call");
        Measure("synchronous", () => pipeline.Embed(text));
        Measure("asynchronous, nobody listens", () => pipeline.EmbedAsync(text).GetAwaiter().GetResult());
        int measured = 0;
        using MeterListener listener = new() { InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == EncoderTelemetry.MeterName)
            {
                self.EnableMeasurementEvents(instrument);
            }
        } };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => measured++);
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => measured++);
        listener.Start();
        Measure("asynchronous, a listener to all metrics", () => pipeline.EmbedAsync(text).GetAwaiter().GetResult());
        Console.WriteLine($"\n- {measured} measurements were heard\n");
        return measured > 0 ? 0 : 1;

        void Measure(string name, Action call)
        {
            for (long warm = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(warm).TotalSeconds < seconds / 2;)
            {
                call();
            }

            long bytes = GC.GetTotalAllocatedBytes(precise: true), start = Stopwatch.GetTimestamp();
            int calls = 0;
            for (; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; calls++)
            {
                call();
            }

            double elapsed = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            table.Row(name, $"{elapsed / calls:F1}", $"{(GC.GetTotalAllocatedBytes(precise: true) - bytes) / calls}");
        }
    }
}

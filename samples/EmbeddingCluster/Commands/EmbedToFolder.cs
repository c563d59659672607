using System.Diagnostics;
using GeneratedEncoder.Text;
using Spectre.Console;

namespace EmbeddingCluster;

/// <summary>`embed` without a database: one machine, one process or several, results in files.</summary>
internal static class EmbedToFolder
{
    /// <summary>The most vectors of repeated texts that are kept for their next occurrence: about 100 MB of MiniLM's.</summary>
    private const int MaxKept = 65_536;

    /// <summary>Fills a folder with the vectors of a corpus.</summary>
    /// <param name="options">What is asked for; with a folder.</param>
    /// <param name="console">Is told how far it is.</param>
    /// <param name="cancellationToken">Ends it; run again, it goes on.</param>
    public static async Task<JobSummary> RunAsync(EmbedOptions options, IAnsiConsole console, CancellationToken cancellationToken)
    {
        CorpusFile corpus = new(options.Corpus, options.IdColumn, options.TextColumn);
        using IHost host = EncoderHost.Create();
        await host.StartAsync(cancellationToken);
        EmbeddingModel model = host.Services.GetRequiredService<EmbeddingModel>();
        CorpusSurvey survey = corpus.Survey(model.Fingerprint, options.ShardRows, cancellationToken);
        OutputFolder folder = new(options.Output!, survey.JobId, model.Name, survey.Rows, options.ShardRows);
        folder.Open();

        long start = Stopwatch.GetTimestamp();
        using CpuMeter cpu = new(model.Name);
        long computed = 0, underWay = 0;
        Dictionary<TextKey, float[]> kept = [];
        Task work = folder.FillAsync(corpus, EmbedAsync, cancellationToken);
        await new ProgressDisplay(console, options.NoProgress).ShowAsync(work, () =>
            Task.FromResult(new JobProgress(survey.JobId, survey.Rows, Math.Min(survey.Rows, folder.CountDoneRows() + Interlocked.Read(ref underWay)))));
        return new JobSummary(survey.Rows, survey.Distinct, computed, Stopwatch.GetElapsedTime(start), cpu.Read());

        async Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(IReadOnlyList<CorpusRow> rows, CancellationToken token)
        {
            TextKey[] keys = [.. rows.Select(row => TextKey.Of(model.Fingerprint, row.Text))];
            Dictionary<TextKey, string> missing = [];
            foreach ((TextKey key, CorpusRow row) in keys.Zip(rows))
            {
                if (!kept.ContainsKey(key))
                {
                    missing[key] = row.Text;
                }
            }

            float[][] vectors = await model.EmbedAsync(missing.Values, new Counter(done => Interlocked.Exchange(ref underWay, done)), token);
            computed += vectors.Length;
            Interlocked.Exchange(ref underWay, 0);
            Dictionary<TextKey, float[]> found = missing.Keys.Zip(vectors).ToDictionary();
            ReadOnlyMemory<float>[] result = [.. keys.Select(key => (ReadOnlyMemory<float>)(found.TryGetValue(key, out float[]? vector) ? vector : kept[key]))];
            foreach ((TextKey key, float[] vector) in found)
            {
                if (kept.Count < MaxKept && survey.Repeated.Contains(key))
                {
                    kept.Add(key, vector);
                }
            }

            return result;
        }
    }

    /// <summary>Tells at once; <see cref="Progress{T}"/> would do it some time later, on another thread.</summary>
    private sealed class Counter(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}

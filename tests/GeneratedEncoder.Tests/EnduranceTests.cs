namespace GeneratedEncoder.Tests;

/// <summary>
/// Calls leave nothing behind: no memory, thread, handle, nor a reason to collect garbage. The benchmarks' soak does this for ten
/// minutes and plots it.
/// </summary>
public sealed class EnduranceTests
{
    [Fact]
    public void Thousands_of_calls_of_random_shapes() =>
        ChildProcess.Run(["endurance", nameof(OddGelu), nameof(OddVectors), nameof(Mpnet), nameof(WideClassifier), nameof(BertWords), nameof(LargeVocabulary),
            nameof(Modernbert), nameof(JinaClassifier), nameof(DebertaV2Conv), nameof(T5Gated), nameof(GemmaEmbedding), nameof(OddGeluInt8), nameof(OddGeluBFloat16)]);
}

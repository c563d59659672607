namespace GeneratedEncoder.Tests;

/// <summary>64 threads on several instances at once, on all processors and on one.</summary>
public sealed class CrowdTests
{
    private static readonly string[] s_encoders =
        [nameof(OddGelu), nameof(OddVectors), nameof(Mpnet), nameof(WideClassifier), nameof(RobertaClassifier), nameof(BertLabeller), nameof(BertWords), nameof(LargeVocabulary),
            nameof(Modernbert), nameof(GteWords), nameof(DebertaClassifier), nameof(GemmaEmbedding), nameof(BertWordsInt8), nameof(MpnetBFloat16)];

    [Fact]
    public void Every_call_gives_the_bits_that_it_gives_alone() => Crowd.Run([.. s_encoders.Select(EncoderCase.Named)], calls: 40);

    /// <summary>A container's quota of one processor: threads that wait must not keep those that work from it.</summary>
    [SkippableFact]
    public void Also_where_all_threads_share_one_processor()
    {
        Skip.IfNot(File.Exists("/usr/bin/taskset"), "Without taskset a process can't be held to one processor.");
        ChildProcess.RunUnder(["/usr/bin/taskset", "--cpu-list", "0"], ["crowd", "10", .. s_encoders]);
    }

    /// <summary>As where a quota came after the process had started: it believes in four processors, and has one.</summary>
    [SkippableFact]
    public void Also_where_the_process_believes_in_more_processors_than_it_gets()
    {
        Skip.IfNot(File.Exists("/usr/bin/taskset"), "Without taskset a process can't be held to one processor.");
        ChildProcess.RunUnder(["/usr/bin/taskset", "--cpu-list", "0"], ["crowd", "10", .. s_encoders], ("DOTNET_PROCESSOR_COUNT", "4"));
    }
}

namespace GeneratedEncoder.Benchmarks;

/// <summary>Ours against ONNX Runtime, and against what the machine could do; all with the same weights.</summary>
internal static class Peers
{
    /// <summary>How far outputs may be apart that are to be called the same.</summary>
    public const double LargestDifference = 1e-3;

    private const int MillisecondsToSettle = 60;

    /// <summary>Prints the parts that were asked for. Returns 1 where outputs differ, or are wrong.</summary>
    public static int Run(Options options)
    {
        EncoderCase[] encoders = options.Encoders("shapes", "minilm,tiny,base");
        int[] lengths = options.Lengths("lengths", "4,8,16,32,64,128,256,512");
        int[] threads = options.Threads("threads", Environment.ProcessorCount > 1 ? "1,2" : "1");
        double seconds = options.Number("seconds", 2.5);
        string only = options.Word("only", "all", "all", "table", "narrow", "ragged", "widths");

        Machine.Describe();
        bool agree = true;
        if (only is "all" or "table")
        {
            agree &= PeerTable.Print(encoders, lengths, threads, seconds);
        }

        if (only is "all" or "narrow")
        {
            agree &= NarrowTable.Print(encoders, lengths, threads, seconds);
        }

        if (only is "all" or "ragged")
        {
            agree &= RaggedBatch.Print(threads, seconds);
        }

        if (only is "all" or "widths")
        {
            Widths.Print(seconds);
        }

        return agree ? 0 : 1;
    }

    /// <summary>
    /// What to do before a turn of several threads: wait, because ONNX Runtime's threads go on spinning after a call, on
    /// cores that the next contestant's threads want (for 40 ms, as measured with version 1.31).
    /// </summary>
    public static Action? Settle(int threads) => threads > 1 ? () => Thread.Sleep(MillisecondsToSettle) : null;
}

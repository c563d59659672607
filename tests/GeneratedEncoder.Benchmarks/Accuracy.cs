namespace GeneratedEncoder.Benchmarks;

/// <summary>What narrow weights cost: real models over a corpus, and errors by depth.</summary>
internal static class Accuracy
{
    /// <summary>Prints the parts that were asked for. Returns 1 where an output is wrong.</summary>
    public static int Run(Options options)
    {
        int every = (int)options.Number("every", 1), texts = (int)options.Number("texts", 4);
        string only = options.Word("only", "all", "all", "models", "depth");
        Machine.Describe();
        bool right = true;
        if (only is "all" or "models")
        {
            right &= RealAccuracy.Print(every);
        }

        if (only is "all" or "depth")
        {
            DepthErrors.Print(texts);
        }

        return right ? 0 : 1;
    }
}

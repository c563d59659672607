using System.Diagnostics;
using GeneratedEncoder.Benchmarks.Parts;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>The same encoder on each vector width that .NET's environment variables can choose, in a process each.</summary>
internal static class Widths
{
    private const string Avx512 = "DOTNET_EnableAVX512";
    private const string PreferredBits = "DOTNET_PreferredVectorBitWidth";
    private const char Separator = '\t';
    private const string Lengths = "32,128,512";

    private static readonly (string Name, string Variable, string? Value)[] s_widths =
    [
        ("widest", Avx512, null),
        ($"Vector256 only ({PreferredBits}=256)", PreferredBits, "256"),
        ($"AVX2 only ({Avx512}=0)", Avx512, "0"),
    ];

    /// <summary>Prints one table for all widths.</summary>
    public static void Print(double seconds)
    {
        Console.WriteLine("""
            ## Vector widths

            minilm's shape, one thread, each width in a process of its own, with the FMA peak of that width in the same process.
            AVX2 only has 16 vector registers; Vector256 only has AVX-512's 32.

            """);
        EncoderCase encoder = EncoderCase.Named("minilm");
        using TemporaryFolder folder = new();
        RandomModel.Create(encoder.Shape, EncoderCase.Seed).Save(folder["model.safetensors"]);
        MarkdownTable table = new(51, "width", "code", "n", "ms", "GFLOP/s", "its FMA peak", "% of it", "peak now");
        foreach ((string name, string variable, string? value) in s_widths)
        {
            Progress.Report($"widths: {name}");
            Dictionary<string, string?> environment = new() { [Avx512] = null, [PreferredBits] = null, [variable] = value };
            using Process child = ChildProcess.Start(environment, "width", folder["model.safetensors"], Lengths, $"{seconds}");
            while (child.StandardOutput.ReadLine() is string line)
            {
                table.Row([name, .. line.Split(Separator)]);
            }

            child.WaitForExit();
            if (child.ExitCode != 0)
            {
                throw new InvalidOperationException($"The process for '{name}' failed.");
            }
        }

        Console.WriteLine();
    }

    /// <summary>The child: prints a row's cells for each length, separated by tabs.</summary>
    public static int Run(string[] args)
    {
        if (args is not [string path, string tokenCounts, string seconds])
        {
            throw new UsageException("width takes <model file> <lengths> <seconds>.");
        }

        Options options = new(["--lengths", tokenCounts, "--seconds", seconds], "lengths", "seconds");
        EncoderCase encoder = EncoderCase.Named("minilm");
        using LoadedEncoder loaded = encoder.Load(path);
        string code = new GeneratedCode(loaded.Instance.GetType()).Path.Name;
        using Crew alone = new(1);
        FmaPeak peak = FmaPeak.Measure(alone);
        foreach (int tokens in options.Lengths("lengths", Lengths))
        {
            int[] ids = encoder.Ids(tokens);
            float[] hidden = new float[tokens * encoder.Shape.HiddenSize];
            Timing[] timings = Rounds.Measure([new(() => loaded.Encode(ids, hidden)), new(peak.Burst)], options.Number("seconds", 1));
            double speed = Flops.Call(encoder.Shape, tokens) / timings[0].Median / 1e6;
            double now = peak.BurstFlops / timings[1].Median / 1e6;
            Console.WriteLine(string.Join(
                Separator, code, tokens, $"{timings[0].Median:F3}", $"{speed:F1}", $"{peak.Widest:F1}", $"{speed / peak.Widest:P0}", $"{now:F0}"));
        }

        return 0;
    }
}

using GeneratedEncoder.Oracles;
using GeneratedEncoder.Stress;

namespace GeneratedEncoder.Benchmarks;

/// <summary>How errors against float64 grow with depth, beside ONNX Runtime's on the same inputs.</summary>
internal static class Errors
{
    /// <summary>Prints a row a case, two columns a depth.</summary>
    public static int Run(Options options)
    {
        int texts = (int)options.Number("texts", 20);
        Machine.Describe();
        Console.WriteLine($"Errors against float64 of last hidden states of order 1, ours / ONNX Runtime's (float32, plain graph): root mean square, geometric mean over {texts} texts.");
        Console.WriteLine();
        MarkdownTable table = new(16, ["", .. DeepEncoder.All.Select(encoder => encoder.Name)]);
        foreach (string name in StressCase.All(maxTokens: 1).Select(stress => stress.Name))
        {
            table.Row([name, .. DeepEncoder.All.Select(encoder =>
            {
                ErrorGrowth errors = ErrorGrowth.Measure(encoder, StressCase.All(encoder.Shape.MaxTokens).Single(stress => stress.Name == name), texts);
                return $"{errors.Ours:e1} / {errors.Peer:e1}";
            })]);
        }

        return 0;
    }
}

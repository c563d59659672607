extern alias generator;

using System.Runtime.Intrinsics;
using System.Text;
using generator::GeneratedEncoder.Generator.Emit;
using generator::GeneratedEncoder.Generator.Plan;
using generator::GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Oracles;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// What the plan's decisions about tiles are worth: the generator writes MiniLM's encoder with other tiles, the compiler
/// compiles each, and they are timed in turn. So every shape that a reason in <c>SimdPath</c> names can be measured again.
/// </summary>
internal static class Tiles
{
    private static readonly string s_source = $"""
        [GeneratedEncoder.TransformerEncoder(
            HiddenSize = {EncoderShape.MiniLm.HiddenSize}, NumHiddenLayers = {EncoderShape.MiniLm.NumHiddenLayers},
            NumAttentionHeads = {EncoderShape.MiniLm.NumAttentionHeads}, IntermediateSize = {EncoderShape.MiniLm.IntermediateSize},
            MaxPositionEmbeddings = 512, VocabSize = {EncoderShape.MiniLm.VocabSize}, TypeVocabSize = 2, HiddenAct = GeneratedEncoder.HiddenAct.Gelu)]
        public sealed partial class Encoder;
        """;

    /// <summary>What a generator asks the compiler for.</summary>
    private const string EmbeddedAttribute = "namespace Microsoft.CodeAnalysis; internal sealed class EmbeddedAttribute : System.Attribute;";

    /// <summary>Prints one table for all lengths.</summary>
    public static int Run(Options options)
    {
        int[] lengths = options.Lengths("lengths", "8,16,32,64,128,512");
        double seconds = options.Number("seconds", 5);
        EncoderCase minilm = EncoderCase.Named("minilm");
        using TemporaryFolder folder = new();
        RandomModel.Create(minilm.Shape, EncoderCase.Seed).Save(folder["model.safetensors"]);
        (string Name, SimdPath Path)[] variants = [.. Variants()];
        EncoderPlan plan = EncoderPlan.For(Spec());
        List<LoadedEncoder> encoders = [];
        foreach ((string name, SimdPath path) in variants)
        {
            Progress.Report($"compiling {name}");
            encoders.Add(Load(plan with { Paths = [path] }, folder["model.safetensors"]));
        }

        using Crew alone = new(1);
        FmaPeak peak = FmaPeak.Measure(alone);
        Machine.Describe();
        Console.WriteLine($"minilm's shape with other tiles, one thread, FMA peak {peak}. The first row is what is generated.");
        Console.WriteLine();
        MarkdownTable table = new(46, "tile", "n", "ms", "GFLOP/s", "over the first");
        foreach (int tokens in lengths)
        {
            Progress.Report($"n = {tokens}");
            int[] ids = minilm.Ids(tokens);
            float[] hidden = new float[tokens * minilm.Shape.HiddenSize];
            Timing[] timings = Rounds.Measure([.. encoders.Select(encoder => new Contestant(() => encoder.Encode(ids, hidden)))], seconds);
            for (int i = 0; i < variants.Length; i++)
            {
                double ms = timings[i].Median;
                table.Row(variants[i].Name, $"{tokens}", $"{ms:F3}", $"{Flops.Call(minilm.Shape, tokens) / ms / 1e6:F1}", $"{timings[0].Median / ms:F3} x");
            }
        }

        encoders.ForEach(encoder => encoder.Dispose());
        return 0;
    }

    /// <summary>The machine's path as it is generated, then with one number changed at a time, and the path of half the width.</summary>
    private static IEnumerable<(string Name, SimdPath Path)> Variants()
    {
        SimdPath own = Vector512.IsHardwareAccelerated ? SimdPath.V512 : SimdPath.V256;
        yield return (Name(own, ""), own);
        int[] rows = own.TilePanels == 2 ? [8, 10, 14] : [4, 5];
        foreach (int tileRows in rows)
        {
            SimdPath path = own with { TileRows = tileRows };
            yield return (Name(path, ""), path);
        }

        foreach (int step in new[] { 1, 2, 4 }.Except([own.KStep]))
        {
            SimdPath path = own with { KStep = step };
            yield return (Name(path, ""), path);
        }

        yield return (Name(own, ", nothing prefetched"), own with { Prefetches = false });
        if (own == SimdPath.V512)
        {
            yield return (Name(SimdPath.V256, ""), SimdPath.V256);
        }

        static string Name(SimdPath path, string more) =>
            $"{path.TileRows}x{path.TilePanels * Panel.Width}, {path.Lanes * 32} bits, K step {path.KStep}{more}";
    }

    private static EncoderSpec Spec()
    {
        CSharpCompilation compilation = Compilation([SourceText.From(s_source, Encoding.UTF8)]);
        INamedTypeSymbol type = compilation.GetTypeByMetadataName("Encoder")!;
        return SpecParser.Parse(type, type.GetAttributes().Single(), compilation, default);
    }

    /// <summary>The encoder of a plan, generated, compiled and loaded.</summary>
    private static LoadedEncoder Load(EncoderPlan plan, string modelPath)
    {
        using MemoryStream image = new();
        var result = Compilation([.. new[] { s_source, EmbeddedAttribute }.Select(source => SourceText.From(source, Encoding.UTF8)), .. Files(plan).Select(file => file.Text)]).Emit(image);
        if (!result.Success)
        {
            throw new InvalidOperationException(string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
        }

        Type type = System.Reflection.Assembly.Load(image.ToArray()).GetType("Encoder")!;
        object encoder = type.GetMethod("Load", [typeof(string), typeof(EncoderOptions)])!.Invoke(null, [modelPath, null])!;
        return new((IDisposable)encoder, type.GetMethod("Encode", [typeof(ReadOnlySpan<int>), typeof(Span<float>)])!.CreateDelegate<EncodeText>(encoder));
    }

    /// <summary>All that is generated where this is the only encoder.</summary>
    private static IEnumerable<(string HintName, SourceText Text)> Files(EncoderPlan plan) =>
        [.. EncoderEmitter.Emit(plan), .. SharedEmitter.Tiles(plan.Paths), .. SharedEmitter.Functions(plan.Paths, plan.Functions)];

    private static CSharpCompilation Compilation(IEnumerable<SourceText> sources) => CSharpCompilation.Create(
        "Tiles", sources.Select(source => CSharpSyntaxTree.ParseText(source)), GeneratorTimes.References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
}

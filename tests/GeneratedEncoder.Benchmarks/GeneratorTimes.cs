extern alias generator;

using System.Diagnostics;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// What the generator costs whoever compiles and types: whole runs in a warm compiler, and runs after a keystroke, as an IDE makes
/// them. The compiler's own work (parsing what was typed, binding its references) is not part of it; parsing what was generated is.
/// </summary>
internal sealed class GeneratorTimes
{
    private const int WarmUps = 100;

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(TransformerEncoderAttribute).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly List<double> _milliseconds = [];
    private readonly List<double> _kilobytes = [];
    private readonly string _name;
    private readonly SyntaxTree[] _trees;
    private readonly GeneratorDriver? _driver;
    private readonly int _edited;
    private int _edits;

    /// <param name="name">The table's row.</param>
    /// <param name="encoders">Encoders in the project.</param>
    /// <param name="edited">The source file that is typed in: 0 unrelated, 1 the first encoder's; null for whole runs.</param>
    private GeneratorTimes(string name, int encoders, int? edited)
    {
        _name = name;
        _trees = [Parse("class Unrelated { }"), .. Enumerable.Range(0, encoders).Select(i => Parse(Encoder(i)))];
        _edited = edited ?? 0;
        _driver = edited is null ? null : Driver().RunGenerators(Compile(_trees));
    }

    /// <summary>Prints the tables.</summary>
    public static int Run(Options options)
    {
        int rounds = (int)options.Number("rounds", 100);
        Machine.Describe();
        Console.WriteLine($"The generator, encoders of minilm's shape, medians of {rounds} rounds in turn.");
        Console.WriteLine();
        GeneratorTimes[] contestants =
        [
            new("1 encoder, whole run", 1, null), new("20 encoders, whole run", 20, null),
            new("1 encoder, keystroke elsewhere", 1, 0), new("20 encoders, keystroke elsewhere", 20, 0),
            new("20 encoders, comment beside one", 20, 1),
        ];
        for (int round = -WarmUps; round < rounds; round++)
        {
            foreach (GeneratorTimes contestant in contestants)
            {
                contestant.TakeTurn(timed: round >= 0);
            }
        }

        MarkdownTable table = new(34, "generator", "ms", "allocated kB");
        foreach (GeneratorTimes contestant in contestants)
        {
            table.Row(contestant._name, $"{Rounds.Median(contestant._milliseconds):F2}", $"{Rounds.Median(contestant._kilobytes):F0}");
        }

        Console.WriteLine();
        string[] files = [.. Driver().RunGenerators(Compile([Parse(Encoder(0))])).GetRunResult().GeneratedTrees.Select(tree => tree.ToString())];
        Console.WriteLine($"One encoder's {files.Length} files have {files.Sum(Encoding.UTF8.GetByteCount) / 1000.0:F0} kB and {files.Sum(file => file.Count(c => c == '\n'))} lines.");
        return 0;
    }

    private void TakeTurn(bool timed)
    {
        // Something else each time, so that no run is of a compilation that was seen before.
        SyntaxTree[] trees = [.. _trees];
        trees[_edited] = Parse($"{_trees[_edited]} // {_edits++}");
        CSharpCompilation compilation = Compile(trees);
        GeneratorDriver driver = _driver ?? Driver();

        long allocated = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        driver.RunGenerators(compilation);
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (timed)
        {
            _milliseconds.Add(milliseconds);
            _kilobytes.Add((GC.GetAllocatedBytesForCurrentThread() - allocated) / 1000.0);
        }
    }

    private static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(new generator::GeneratedEncoder.Generator.EncoderGenerator());

    private static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source);

    /// <summary>A compilation whose references are bound.</summary>
    private static CSharpCompilation Compile(IEnumerable<SyntaxTree> trees)
    {
        CSharpCompilation compilation = CSharpCompilation.Create("Demo", trees, s_references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        return compilation.GetSpecialType(SpecialType.System_Object).TypeKind == TypeKind.Class ? compilation : throw new InvalidOperationException("System.Object is missing.");
    }

    private static string Encoder(int i) => $$"""
        using GeneratedEncoder;

        namespace Demo;

        [TransformerEncoder(
            HiddenSize = 384, NumHiddenLayers = {{i + 1}}, NumAttentionHeads = 12, IntermediateSize = 1536, MaxPositionEmbeddings = 512,
            VocabSize = 30522, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Pooling = Pooling.Mean, Normalize = true)]
        public sealed partial class Encoder{{i}};
        """;
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>A newcomer's mistake is said where it was made: never by the compiler about code that they didn't write.</summary>
public sealed class WrongAttributesTests
{
    private const string Sizes = GeneratorHost.SmallSizes;

    /// <summary>Sources that don't compile, without their first line.</summary>
    public static TheoryData<string> Sources =>
    [
        // Missing: one, several, all.
        .. Sizes.Split(", ").Select((_, i) => Class(string.Join(", ", Sizes.Split(", ").Where((_, j) => j != i)))),
        Class("HiddenSize = 384"), Class(""), "[TransformerEncoder] public partial class Tiny;", Class("HiddenAct = HiddenAct.Gelu, VocabSize = 10"),

        // Of the wrong type, or no constant.
        Class(With("HiddenSize = \"384\"")), Class(With("HiddenSize = 384.0")), Class(With("HiddenSize = 16L")), Class(With("HiddenSize = null")),
        Class(With("HiddenSize = true")), Class(With("HiddenSize = 3000000000")), Class(With("HiddenSize = new[] { 16 }")), Class(With("HiddenSize = (int)double.NaN")),
        Class(With("HiddenSize = int.Parse(\"16\")")), Class(With("HiddenSize = Size")), Class(With("HiddenSize = 16 / 0")), Class(With("HiddenSize = ")),
        Class(With("HiddenAct = \"gelu\"")), Class(With("HiddenAct = Gelu")), Class(With("HiddenAct = HiddenAct.GELU")), Class(With("HiddenAct = 1")), Class(With("HiddenAct = Pooling.Mean")),
        Class(Sizes + ", Normalize = 1"), Class(Sizes + ", Normalize = \"true\""), Class(Sizes + ", LayerNormEps = \"1e-12\""), Class(Sizes + ", LayerNormEps = 1e-12m"),
        Class(Sizes + ", Pooling = null"), Class(Sizes + ", Pooling = \"mean\""), Class(Sizes + ", Model = \"tiny\""),

        // Named otherwise, twice, or as in other languages.
        Class(Sizes + ", Hidden = 3"), Class(Sizes + ", hidden_size = 16"), Class(Sizes + ", HiddenSize = 16"), Class(Sizes + ", VocabSize: 10"), Class("16, 1, 2, 32, 8"),
        Class(Sizes.Replace("HiddenSize", "hiddenSize")), Class(Sizes.Replace(" = ", ": ")), Class(Sizes.Replace(", ", " ")), Class("\"tiny\", 16"), Class("null, " + Sizes), Class("tiny"),

        // Out of range, or contradictory.
        Class(With("HiddenSize = 0")), Class(With("HiddenSize = -16")), Class(With("HiddenSize = 15")), Class(With("HiddenSize = int.MinValue")), Class(With("HiddenSize = int.MaxValue")),
        Class(With("NumHiddenLayers = 0")), Class(With("NumHiddenLayers = 100000")), Class(With("NumAttentionHeads = 0")), Class(With("NumAttentionHeads = 3")), Class(With("NumAttentionHeads = 32")),
        Class(With("IntermediateSize = 0")), Class(With("IntermediateSize = -1")), Class(With("MaxPositionEmbeddings = 0")), Class(With("MaxPositionEmbeddings = -8")),
        Class(With("HiddenAct = (HiddenAct)99")), Class(Sizes + ", Pooling = (Pooling)9"), Class(Sizes + ", NormPlacement = (NormPlacement)(-1)"), Class(Sizes + ", ModelType = (ModelType)50"),
        Class(Sizes + ", Head = (Head)50"), Class(Sizes + ", VocabSize = -1"), Class(Sizes + ", VocabSize = 10, TypeVocabSize = -1"), Class(Sizes + ", VocabSize = 10, PositionOffset = 8"),
        Class(Sizes + ", VocabSize = 10, PositionOffset = -1"), Class(Sizes + ", LayerNormEps = 0"), Class(Sizes + ", LayerNormEps = double.NaN"), Class(Sizes + ", LayerNormEps = double.PositiveInfinity"),
        Class(Sizes + ", MaxSeqLength = -1"), Class(Sizes + ", NumLabels = -1"), Class(Sizes + ", Head = Head.SequenceClassification"), Class(Sizes + ", Head = Head.MaskedLM"),
        Class(Sizes + ", VocabSize = 10, ModelType = ModelType.MPNet"), Class(Sizes + ", VocabSize = 10, ModelType = ModelType.Albert"), Class(Sizes + ", VocabSize = 10, NumHiddenGroups = 1"),
        Class(Sizes + ", VocabSize = 10, ModelType = ModelType.DistilBert, TypeVocabSize = 2"), Class(Sizes + ", VocabSize = 10, ModelType = ModelType.Electra, Head = Head.Pooler"),
        Class("\"tiny\""), Class("\"\""), Class("\"../tiny\""), Class("\"tiny\", HiddenSize = 16"), Class("(string)null"),

        // On something else than a class that can have it.
        Class(Sizes, "public class Tiny;"), Class(Sizes, "public static partial class Tiny;"), Class(Sizes, "public abstract partial class Tiny;"), Class(Sizes, "public partial record Tiny;"),
        Class(Sizes, "public partial class Tiny<T>;"), Class(Sizes, "file partial class Tiny;"), Class(Sizes, "public partial struct Tiny;"), Class(Sizes, "public partial interface ITiny;"),
        Class(Sizes, "public enum Tiny { A }"), Class(Sizes, "public delegate void Tiny();"), Class(Sizes, "public partial class Tiny : System.Exception;"), Class(Sizes, "public partial record struct Tiny;"),
        Class(Sizes, $"[TransformerEncoder({Sizes})] public partial class Tiny;"), Class(Sizes, "public partial class Tiny { } public class Tiny { }"),
        Class(Sizes, $"public partial class Tiny {{ }} [TransformerEncoder({Sizes})] partial class Tiny;"),
        Class(Sizes, "public partial class Tiny; partial struct Tiny;"), Class(Sizes, "private partial class Tiny;"), Class(Sizes, "public sealed abstract partial class Tiny;"), Class(Sizes, "partial class;"),
        $"class Outer {{ {Class(Sizes, "partial class Tiny;")} }}", $"class Outer {{ {Class(Sizes, "void Tiny() {{ }}")} }}", $"[assembly: TransformerEncoder({Sizes})]",
        Class(Sizes, "public partial class Tiny { public int HiddenSize; }"), Class(Sizes, "public partial class Tiny { class Weights; }"), Class(Sizes, "public partial class Tiny : System.IDisposable, Missing;"),
        Class(Sizes, "public partial class Tiny(int size);"), Class(Sizes, "public partial class Tiny { public required int Size { get; init; } }"),
        Class(Sizes, "public partial class Tiny { } partial class Tiny(int size);"), Class(Sizes, "public partial class Tiny { ~Tiny( }"),
    ];

    private static string Class(string attribute, string declaration = "public sealed partial class Tiny;") => $"[TransformerEncoder({attribute})] {declaration}";

    private static string With(string argument) =>
        string.Join(", ", Sizes.Split(", ").Select(one => one.Split(' ')[0] == argument.Split(' ')[0] ? argument : one));

    [Fact]
    public void There_are_many() => Assert.InRange(Sources.Count, 100, 1000);

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task It_is_reported_in_the_users_own_file_only(string source)
    {
        CSharpCompilation compilation = GeneratorHost.Compile($"using GeneratedEncoder;\n{source}");
        (_, Compilation output) = GeneratorHost.Run(compilation);

        Diagnostic[] errors = [.. output.GetDiagnostics().Concat(await GeneratorHost.AnalyzeAllAsync(output)).Where(d => d.Severity == DiagnosticSeverity.Error)];
        Assert.NotEmpty(errors);
        Assert.All(errors, error => Assert.True(error.Location.SourceTree == compilation.SyntaxTrees[0], error.ToString()));
    }
}

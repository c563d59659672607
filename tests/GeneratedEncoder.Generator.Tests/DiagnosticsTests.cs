using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>Each way to misuse the attribute gives one clear error at its own place, and no generated code.</summary>
public sealed class DiagnosticsTests
{
    [Theory]
    [InlineData("GE0003", "HiddenSize = 0", "HiddenSize = 0 is out of range; it must be 1 to 65536")]
    [InlineData("GE0003", "NumHiddenLayers = -1", "NumHiddenLayers = -1 is out of range; it must be 1 to 4096")]
    [InlineData("GE0003", "NumAttentionHeads = 0", "NumAttentionHeads = 0 is out of range; it must be 1 to 65536")]
    [InlineData("GE0003", "IntermediateSize = int.MaxValue", "IntermediateSize = 2147483647 is out of range; it must be 1 to 1048576")]
    [InlineData("GE0003", "VocabSize = -5", "VocabSize = -5 is out of range; it must be 0 to 2147483647")]
    [InlineData("GE0004", "NumAttentionHeads = 10", "NumAttentionHeads = 10 does not divide HiddenSize = 16; use 8 or 16")]
    [InlineData("GE0004", "NumAttentionHeads = 17", "NumAttentionHeads = 17 does not divide HiddenSize = 16; use 16")]
    [InlineData("GE0005", "PositionOffset = 8", "PositionOffset = 8 leaves none of MaxPositionEmbeddings = 8 rows for tokens; it must be smaller")]
    [InlineData("GE0006", "LayerNormEps = -1e-5", "LayerNormEps = -1E-05 must be a positive number that float can hold, such as 1e-12 (BERT) or 1e-5 (RoBERTa)")]
    [InlineData("GE0006", "LayerNormEps = double.NaN", "LayerNormEps = NaN must be a positive number that float can hold, such as 1e-12 (BERT) or 1e-5 (RoBERTa)")]
    [InlineData("GE0007", "HiddenAct = (HiddenAct)77", "HiddenAct = 77 is not one of its values: Relu, Gelu, GeluNew, Silu")]
    [InlineData("GE0007", "Head = (Head)9", "Head = 9 is not one of its values: None, Pooler, SequenceClassification, TokenClassification, MaskedLM")]
    [InlineData("GE0007", "Weights = (WeightFormat)9", "Weights = 9 is not one of its values: Float32, BFloat16, Int8")]
    [InlineData("GE0031", "Head = Head.SequenceClassification",
        "Head = SequenceClassification needs NumLabels, the number of its logits: as many as id2label in config.json has entries, 1 for a cross-encoder")]
    [InlineData("GE0031", "Head = Head.TokenClassification",
        "Head = TokenClassification needs NumLabels, the number of its logits: as many as id2label in config.json has entries, 1 for a cross-encoder")]
    [InlineData("GE0007", "Pooling = (Pooling)(-1)", "Pooling = -1 is not one of its values: Mean, Cls, Max, MeanSqrtLen, WeightedMean, LastToken")]
    [InlineData("GE0012", "NumHiddenGroups = 5", "NumHiddenGroups = 5 does not divide NumHiddenLayers = 12; use 4 or 6", "ModelType = ModelType.Albert, NumHiddenLayers = 12")]
    [InlineData("GE0012", "NumHiddenGroups = 13", "NumHiddenGroups = 13 does not divide NumHiddenLayers = 12; use 12", "ModelType = ModelType.Albert, NumHiddenLayers = 12")]
    [InlineData("GE0003", "RelativeAttentionNumBuckets = 3", "RelativeAttentionNumBuckets = 3 is out of range; it must be 4 to 511", "ModelType = ModelType.MPNet")]
    [InlineData("GE0003", "RelativeAttentionNumBuckets = 512", "RelativeAttentionNumBuckets = 512 is out of range; it must be 4 to 511", "ModelType = ModelType.MPNet")]
    [InlineData("GE0003", "EmbeddingSize = 65537", "EmbeddingSize = 65537 is out of range; it must be 0 to 65536", "ModelType = ModelType.Electra")]
    [InlineData("GE0010", "EmbeddingSize = 8",
        "EmbeddingSize = 8 does not exist in models of ModelType.XlmRoberta: their embeddings are as wide as their hidden states; only Electra and Albert project them",
        "ModelType = ModelType.XlmRoberta")]
    [InlineData("GE0010", "NumHiddenGroups = 1",
        "NumHiddenGroups = 1 does not exist in models of ModelType.Electra: each of their layers has weights of its own; only Albert's layers share them",
        "ModelType = ModelType.Electra")]
    [InlineData("GE0010", "RelativeAttentionNumBuckets = 32",
        "RelativeAttentionNumBuckets = 32 does not exist in models of ModelType.Bert: they have no biases for relative positions; only MPNet has", "")]
    [InlineData("GE0010", "TypeVocabSize = 2", "TypeVocabSize = 2 does not exist in models of ModelType.DistilBert: they have no token types", "ModelType = ModelType.DistilBert")]
    [InlineData("GE0010", "TypeVocabSize = 1", "TypeVocabSize = 1 does not exist in models of ModelType.MPNet: they have no token types",
        "ModelType = ModelType.MPNet, RelativeAttentionNumBuckets = 32")]
    [InlineData("GE0010", "NormPlacement = NormPlacement.Pre",
        "NormPlacement = Pre does not exist in models of ModelType.Camembert: their norms follow the sub-layers; only Bert and Roberta exist with the norms before",
        "ModelType = ModelType.Camembert")]
    [InlineData("GE0011", "ModelType = ModelType.MPNet",
        "ModelType.MPNet needs RelativeAttentionNumBuckets: config.json calls it relative_attention_num_buckets, and it is 32 as a rule")]
    [InlineData("GE0011", "ModelType = ModelType.Albert", "ModelType.Albert needs NumHiddenGroups: config.json calls it num_hidden_groups, and it is 1 as a rule")]
    public async Task A_value_that_makes_no_encoder_is_an_error_at_its_argument(string id, string argument, string message, string others = "")
    {
        string[] set = [.. others.Split(", ", StringSplitOptions.RemoveEmptyEntries), argument];
        string attribute = string.Join(", ", GeneratorHost.SmallSizes.Split(", ").Append("VocabSize = 10")
            .Where(a => !set.Any(one => one.Split(' ')[0] == a.Split(' ')[0])).Concat(set));

        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(GeneratorHost.Encoder(attribute));

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal(id, error.Id);
        Assert.Equal(DiagnosticSeverity.Error, error.Severity);
        Assert.Equal(message, error.GetMessage());
        Assert.Equal(argument, error.Location.SourceTree!.ToString().Substring(error.Location.SourceSpan.Start, error.Location.SourceSpan.Length));
        Assert.Equal(0, files);
    }

    [Fact]
    public async Task A_language_model_without_a_vocabulary_is_an_error_at_its_head()
    {
        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(GeneratorHost.Encoder(GeneratorHost.SmallSizes + ", Head = Head.MaskedLM"));

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal("GE0030", error.Id);
        Assert.Equal("Head = MaskedLM needs VocabSize: its logits are the vocabulary's, but without VocabSize the encoder takes vectors", error.GetMessage());
        Assert.Equal(0, files);
    }

    [Theory]
    [InlineData("DistilBert")]
    [InlineData("Electra")]
    public async Task A_pooler_that_the_architecture_does_not_have_is_an_error(string type)
    {
        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(GeneratorHost.Encoder(
            GeneratorHost.SmallSizes + $", VocabSize = 10, ModelType = ModelType.{type}, Head = Head.Pooler"));

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal("GE0032", error.Id);
        Assert.Equal($"Head = Pooler: {type} has no pooler; use Embed with Pooling = Pooling.Cls for the first token's vector", error.GetMessage());
        Assert.Equal(0, files);
    }

    [Theory]
    [InlineData("NumLabels = 3", "", "NumLabels = 3 has no effect: Head = None has no labels")]
    [InlineData("NumLabels = 3", ", Head = Head.Pooler", "NumLabels = 3 has no effect: Head = Pooler has no labels")]
    [InlineData("TieWordEmbeddings = false", "", "TieWordEmbeddings = false has no effect: Head = None has no decoder")]
    public async Task A_property_that_the_head_has_no_use_for_is_a_warning(string argument, string head, string message)
    {
        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(GeneratorHost.Encoder(GeneratorHost.SmallSizes + $", {argument}{head}"));

        Diagnostic warning = Assert.Single(diagnostics);
        Assert.Equal("GE0033", warning.Id);
        Assert.Equal(DiagnosticSeverity.Warning, warning.Severity);
        Assert.Equal(message, warning.GetMessage());
        Assert.True(files > 0);
    }

    [Fact]
    public async Task More_memory_than_can_be_addressed_is_an_error()
    {
        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(GeneratorHost.Encoder(
            "HiddenSize = 65536, NumHiddenLayers = 4096, NumAttentionHeads = 65536, IntermediateSize = 1048576, MaxPositionEmbeddings = 16777216, HiddenAct = HiddenAct.Relu"));

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal("GE0008", error.Id);
        Assert.Contains("GiB of weights", error.GetMessage(), StringComparison.Ordinal);
        Assert.Equal(0, files);
    }

    [Theory]
    [InlineData("GE0001", "public sealed class Tiny;", "'Tiny' can't be given its encoder: 'Tiny' is not partial; add the partial modifier")]
    [InlineData("GE0001", "public class Outer { public partial class Middle { [TransformerEncoder({0})] public partial class Tiny; } }",
        "'Tiny' can't be given its encoder: 'Outer' is not partial; add the partial modifier")]
    [InlineData("GE0002", "public static partial class Tiny;", "'Tiny' is static; an encoder has instances, each with its own weights; put [TransformerEncoder] on an ordinary class")]
    [InlineData("GE0002", "public abstract partial class Tiny;", "'Tiny' is abstract; an encoder's Load makes instances of it; put [TransformerEncoder] on an ordinary class")]
    [InlineData("GE0002", "public partial record Tiny;", "'Tiny' is a record; an encoder has no value equality; put [TransformerEncoder] on an ordinary class")]
    [InlineData("GE0002", "public partial class Tiny(int size);",
        "'Tiny' has a primary constructor; an encoder's Load makes instances of it; put [TransformerEncoder] on an ordinary class")]
    [InlineData("GE0002", "public partial class Tiny { public required int Size { get; init; } }",
        "'Tiny' has required members; an encoder's Load makes instances of it; put [TransformerEncoder] on an ordinary class")]
    [InlineData("GE0002", "public partial class Tiny<T>;", "'Tiny' is generic; an encoder's dimensions are constants; put [TransformerEncoder] on an ordinary class")]
    [InlineData("GE0002", "file partial class Tiny;", "'Tiny' is file-local; generated parts live in files of their own; put [TransformerEncoder] on an ordinary class")]
    public async Task A_class_that_can_not_be_an_encoder_is_an_error_at_its_name(string id, string declaration, string message)
    {
        string source = declaration.Contains("{0}", StringComparison.Ordinal)
            ? "using GeneratedEncoder;\n" + declaration.Replace("{0}", GeneratorHost.SmallSizes)
            : GeneratorHost.Encoder(declaration: declaration);

        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(source);

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal(id, error.Id);
        Assert.Equal(message, error.GetMessage());
        Assert.Equal("Tiny", error.Location.SourceTree!.ToString().Substring(error.Location.SourceSpan.Start, error.Location.SourceSpan.Length));
        Assert.Equal(0, files);
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp7_3, "7.3")]
    [InlineData(LanguageVersion.CSharp10, "10.0")]
    [InlineData(LanguageVersion.CSharp11, "11.0")]
    public async Task An_older_language_is_an_error_at_the_class(LanguageVersion version, string name)
    {
        CSharpParseOptions language = new(version);
        CSharpCompilation compilation = GeneratorHost.Compile(
            language, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary), $"using GeneratedEncoder; [TransformerEncoder({GeneratorHost.SmallSizes})] public partial class Tiny {{ }}");

        Diagnostic error = Assert.Single(await GeneratorHost.AnalyzeAllAsync(compilation), diagnostic => diagnostic.Severity > DiagnosticSeverity.Info);

        Assert.Equal("GE0014", error.Id);
        Assert.Equal($"'Tiny' can't be given its encoder: generated code needs C# 12, and the project is compiled as C# {name}; " +
            "remove LangVersion from the project file, or set 12.0 or later", error.GetMessage());
        (GeneratorRunResult result, Compilation output) = GeneratorHost.Run(compilation);
        Assert.Empty(GeneratorHost.Encoders(result));
        Assert.DoesNotContain(output.GetDiagnostics(), d => d.Severity >= DiagnosticSeverity.Warning && d.Location.SourceTree != compilation.SyntaxTrees[0]);
    }

    [Theory]
    [InlineData("TypeVocabSize = 2")]
    [InlineData("EmbeddingSize = 8, ModelType = ModelType.Electra")]
    public async Task A_property_without_effect_is_a_warning_and_the_encoder_is_generated(string arguments)
    {
        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(GeneratorHost.Encoder($"{GeneratorHost.SmallSizes}, {arguments}"));

        Diagnostic warning = Assert.Single(diagnostics);
        Assert.Equal("GE0009", warning.Id);
        Assert.Equal(DiagnosticSeverity.Warning, warning.Severity);
        Assert.True(files > 0);
    }

    [Theory]
    [InlineData("Roberta", "VocabSize = 10, ModelType = ModelType.Roberta")]
    [InlineData("Camembert", "VocabSize = 10, ModelType = ModelType.Camembert")]
    [InlineData("XlmRoberta", "VocabSize = 10, ModelType = ModelType.XlmRoberta")]
    [InlineData("MPNet", "VocabSize = 10, ModelType = ModelType.MPNet, RelativeAttentionNumBuckets = 32")]
    public async Task A_forgotten_offset_is_a_warning_and_one_of_zero_is_not(string type, string arguments)
    {
        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(GeneratorHost.Encoder($"{GeneratorHost.SmallSizes}, {arguments}"));

        Diagnostic warning = Assert.Single(diagnostics);
        Assert.Equal(("GE0034", DiagnosticSeverity.Warning), (warning.Id, warning.Severity));
        Assert.StartsWith($"PositionOffset is not set: in models of ModelType.{type} the first token has row 2", warning.GetMessage(), StringComparison.Ordinal);
        Assert.True(files > 0);
        Assert.Empty((await GeneratorHost.AnalyzeAsync(GeneratorHost.Encoder($"{GeneratorHost.SmallSizes}, {arguments}, PositionOffset = 0"))).Diagnostics);
    }

    [Fact]
    public async Task More_tokens_than_positions_are_a_warning()
    {
        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(
            GeneratorHost.Encoder($"{GeneratorHost.SmallSizes}, VocabSize = 10, PositionOffset = 2, MaxSeqLength = 7"));

        Diagnostic warning = Assert.Single(diagnostics);
        Assert.Equal(("GE0035", DiagnosticSeverity.Warning), (warning.Id, warning.Severity));
        Assert.Equal("MaxSeqLength = 7 has no effect: MaxPositionEmbeddings = 8 has rows for 6 tokens", warning.GetMessage());
        Assert.True(files > 0);
    }

    [Theory]
    [InlineData("HiddenSize = 100", "HiddenSize = 100: products compute 112 columns for 100, 11 % of them padding; a multiple of 16 has none")]
    [InlineData("IntermediateSize = 777", "IntermediateSize = 777: products compute 784 columns for 777, 1 % of them padding; a multiple of 16 has none")]
    [InlineData("NumAttentionHeads = 2", "HeadSize = HiddenSize / NumAttentionHeads = 24: products compute 32 columns for 24, 25 % of them padding; a multiple of 16 has none")]
    public async Task A_dimension_that_does_not_fill_its_vectors_is_a_note_that_the_header_repeats(string argument, string message)
    {
        string attribute = "HiddenSize = 48, NumHiddenLayers = 1, NumAttentionHeads = 3, IntermediateSize = 32, MaxPositionEmbeddings = 8, HiddenAct = HiddenAct.Relu";
        string set = argument.Split(' ')[0];
        string source = GeneratorHost.Encoder(string.Join(", ", attribute.Split(", ").Select(one => one.StartsWith(set, StringComparison.Ordinal) ? argument : one))
            .Replace("NumAttentionHeads = 3", set == "HiddenSize" ? "NumAttentionHeads = 1" : "NumAttentionHeads = 3"));

        ImmutableArray<Diagnostic> notes = await GeneratorHost.AnalyzeAllAsync(source);

        Diagnostic note = Assert.Single(notes, note => note.GetMessage() == message);
        Assert.Equal(("GE0040", DiagnosticSeverity.Info), (note.Id, note.Severity));
        Assert.Equal(argument, note.Location.SourceTree!.ToString().Substring(note.Location.SourceSpan.Start, note.Location.SourceSpan.Length));
        Assert.Contains(GeneratorHost.Generate(source), file => file.SourceText.ToString().Contains($"//   slower     {message}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dimensions_of_whole_vectors_have_no_note() => Assert.Empty(await GeneratorHost.AnalyzeAllAsync(GeneratorHost.Encoder(
        "HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536, MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu")));

    [Theory]
    [InlineData("HiddenSize = 16", "NumHiddenLayers, NumAttentionHeads, IntermediateSize, MaxPositionEmbeddings and HiddenAct are not set")]
    [InlineData("HiddenSize = 16, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 32, MaxPositionEmbeddings = 8", "HiddenAct is not set")]
    public async Task Missing_sizes_are_one_error_at_the_attribute(string attribute, string missing)
    {
        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(GeneratorHost.Encoder(attribute));

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal("GE0015", error.Id);
        Assert.StartsWith($"{missing}: [TransformerEncoder] takes either HiddenSize", error.GetMessage(), StringComparison.Ordinal);
        Assert.Equal($"TransformerEncoder({attribute})", error.Location.SourceTree!.ToString().Substring(error.Location.SourceSpan.Start, error.Location.SourceSpan.Length));
        Assert.Equal(0, files);
        Assert.DoesNotContain(GeneratorHost.Compile(GeneratorHost.Encoder(attribute)).GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
    }
}

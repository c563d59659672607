using System.Text.RegularExpressions;
using GeneratedEncoder.Generator.Diagnostics;
using GeneratedEncoder.Generator.Tests.ModelFolders;
using Microsoft.CodeAnalysis.CodeFixes;

namespace GeneratedEncoder.Generator.Tests.CodeFixes;

/// <summary>What an IDE offers for a diagnostic, and what the source is afterwards.</summary>
public sealed partial class CodeFixTests
{
    private const string Sizes = "NumHiddenLayers = 1, IntermediateSize = 32, MaxPositionEmbeddings = 8, HiddenAct = HiddenAct.Relu";
    private const string Attribute = $"[TransformerEncoder({GeneratorHost.SmallSizes})]";

    [Theory]
    [InlineData("class Tiny;", "Make 'Tiny' partial", "partial class Tiny;")]
    [InlineData("    // Mine.\n    class Tiny\n    {\n    }", "Make 'Tiny' partial", "    // Mine.\n    partial class Tiny\n    {\n    }")]
    [InlineData("public sealed class Tiny;", "Make 'Tiny' partial", "public sealed partial class Tiny;")]
    public async Task A_class_becomes_partial(string declaration, string title, string expected) =>
        await AssertFixAsync("GE0001", title, $"{Attribute}\n{declaration}", $"{Attribute}\n{expected}");

    [Fact]
    public async Task Its_containers_become_partial_with_it() => await AssertFixAsync("GE0001", "Make 'Outer' and 'IInner' and 'Tiny' partial",
        $"public class Outer\n{{\n    partial struct Middle\n    {{\n        interface IInner\n        {{\n            {Attribute}\n            class Tiny;\n        }}\n    }}\n}}",
        $"public partial class Outer\n{{\n    partial struct Middle\n    {{\n        partial interface IInner\n        {{\n            {Attribute}\n            partial class Tiny;\n        }}\n    }}\n}}");

    [Fact]
    public async Task All_classes_become_partial_at_once() => await AssertFixAllAsync("GE0001", "MakePartial",
        $"record Outer {{ {Attribute} class Tiny; {Attribute} public class Other; }} {Attribute} class Third;",
        $"partial record Outer {{ {Attribute} partial class Tiny; {Attribute} public partial class Other; }} {Attribute} partial class Third;");

    [Theory]
    [InlineData("TypeVocabSize = 2, {0}", "{0}")]
    [InlineData("{0}, TypeVocabSize = 2", "{0}")]
    [InlineData("Pooling = Pooling.Max, TypeVocabSize = 2, {0}", "Pooling = Pooling.Max, {0}")]
    [InlineData("\n    {0},\n    TypeVocabSize = 2", "\n    {0}")]
    [InlineData("\n    {0},\n    TypeVocabSize = 2,\n    Normalize = true", "\n    {0},\n    Normalize = true")]
    [InlineData("\n    {0},\n    TypeVocabSize = 2, Normalize = true", "\n    {0},\n    Normalize = true")]
    [InlineData("\n    {0}, TypeVocabSize = 2,\n    Normalize = true", "\n    {0},\n    Normalize = true")]
    [InlineData("\n    TypeVocabSize = 2,\n    {0}", "\n    {0}")]
    public async Task A_property_without_effect_goes_and_lines_stay(string arguments, string expected) =>
        await AssertFixAsync("GE0009", "Remove TypeVocabSize", Encoder(arguments), Encoder(expected));

    [Theory]
    [InlineData("GE0010", "NumHiddenGroups", "NumHiddenGroups = 1, {0}", "{0}")]
    [InlineData("GE0033", "NumLabels", "{0}, NumLabels = 3, Pooling = Pooling.Max", "{0}, Pooling = Pooling.Max")]
    [InlineData("GE0035", "MaxSeqLength", "{0}, MaxSeqLength = 9", "{0}")]
    public async Task So_does_one_that_other_models_have(string id, string property, string arguments, string expected) =>
        await AssertFixAsync(id, $"Remove {property}", Encoder(arguments), Encoder(expected));

    [Fact]
    public async Task All_properties_without_effect_go_at_once() => await AssertFixAllAsync("GE0009", "RemoveProperty",
        Encoder("PositionOffset = 1, TypeVocabSize = 2, {0}, EmbeddingSize = 8, ModelType = ModelType.Electra") + Encoder("{0},\n    TypeVocabSize = 3, PositionOffset = 1, Normalize = true", "Other"),
        Encoder("{0}, ModelType = ModelType.Electra") + Encoder("{0},\n    Normalize = true", "Other"));

    [Fact]
    public async Task A_property_that_contradicts_the_folder_goes()
    {
        using CodeFixHost host = new(Source("[TransformerEncoder(\"tiny\", NumHiddenLayers = 2, HiddenAct = HiddenAct.GeluNew)] partial class Tiny;"), new TinyFolder().File);

        Assert.Equal(Source("[TransformerEncoder(\"tiny\", HiddenAct = HiddenAct.GeluNew)] partial class Tiny;"), await host.FixAsync("GE0023", "Remove NumHiddenLayers"));
        Assert.Equal(Source("[TransformerEncoder(\"tiny\")] partial class Tiny;"), await host.FixAllAsync("GE0023", "RemoveProperty"));
    }

    [Theory]
    [InlineData(10, 384, new[] { "Set NumAttentionHeads = 8", "Set NumAttentionHeads = 12" })]
    [InlineData(500, 384, new[] { "Set NumAttentionHeads = 384" })]
    public async Task The_nearest_numbers_of_heads_are_offered(int heads, int hidden, string[] titles)
    {
        using CodeFixHost host = new(Source($"[TransformerEncoder(NumAttentionHeads = {heads}, HiddenSize = {hidden}, {Sizes})] partial class Tiny;"));

        Assert.Equal(titles, (await host.OffersAsync("GE0004")).Select(action => action.Title));
        foreach (string title in titles)
        {
            Assert.Equal(
                Source($"[TransformerEncoder({title["Set ".Length..]}, HiddenSize = {hidden}, {Sizes})] partial class Tiny;"), await host.FixAsync("GE0004", title));
        }
    }

    [Theory]
    [InlineData("Below", 8, 384)]
    [InlineData("Above", 12, 384)]
    public async Task All_numbers_of_heads_go_the_same_way_where_they_can(string key, int first, int second) => await AssertFixAllAsync("GE0004", key,
        $"[TransformerEncoder(NumAttentionHeads = 10, HiddenSize = 384, {Sizes})] partial class Tiny; [TransformerEncoder(NumAttentionHeads = 500, HiddenSize = 384, {Sizes})] partial class Other;",
        $"[TransformerEncoder(NumAttentionHeads = {first}, HiddenSize = 384, {Sizes})] partial class Tiny; [TransformerEncoder(NumAttentionHeads = {second}, HiddenSize = 384, {Sizes})] partial class Other;");

    [Fact]
    public async Task The_nearest_number_of_groups_is_set() => await AssertFixAsync("GE0012", "Set NumHiddenGroups = 6",
        Encoder("{0}, VocabSize = 9, ModelType = ModelType.Albert, NumHiddenGroups = 5").Replace("Layers = 1", "Layers = 12"),
        Encoder("{0}, VocabSize = 9, ModelType = ModelType.Albert, NumHiddenGroups = 6").Replace("Layers = 1", "Layers = 12"));

    [Theory]
    [InlineData("GE0011", "NumHiddenGroups = 1", "VocabSize = 9, ModelType = ModelType.Albert")]
    [InlineData("GE0011", "RelativeAttentionNumBuckets = 32", "VocabSize = 9, PositionOffset = 2, ModelType = ModelType.MPNet")]
    [InlineData("GE0031", "NumLabels = 2", "Head = Head.SequenceClassification")]
    [InlineData("GE0034", "PositionOffset = 2", "VocabSize = 9, ModelType = ModelType.Roberta")]
    public async Task What_a_model_needs_is_added(string id, string property, string arguments) =>
        await AssertFixAsync(id, $"Add {property}", Encoder($"{{0}}, {arguments}"), Encoder($"{{0}}, {arguments}, {property}"));

    [Theory]
    [InlineData("[TransformerEncoder]", "[TransformerEncoder(HiddenSize = 768, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 3072, MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu)]")]
    [InlineData("[TransformerEncoder()]", "[TransformerEncoder(HiddenSize = 768, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 3072, MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu)]")]
    [InlineData("[TransformerEncoder(HiddenSize = 384,\n    VocabSize = 9)]",
        "[TransformerEncoder(HiddenSize = 384,\n    VocabSize = 9, NumHiddenLayers = 12, NumAttentionHeads = 6, IntermediateSize = 1536, MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu)]")]
    [InlineData("[GeneratedEncoder.TransformerEncoder(HiddenSize = 26)]",
        "[GeneratedEncoder.TransformerEncoder(HiddenSize = 26, NumHiddenLayers = 12, NumAttentionHeads = 1, IntermediateSize = 104, MaxPositionEmbeddings = 512, HiddenAct = GeneratedEncoder.HiddenAct.Gelu)]")]
    public async Task What_the_compiler_misses_is_added_and_makes_an_encoder(string attribute, string expected)
    {
        await AssertFixAsync("GE0015", "Add the missing properties, with usual values", $"{attribute} partial class Tiny;", $"{expected} partial class Tiny;");
        Assert.NotEmpty(GeneratorHost.Generate(Source($"{expected} partial class Tiny;")));
    }

    [Fact]
    public async Task All_that_the_compiler_misses_is_added_at_once() => await AssertFixAllAsync("GE0015", "AddProperties",
        Encoder("{0}").Replace("HiddenSize = 16, ", "") + Encoder("{0}", "Other").Replace("NumAttentionHeads = 2, ", "").Replace("IntermediateSize = 32, ", ""),
        Encoder("{0}, HiddenSize = 768").Replace("HiddenSize = 16, ", "") +
            Encoder("{0}, NumAttentionHeads = 1, IntermediateSize = 64", "Other").Replace("NumAttentionHeads = 2, ", "").Replace("IntermediateSize = 32, ", ""));

    [Fact]
    public void Every_id_that_is_fixed_exists_and_its_page_says_so()
    {
        string[] ids = [.. CodeFixHost.Providers.SelectMany(provider => provider.FixableDiagnosticIds).Where(id => !id.StartsWith("CS", StringComparison.Ordinal))];
        Assert.Empty(ids.Except(new EncoderAnalyzer().SupportedDiagnostics.Select(rule => rule.Id)));

        string[] offering = [.. new EncoderAnalyzer().SupportedDiagnostics.Select(rule => rule.Id).Where(id => Offers().IsMatch(DocumentationTests.Page(id)))];
        Assert.Equal(ids.Order(StringComparer.Ordinal), offering.Order(StringComparer.Ordinal));
        Assert.All(CodeFixHost.Providers, provider => Assert.Single(provider.GetType().GetCustomAttributes(typeof(ExportCodeFixProviderAttribute), inherit: false)));
    }

    private static string Encoder(string arguments, string name = "Tiny") =>
        $"[TransformerEncoder({string.Format(arguments, GeneratorHost.SmallSizes)})]\npublic sealed partial class {name};\n";

    private static string Source(string declarations) => $"using GeneratedEncoder;\nnamespace Demo;\n\n{declarations}";

    private static async Task AssertFixAsync(string id, string title, string declarations, string expected)
    {
        using CodeFixHost host = new(Source(declarations));
        Assert.Equal(Source(expected), await host.FixAsync(id, title));
    }

    private static async Task AssertFixAllAsync(string id, string key, string declarations, string expected)
    {
        using CodeFixHost host = new(Source(declarations));
        Assert.Equal(Source(expected), await host.FixAllAsync(id, key));
    }

    [GeneratedRegex("\\b[Aa]n\\s+IDE\\s+offers\\b")]
    private static partial Regex Offers();
}

using System.Collections.Immutable;
using GeneratedEncoder.Generator.Spec;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>The lists of names that emitted code uses and adds are complete; what is added twice is reported at the class.</summary>
public sealed class HidingNamesTests
{
    internal static readonly string[] All =
    [
        GeneratorHost.SmallSizes,
        GeneratorHost.SmallSizes.Replace("Relu", "GeluNew") + ", VocabSize = 10, TypeVocabSize = 2, NormPlacement = NormPlacement.Pre, Pooling = Pooling.Max, Normalize = true",
        GeneratorHost.SmallSizes.Replace("Relu", "Gelu") + ", VocabSize = 10, ModelType = ModelType.MPNet, RelativeAttentionNumBuckets = 32, Pooling = Pooling.Cls",
        GeneratorHost.SmallSizes.Replace("Relu", "Silu") + ", VocabSize = 10, ModelType = ModelType.Albert, EmbeddingSize = 12, NumHiddenGroups = 1, Head = Head.Pooler",
        GeneratorHost.SmallSizes + ", VocabSize = 10, Head = Head.SequenceClassification, NumLabels = 1",
        GeneratorHost.SmallSizes + ", VocabSize = 10, Head = Head.SequenceClassification, NumLabels = 3",
        GeneratorHost.SmallSizes + ", VocabSize = 10, Head = Head.TokenClassification, NumLabels = 3",
        GeneratorHost.SmallSizes + ", VocabSize = 10, Head = Head.MaskedLM",
        GeneratorHost.SmallSizes + ", VocabSize = 10, Head = Head.MaskedLM, TieWordEmbeddings = false",
        .. Narrow("Int8"), .. Narrow("BFloat16"),
    ];

    public static TheoryData<string> Attributes => [.. All];

    [Fact]
    public void The_lists_are_what_the_emitted_code_uses_and_adds()
    {
        SortedSet<string> types = new(StringComparer.Ordinal), methods = new(StringComparer.Ordinal), members = new(StringComparer.Ordinal);
        IEnumerable<(string, AdditionalText[])> sources = All.Select(attribute => (GeneratorHost.Encoder(attribute), Array.Empty<AdditionalText>()))
            .Append((ModelFolders.TinyFolder.Declaration, [new ModelFolders.TinyFolder().File]))
            .Append((ModelFolders.TinyFolder.Declaration, [ModelFolders.HeadFolderTests.Classifier("\"id2label\": {\"0\": \"a\", \"1\": \"b\"}", labels: 2).File]));
        sources = sources.Concat(new[] { "modernbert-classifier", "deberta-unshared", "jina", "gemma-embedding", "pooling-prompt" }
            .Select(name => (ModelFolders.ArchitectureFolder.Declaration(name), new[] { ModelFolders.ArchitectureFolder.File(name) })));
        sources = sources.Concat(new[] { ("t5-gated", "Int8"), ("gemma", "BFloat16"), ("deberta-v2-conv", "Int8") }
            .Select(one => (ModelFolders.ArchitectureFolder.Declaration(one.Item1, one.Item2), new[] { ModelFolders.ArchitectureFolder.File(one.Item1) })));
        foreach ((string source, AdditionalText[] files) in sources)
        {
            (_, Compilation compilation) = GeneratorHost.Run(GeneratorHost.Compile(source), files);
            foreach (ISymbol member in compilation.GetTypeByMetadataName("Demo.Tiny")!.GetMembers().Where(member => member.CanBeReferencedByName && !member.IsImplicitlyDeclared))
            {
                (member is IMethodSymbol ? methods : members).Add(member.Name);
            }

            foreach (SyntaxTree tree in compilation.SyntaxTrees.Skip(1))
            {
                types.UnionWith(ImportedTypes(tree, compilation.GetSemanticModel(tree)));
            }
        }

        Assert.Equal(types, ImportedNames.Types.Select(type => $"{type.Value}.{type.Key}").Order(StringComparer.Ordinal));
        Assert.Equal(methods, HidingNames.Methods.Order(StringComparer.Ordinal));
        Assert.Equal(members, HidingNames.Members.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("namespace Demo; {0} partial class Tiny { public const int HiddenSize = 3; }", "Demo.Tiny.HiddenSize")]
    [InlineData("namespace Demo; {0} partial class Tiny { int Embed { get; } }", "Demo.Tiny.Embed")]
    [InlineData("namespace Demo; {0} partial class Tiny { void VocabSize() { } }", "Demo.Tiny.VocabSize()")]
    [InlineData("namespace Demo; {0} partial class Tiny { class Compiled; }", "Demo.Tiny.Compiled")]
    [InlineData("namespace Demo; {0} partial class Encode;", "Demo.Encode")]
    public async Task A_name_that_is_taken_is_an_error_at_the_class(string declaration, string taken)
    {
        string source = "using GeneratedEncoder; " + declaration.Replace("{0}", $"[TransformerEncoder({GeneratorHost.SmallSizes})]");

        (ImmutableArray<Diagnostic> diagnostics, int files) = await GeneratorHost.AnalyzeAsync(source);

        Diagnostic error = Assert.Single(diagnostics);
        Assert.Equal("GE0013", error.Id);
        Assert.Contains($"'{taken}' has the name of a member", error.GetMessage(), StringComparison.Ordinal);
        Assert.Equal(0, files);
    }

    [Theory]
    [InlineData("namespace Demo; {0} partial class Tiny { public void Embed(string text) { } } class Elsewhere { class Workspace; }")]
    [InlineData("namespace Demo { {0} partial class Tiny; } namespace Other { class Workspace; }")]
    [InlineData("namespace GeneratedEncoder.Runtime { {0} partial class Tiny; }")]
    public async Task A_name_out_of_reach_is_nobodys_business(string declaration)
    {
        string source = "using GeneratedEncoder; " + declaration.Replace("{0}", $"[TransformerEncoder({GeneratorHost.SmallSizes})]");

        Assert.NotEmpty(GeneratorHost.Generate(source));
        Assert.Empty((await GeneratorHost.AnalyzeAsync(source)).Diagnostics);
    }

    /// <summary>With what is generated in the compilation, as the compiler's own analyzers see it.</summary>
    [Fact]
    public async Task The_generated_members_themselves_are_not_reported()
    {
        Compilation compilation = GeneratorHost.Generated(GeneratorHost.Compile(GeneratorHost.Encoder()));

        Assert.DoesNotContain(await GeneratorHost.AnalyzeAllAsync(compilation), diagnostic => diagnostic.Severity > DiagnosticSeverity.Info);
    }

    /// <summary>Encoders with narrow weights: plain, with a projection, with biases of positions, with heads, of vectors.</summary>
    private static IEnumerable<string> Narrow(string format) => new[]
    {
        GeneratorHost.SmallSizes + ", VocabSize = 10",
        GeneratorHost.SmallSizes.Replace("Relu", "GeluNew").Replace("HiddenSize = 16", "HiddenSize = 80") + ", NormPlacement = NormPlacement.Pre",
        GeneratorHost.SmallSizes + ", VocabSize = 10, ModelType = ModelType.Albert, EmbeddingSize = 12, NumHiddenGroups = 1, Head = Head.Pooler",
        GeneratorHost.SmallSizes + ", VocabSize = 10, Head = Head.MaskedLM",
    }.Select(attribute => $"{attribute}, Weights = WeightFormat.{format}");

    /// <summary>Types that a file names without qualification; an attribute by both of its names.</summary>
    private static IEnumerable<string> ImportedTypes(SyntaxTree tree, SemanticModel model) => tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
        .Where(name => name.Parent is not (QualifiedNameSyntax or AliasQualifiedNameSyntax) && !(name.Parent is MemberAccessExpressionSyntax access && access.Name == name))
        .Where(name => name.FirstAncestorOrSelf<UsingDirectiveSyntax>() is null)
        .SelectMany(name => NamesOf(name.Identifier.Text, model.GetSymbolInfo(name).Symbol));

    private static IEnumerable<string> NamesOf(string name, ISymbol? symbol) =>
        (symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor ? constructor.ContainingType : symbol) is INamedTypeSymbol { ContainingType: null } type
        && type.ContainingNamespace.ToDisplayString().Split('.')[0] is "System" or "GeneratedEncoder"
        && (name == type.Name || name + "Attribute" == type.Name)
            ? [$"{type.ContainingNamespace}.{name}", $"{type.ContainingNamespace}.{type.Name}"]
            : [];
}

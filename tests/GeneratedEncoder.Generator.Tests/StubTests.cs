using System.Collections.Immutable;
using GeneratedEncoder.Generator.Diagnostics;
using GeneratedEncoder.Generator.Tests.ModelFolders;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>An error stands alone: code that uses the encoder has no errors behind it.</summary>
public sealed class StubTests
{
    /// <summary>Of classes to which no part can be added.</summary>
    private static readonly string[] s_withoutStub = ["GE0001", "GE0002"];

    public static TheoryData<string> Ids => [.. new EncoderAnalyzer().SupportedDiagnostics
        .Where(rule => rule.DefaultSeverity == DiagnosticSeverity.Error && !s_withoutStub.Contains(rule.Id)).Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_program_that_uses_the_encoder_has_that_error_and_no_other(string id)
    {
        (CSharpCompilation compilation, AdditionalText[] files) = DiagnosticSnapshotTests.Example(id);
        string name = id == "GE0014" || files.Length > 0 ? "Demo.Tiny" : "MyEncoder", example = compilation.SyntaxTrees[0].ToString();
        bool tokens = files.Length > 0 || example.Contains("VocabSize", StringComparison.Ordinal) || id == "GE0030";
        CSharpParseOptions language = (CSharpParseOptions)compilation.SyntaxTrees[0].Options;
        CSharpCompilation program = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(User(name, tokens, labels: files.Length > 0, heads: files.Length > 0), language));

        (_, Compilation output) = GeneratorHost.Run(program, files);

        Assert.Empty(output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning));
        ImmutableArray<Diagnostic> errors = [.. (await GeneratorHost.AnalyzeAllAsync(output, files)).Where(d => d.Severity == DiagnosticSeverity.Error)];
        Assert.Equal([id], errors.Select(error => error.Id).Distinct());
    }

    [Fact]
    public async Task An_attribute_without_arguments_has_one_message_that_names_both_forms()
    {
        CSharpCompilation program = GeneratorHost.Compile("using GeneratedEncoder; [TransformerEncoder] public sealed partial class Tiny;", User("Tiny", tokens: true, labels: false, heads: true));

        (_, Compilation output) = GeneratorHost.Run(program);

        Assert.Empty(output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning));
        Diagnostic error = Assert.Single(await GeneratorHost.AnalyzeAllAsync(output));
        Assert.Equal("GE0015", error.Id);
        Assert.Equal("HiddenSize, NumHiddenLayers, NumAttentionHeads, IntermediateSize, MaxPositionEmbeddings and HiddenAct are not set: [TransformerEncoder] takes either HiddenSize, " +
            "NumHiddenLayers, NumAttentionHeads, IntermediateSize, MaxPositionEmbeddings and HiddenAct, or the name of a model folder, as in [TransformerEncoder(\"all-MiniLM-L6-v2\")]", error.GetMessage());
        Assert.Equal("TransformerEncoder", error.Location.SourceTree!.ToString().Substring(error.Location.SourceSpan.Start, error.Location.SourceSpan.Length));
    }

    /// <summary>The members are the encoder's own: whatever one has, the other has.</summary>
    [Theory]
    [InlineData("VocabSize = 10, TypeVocabSize = 2")]
    [InlineData("VocabSize = 10, TypeVocabSize = 2, Head = Head.SequenceClassification, NumLabels = 1")]
    [InlineData("VocabSize = 10, TypeVocabSize = 2, Head = Head.MaskedLM")]
    [InlineData("PositionOffset = 0")]
    public void A_stub_has_the_encoders_public_members(string arguments)
    {
        INamedTypeSymbol encoder = Type($"{GeneratorHost.SmallSizes}, {arguments}"), stub = Type($"{GeneratorHost.SmallSizes.Replace("NumAttentionHeads = 2", "NumAttentionHeads = 3")}, {arguments}");

        Assert.Empty(Members(encoder).Except(Members(stub)));
        Assert.Equal(encoder.AllInterfaces.Select(i => i.ToDisplayString()), stub.AllInterfaces.Select(i => i.ToDisplayString()));

        static INamedTypeSymbol Type(string attribute) => GeneratorHost.Run(GeneratorHost.Compile(GeneratorHost.Encoder(attribute))).Output.GetTypeByMetadataName("Demo.Tiny")!;
        static IEnumerable<string> Members(INamedTypeSymbol type) => type.GetMembers().Where(member => member.DeclaredAccessibility == Accessibility.Public && !member.IsImplicitlyDeclared)
            .Select(member => member.ToDisplayString());
    }

    [Fact]
    public void A_stub_reads_well() => Snapshot.Verify(
        [("Stub", Assert.Single(GeneratorHost.Own(GeneratorHost.Run(GeneratorHost.Compile(GeneratorHost.Encoder(GeneratorHost.SmallSizes + ", VocabSize = -1"))).Result)).SourceText.ToString())],
        nameof(StubTests));

    [Theory]
    [InlineData("build_property.RunAnalyzers")]
    [InlineData("build_property.RunAnalyzersDuringBuild")]
    public void Without_the_analyzer_there_is_no_stub_and_the_compiler_speaks(string property)
    {
        CSharpCompilation program = GeneratorHost.Compile(GeneratorHost.Encoder(GeneratorHost.SmallSizes + ", VocabSize = -1"), User("Demo.Tiny", tokens: true, labels: false, heads: false));

        GeneratorDriver driver = GeneratorHost.Driver().WithUpdatedAnalyzerConfigOptions(new Options(property)).RunGeneratorsAndUpdateCompilation(program, out Compilation output, out _);

        Assert.Empty(GeneratorHost.Own(Assert.Single(driver.GetRunResult().Results)));
        Assert.Contains(output.GetDiagnostics(), d => d.Id == "CS0117");
    }

    /// <summary>A program that does with an encoder what programs do.</summary>
    private static string User(string name, bool tokens, bool labels, bool heads)
    {
        string input = tokens ? "new int[] { 1, 2 }" : $"new float[{name}.MaxTokens]";
        return $$"""
            internal static class User
            {
                internal static float[] Use(string path)
                {
                    using ({{name}} encoder = {{name}}.Load(path, new GeneratedEncoder.EncoderOptions { MaxDegreeOfParallelism = 2 }))
                    {
                        float[] vector = new float[{{name}}.MaxTokens];
                        encoder.Embed({{input}}, vector);
                        encoder.Encode({{input}}, vector);
                        encoder.EncodeBatch({{input}}, new int[] { 1 }, vector);
                        encoder.EmbedBatch({{input}}, new int[] { 1 }, vector);
                        encoder.Attend({{input}}, vector, vector);
                        {{(tokens ? "encoder.Embed(new int[] { 1, 2 }, new int[] { 0, 0 }, vector);" : "")}}
                        {{(heads ? "encoder.ClassifyBatch(new int[] { 1, 2 }, new int[] { 2 }, vector); encoder.PredictMasked(new int[] { 1, 2 }, new int[] { 2 }, vector); AsClassifier(encoder);" : "")}}
                        {{(labels ? $"_ = {name}.Labels.Count; {name}.Load().Dispose();" : "")}}
                        return {{(tokens ? $"{name}.MaxTokens > 0 ? vector : Generic<{name}>(path)" : "vector")}};
                    }
                }

                private static void AsClassifier(GeneratedEncoder.ISequenceClassifier classifier) => classifier.ToString();

                private static float[] Generic<T>(string path) where T : GeneratedEncoder.ITransformerEncoder<T>
                {
                    using (T encoder = T.Load(path))
                    {
                        float[] vector = new float[T.ModelInfo.HiddenSize];
                        encoder.Embed(new int[] { 1, 2 }, default, vector);
                        return vector;
                    }
                }
            }
            """;
    }

    private sealed class Options(string property) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new One(property);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class One(string property) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, out string value)
            {
                value = key == property ? "false" : "";
                return key == property;
            }
        }
    }
}

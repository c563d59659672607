using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>A project decides how grave a diagnostic is, by the means that C# has for all of them.</summary>
public sealed class SeverityTests
{
    /// <summary>A warning, of a class that is generated all the same, and a note.</summary>
    private static readonly string s_source = GeneratorHost.Encoder(GeneratorHost.SmallSizes.Replace("IntermediateSize = 32", "IntermediateSize = 33") + ", TypeVocabSize = 2");

    [Fact]
    public async Task A_pragma_silences_a_warning()
    {
        string silenced = s_source.Replace("[Transformer", "#pragma warning disable GE0009\n[Transformer");

        Assert.Equal(["GE0009 Warning", "GE0040 Info", "GE0040 Info"], await ReportsAsync(s_source));
        Assert.Equal(["GE0040 Info", "GE0040 Info"], await ReportsAsync(silenced));
    }

    [Fact]
    public async Task An_attribute_silences_a_warning() => Assert.Equal(
        ["GE0040 Info", "GE0040 Info"],
        await ReportsAsync(s_source.Replace("[Transformer", "[System.Diagnostics.CodeAnalysis.SuppressMessage(\"GeneratedEncoder\", \"GE0009\")]\n[Transformer")));

    [Theory]
    [InlineData("dotnet_diagnostic.GE0009.severity = error", "GE0009 Error", "GE0040 Info", "GE0040 Info")]
    [InlineData("dotnet_diagnostic.GE0009.severity = suggestion", "GE0009 Info", "GE0040 Info", "GE0040 Info")]
    [InlineData("dotnet_diagnostic.GE0009.severity = none", "GE0040 Info", "GE0040 Info")]
    [InlineData("dotnet_diagnostic.GE0040.severity = warning", "GE0009 Warning", "GE0040 Warning", "GE0040 Warning")]
    [InlineData("dotnet_diagnostic.GE0040.severity = none", "GE0009 Warning")]
    public async Task An_editorconfig_sets_a_severity(string line, params string[] reports) =>
        Assert.Equal(reports, await ReportsAsync(s_source, line));

    /// <summary>Code that uses the encoder compiles beside an error; silenced, the error would come when the program runs.</summary>
    [Theory]
    [InlineData("dotnet_diagnostic.GE0004.severity = none")]
    [InlineData("dotnet_diagnostic.GE0004.severity = suggestion")]
    [InlineData("dotnet_analyzer_diagnostic.severity = none")]
    public async Task An_error_can_not_be_silenced(string line)
    {
        string wrong = GeneratorHost.Encoder(GeneratorHost.SmallSizes.Replace("NumAttentionHeads = 2", "NumAttentionHeads = 3"));

        Assert.Equal(["GE0004 Error"], await ReportsAsync(wrong, line));
        Assert.Equal(["GE0004 Error"], await ReportsAsync(wrong.Replace("[Transformer", "#pragma warning disable GE0004\n[Transformer")));
        Assert.Empty(GeneratorHost.Encoders(GeneratorHost.Run(GeneratorHost.Compile(wrong)).Result));
    }

    private static async Task<IEnumerable<string>> ReportsAsync(string source, string editorconfig = "")
    {
        CSharpCompilation compilation = GeneratorHost.Compile(source);
        SyntaxTree tree = compilation.SyntaxTrees[0].WithFilePath("/project/Source.cs");
        AnalyzerConfigSet configs = AnalyzerConfigSet.Create(ImmutableArray.Create(AnalyzerConfig.Parse($"root = true\n[*.cs]\n{editorconfig}\n", "/project/.editorconfig")));
        CSharpCompilationOptions options = compilation.Options.WithSyntaxTreeOptionsProvider(new Severities(configs));
        ImmutableArray<Diagnostic> all = await GeneratorHost.AnalyzeAllAsync(compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], tree).WithOptions(options));
        return all.Where(diagnostic => !diagnostic.IsSuppressed).Select(diagnostic => $"{diagnostic.Id} {diagnostic.Severity}").Order(StringComparer.Ordinal);
    }

    /// <summary>The severities of .editorconfig files, as the compiler asks for them.</summary>
    private sealed class Severities(AnalyzerConfigSet configs) : SyntaxTreeOptionsProvider
    {
        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellation) => GeneratedKind.Unknown;

        public override bool TryGetDiagnosticValue(SyntaxTree tree, string id, CancellationToken cancellation, out ReportDiagnostic severity) =>
            configs.GetOptionsForSourcePath(tree.FilePath).TreeOptions.TryGetValue(id, out severity);

        public override bool TryGetGlobalDiagnosticValue(string id, CancellationToken cancellation, out ReportDiagnostic severity) =>
            configs.GlobalConfigOptions.TreeOptions.TryGetValue(id, out severity);
    }
}

extern alias runtime;

using System.Collections.Immutable;
using GeneratedEncoder.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>Compiles a user's source as the SDK would, with the generator and the analyzer in place.</summary>
internal static class GeneratorHost
{
    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is { } name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(runtime::GeneratedEncoder.TransformerEncoderAttribute).Assembly.Location),
    ];

    /// <summary>A small encoder's attribute, to which a test adds what it is about.</summary>
    public const string SmallSizes =
        "HiddenSize = 16, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 32, MaxPositionEmbeddings = 8, HiddenAct = HiddenAct.Relu";

    /// <summary>A declaration of a small encoder.</summary>
    public static string Encoder(string attribute = SmallSizes, string declaration = "public sealed partial class Tiny;") =>
        $"using GeneratedEncoder;\nnamespace Demo;\n[TransformerEncoder({attribute})]\n{declaration}\n";

    public static CSharpCompilation Compile(params IEnumerable<string> sources) => Compile(
        CSharpParseOptions.Default, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable), sources);

    /// <summary>The same in a project with settings of its own.</summary>
    public static CSharpCompilation Compile(CSharpParseOptions language, CSharpCompilationOptions options, params IEnumerable<string> sources) => CSharpCompilation.Create(
        "Demo", sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, language, path: $"Source{i}.cs")), s_references, options);

    /// <summary>A compilation with what is generated for it.</summary>
    public static Compilation Generated(CSharpCompilation compilation, CSharpParseOptions language, bool demandNoWarning = true)
    {
        Driver().WithUpdatedParseOptions(language).RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out ImmutableArray<Diagnostic> problems);
        Assert.Empty(problems);
        Assert.True(output.SyntaxTrees.Count() > compilation.SyntaxTrees.Length, "Nothing was generated.");
        Assert.True(!demandNoWarning || !output.GetDiagnostics().Any(d => d.Severity >= DiagnosticSeverity.Warning),
            string.Join('\n', output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning).Take(10)));
        return output;
    }

    public static GeneratorDriver Driver(params IEnumerable<AdditionalText> files) => CSharpGeneratorDriver.Create(
        [new EncoderGenerator().AsSourceGenerator()],
        additionalTexts: files,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Generates, and demands that everything compiles without a warning.</summary>
    public static ImmutableArray<GeneratedSourceResult> Generate(params IEnumerable<string> sources) => Generate([], sources);

    /// <summary>The same, of a project with model folders.</summary>
    public static ImmutableArray<GeneratedSourceResult> Generate(IEnumerable<AdditionalText> files, IEnumerable<string> sources)
    {
        GeneratorDriver driver = Driver(files).RunGeneratorsAndUpdateCompilation(Compile(sources), out Compilation output, out _);
        Assert.Empty(output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning));
        GeneratorRunResult result = Assert.Single(driver.GetRunResult().Results);
        Assert.Null(result.Exception);
        return result.GeneratedSources;
    }

    /// <summary>The analyzer's errors and warnings, and whether the generator refrained.</summary>
    public static async Task<(ImmutableArray<Diagnostic> Diagnostics, int Files)> AnalyzeAsync(string source, params AdditionalText[] files)
    {
        GeneratorRunResult result = Assert.Single(Driver(files).RunGenerators(Compile(source)).GetRunResult().Results);
        Assert.Null(result.Exception);
        ImmutableArray<Diagnostic> diagnostics = await AnalyzeAllAsync(source, files);
        return ([.. diagnostics.Where(diagnostic => diagnostic.Severity > DiagnosticSeverity.Info)], result.GeneratedSources.Length);
    }

    /// <summary>All that the analyzer says, notes too.</summary>
    public static Task<ImmutableArray<Diagnostic>> AnalyzeAllAsync(string source, params AdditionalText[] files) => AnalyzeAllAsync(Compile(source), files);

    /// <summary>The same of a compilation.</summary>
    public static Task<ImmutableArray<Diagnostic>> AnalyzeAllAsync(Compilation compilation, params AdditionalText[] files) =>
        compilation.WithAnalyzers([new EncoderAnalyzer()], new AnalyzerOptions([.. files])).GetAnalyzerDiagnosticsAsync();
}

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

    public static CSharpCompilation Compile(params IEnumerable<string> sources) => CSharpCompilation.Create(
        "Demo",
        sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, path: $"Source{i}.cs")),
        s_references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

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
    public static Task<ImmutableArray<Diagnostic>> AnalyzeAllAsync(string source, params AdditionalText[] files) =>
        Compile(source).WithAnalyzers([new EncoderAnalyzer()], new AnalyzerOptions([.. files])).GetAnalyzerDiagnosticsAsync();
}

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

    /// <summary>The generator's own steps; the compiler's before them hold the compilation, which is always another.</summary>
    private static readonly string[] s_steps =
        [EncoderGenerator.Steps.Bundles, EncoderGenerator.Steps.Spec, EncoderGenerator.Steps.CompleteSpec, EncoderGenerator.Steps.LegalSpec, EncoderGenerator.Steps.Functions, EncoderGenerator.Steps.Formats];

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

    public static GeneratorDriver Driver(params IEnumerable<AdditionalText> files) => CSharpGeneratorDriver.Create(
        [new EncoderGenerator().AsSourceGenerator()],
        additionalTexts: files,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>
    /// Generates, and again after something unrelated was typed: every test of the generator shows that its encoder stays cached.
    /// </summary>
    public static (GeneratorRunResult Result, Compilation Output) Run(CSharpCompilation compilation, params IEnumerable<AdditionalText> files)
    {
        CSharpParseOptions language = (CSharpParseOptions)compilation.SyntaxTrees[0].Options;
        GeneratorDriver driver = Driver(files).WithUpdatedParseOptions(language)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out ImmutableArray<Diagnostic> problems);
        GeneratorRunResult result = Assert.Single(driver.GetRunResult().Results);
        Assert.Null(result.Exception);
        Assert.Empty(problems);

        GeneratorRunResult second = Assert.Single(
            driver.RunGenerators(compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class TypedElsewhere { }", language))).GetRunResult().Results);
        Assert.Equal(result.GeneratedSources.Select(file => file.SourceText), second.GeneratedSources.Select(file => file.SourceText));
        Assert.All(Outputs(second.TrackedSteps.Where(step => s_steps.Contains(step.Key))), output =>
            Assert.True(output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{output.Reason}"));
        Assert.All(Outputs(second.TrackedOutputSteps), output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
        return (result, output);
    }

    private static IEnumerable<(object Value, IncrementalStepRunReason Reason)> Outputs(IEnumerable<KeyValuePair<string, ImmutableArray<IncrementalGeneratorRunStep>>> steps) =>
        steps.SelectMany(step => step.Value).SelectMany(step => step.Outputs);

    /// <summary>A compilation with what is generated for it.</summary>
    public static Compilation Generated(CSharpCompilation compilation, bool demandNoWarning = true)
    {
        (GeneratorRunResult result, Compilation output) = Run(compilation);
        Assert.True(Own(result).Any(), "Nothing was generated.");
        Assert.True(!demandNoWarning || !output.GetDiagnostics().Any(d => d.Severity >= DiagnosticSeverity.Warning),
            string.Join('\n', output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning).Take(10)));
        return output;
    }

    /// <summary>Generates, and demands that everything compiles without a warning.</summary>
    public static ImmutableArray<GeneratedSourceResult> Generate(params IEnumerable<string> sources) => Generate([], sources);

    /// <summary>The same, of a project with model folders.</summary>
    public static ImmutableArray<GeneratedSourceResult> Generate(IEnumerable<AdditionalText> files, IEnumerable<string> sources)
    {
        (GeneratorRunResult result, Compilation output) = Run(Compile(sources), files);
        Assert.Empty(output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning));
        return [.. Own(result)];
    }

    /// <summary>The generated files, but for those that stand in place of an encoder that could not be generated.</summary>
    public static IEnumerable<GeneratedSourceResult> Encoders(GeneratorRunResult result) =>
        Own(result).Where(file => !file.HintName.EndsWith(".NotGenerated.g.cs", StringComparison.Ordinal));

    /// <summary>The generated files, but for the one that the compiler writes: it is there without any encoder.</summary>
    public static IEnumerable<GeneratedSourceResult> Own(GeneratorRunResult result) => result.GeneratedSources.Where(file => file.HintName.EndsWith(".g.cs", StringComparison.Ordinal));

    /// <summary>The analyzer's errors and warnings, and whether the generator refrained.</summary>
    public static async Task<(ImmutableArray<Diagnostic> Diagnostics, int Files)> AnalyzeAsync(string source, params AdditionalText[] files)
    {
        (GeneratorRunResult result, _) = Run(Compile(source), files);
        ImmutableArray<Diagnostic> diagnostics = await AnalyzeAllAsync(source, files);
        return ([.. diagnostics.Where(diagnostic => diagnostic.Severity > DiagnosticSeverity.Info)], Encoders(result).Count());
    }

    /// <summary>All that the analyzer says, notes too.</summary>
    public static Task<ImmutableArray<Diagnostic>> AnalyzeAllAsync(string source, params AdditionalText[] files) => AnalyzeAllAsync(Compile(source), files);

    /// <summary>The same of a compilation.</summary>
    public static Task<ImmutableArray<Diagnostic>> AnalyzeAllAsync(Compilation compilation, params AdditionalText[] files) =>
        compilation.WithAnalyzers([new EncoderAnalyzer()], new AnalyzerOptions([.. files])).GetAnalyzerDiagnosticsAsync();
}

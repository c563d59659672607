using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Emit;
using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Generator.Spec.ModelFolders;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace GeneratedEncoder.Generator;

/// <summary>Spec, what was asked; plan, what was decided; emit, what is written.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class EncoderGenerator : IIncrementalGenerator
{
    /// <summary>Names of the pipeline's steps, for tests that watch what is cached.</summary>
    internal static class Steps
    {
        public const string Bundles = nameof(Bundles);
        public const string Spec = nameof(Spec);
        public const string CompleteSpec = nameof(CompleteSpec);
        public const string LegalSpec = nameof(LegalSpec);
        public const string Functions = nameof(Functions);
        public const string Formats = nameof(Formats);
    }

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // Marks the types that encoders share as the assembly's own. The definition is partial, and other generators' are the same.
        context.RegisterPostInitializationOutput(static output => output.AddEmbeddedAttributeDefinition());

        // The transform keeps nothing of the compilation: a spec is equal as long as the attribute says the same.
        IncrementalValuesProvider<EncoderSpec> specs = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                SpecParser.AttributeName,
                static (node, _) => node is TypeDeclarationSyntax,
                static (match, cancellation) => SpecParser.Parse((INamedTypeSymbol)match.TargetSymbol, match.Attributes[0], match.SemanticModel.Compilation, cancellation))
            .WithTrackingName(Steps.Spec);

        // Model folders, each one additional file that the build made. Other additional files are not looked into.
        IncrementalValueProvider<EquatableArray<string>> bundles = context.AdditionalTextsProvider
            .Where(static file => file.Path.EndsWith(ModelBundle.Extension, StringComparison.OrdinalIgnoreCase))
            .Select(static (file, cancellation) => file.GetText(cancellation)?.ToString() ?? "")
            .Collect()
            .Select(static (texts, _) => new EquatableArray<string>(texts))
            .WithTrackingName(Steps.Bundles);

        IncrementalValuesProvider<(EncoderSpec Spec, bool IsSound)> completed = specs
            .Combine(bundles)
            .Select(static (pair, _) => ModelFolderReader.Complete(pair.Left, pair.Right) is (var spec, var problems) ? (spec, problems.Count == 0) : default);

        // A folder that changed where it doesn't matter completes its spec to an equal one.
        IncrementalValuesProvider<EncoderSpec> complete = completed
            .Where(static one => one.IsSound)
            .Select(static (one, _) => one.Spec)
            .WithTrackingName(Steps.CompleteSpec);

        // What is wrong with the others, the analyzer says.
        IncrementalValuesProvider<EncoderSpec> legal = complete
            .Where(static spec => SpecValidator.IsLegal(spec))
            .WithTrackingName(Steps.LegalSpec);

        // Files need names that differ in more than case. Nearly always no encoder has such a twin, and nothing changes here.
        IncrementalValueProvider<EquatableArray<string>> twins = completed
            .Select(static (one, _) => one.Spec.Type.FullName)
            .Collect()
            .Select(static (names, _) => TypeSpec.EqualButForCase(names));

        context.RegisterSourceOutput(legal.Combine(twins), static (output, pair) =>
        {
            (EncoderSpec spec, EquatableArray<string> twins) = pair;
            Add(output, EncoderEmitter.Emit(EncoderPlan.For(Named(spec, twins))));
        });

        // What encoders share is emitted as soon as there is one, and anew when one needs a function that none did.
        IncrementalValueProvider<MathFunctions> functions = legal
            .Select(static (spec, _) => EncoderPlan.For(spec).Functions)
            .Collect()
            .Select(static (all, _) => all.Aggregate(MathFunctions.None, static (sum, one) => sum | one))
            .WithTrackingName(Steps.Functions);
        context.RegisterSourceOutput(functions, static (output, functions) =>
            Add(output, functions == MathFunctions.None ? [] : SharedEmitter.Functions(SimdPath.All, functions)));
        context.RegisterSourceOutput(functions.Select(static (functions, _) => functions != MathFunctions.None), static (output, any) =>
            Add(output, any ? SharedEmitter.Tiles(SimdPath.All) : []));

        // Likewise the tiles of narrow weights, with the first encoder that has such.
        foreach (WeightFormat format in new[] { WeightFormat.BFloat16, WeightFormat.Int8 })
        {
            IncrementalValueProvider<bool> isUsed = legal
                .Where(spec => spec.Weights == format)
                .Collect()
                .Select(static (all, _) => all.Length > 0)
                .WithTrackingName(Steps.Formats);
            context.RegisterSourceOutput(isUsed, (output, isUsed) => Add(output, isUsed ? SharedEmitter.Narrow(SimdPath.All, format) : []));
        }

        // In place of an encoder with errors stands one that does nothing, so that they stand alone. Who has switched the analyzer off, which
        // says them, gets the compiler's, not a build that succeeds.
        IncrementalValueProvider<bool> silent = context.AnalyzerConfigOptionsProvider.Select(static (options, _) =>
            IsOff(options.GlobalOptions, "RunAnalyzers") || IsOff(options.GlobalOptions, "RunAnalyzersDuringBuild"));
        IncrementalValuesProvider<EncoderSpec> failed = completed
            .Where(static one => one.Spec.Type.CanHaveParts && !(one.IsSound && SpecValidator.IsLegal(one.Spec)))
            .Select(static (one, _) => one.Spec);
        context.RegisterSourceOutput(failed.Combine(twins).Combine(silent), static (output, pair) =>
        {
            ((EncoderSpec spec, EquatableArray<string> twins), bool silent) = pair;
            if (!silent)
            {
                (string hintName, SourceText text) = StubEmitter.Emit(Named(spec, twins));
                output.AddSource(hintName, text);
            }
        });
    }

    private static void Add(SourceProductionContext output, IEnumerable<(string HintName, SourceText Text)> files)
    {
        foreach ((string hintName, SourceText text) in files)
        {
            output.CancellationToken.ThrowIfCancellationRequested();
            output.AddSource(hintName, text);
        }
    }

    private static EncoderSpec Named(EncoderSpec spec, EquatableArray<string> twins) =>
        twins.Contains(spec.Type.FullName) ? spec with { Type = spec.Type with { HasTwin = true } } : spec;

    private static bool IsOff(AnalyzerConfigOptions options, string property) =>
        options.TryGetValue($"build_property.{property}", out string? value) && value.Equals("false", StringComparison.OrdinalIgnoreCase);
}

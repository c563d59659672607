using System.Collections.Immutable;
using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Generator.Spec.ModelFolders;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GeneratedEncoder.Generator.Diagnostics;

/// <summary>
/// Reports what <see cref="ModelFolderReader"/> and <see cref="SpecValidator"/> find, at the argument's own place. An analyzer
/// rather than the generator, so that #pragma and .editorconfig work and a moved line doesn't generate anew.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EncoderAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        DiagnosticDescriptors.NotPartial,
        DiagnosticDescriptors.UnsupportedClass,
        DiagnosticDescriptors.SizeOutOfRange,
        DiagnosticDescriptors.HeadsDoNotDivide,
        DiagnosticDescriptors.NoPositionsLeft,
        DiagnosticDescriptors.BadEps,
        DiagnosticDescriptors.UndefinedValue,
        DiagnosticDescriptors.TooMuchMemory,
        DiagnosticDescriptors.NoEffectWithoutVocabulary,
        DiagnosticDescriptors.NotOfThisModelType,
        DiagnosticDescriptors.NeededByModelType,
        DiagnosticDescriptors.GroupsDoNotDivide,
        DiagnosticDescriptors.NameTaken,
        DiagnosticDescriptors.OldLanguage,
        DiagnosticDescriptors.SizesMissing,
        DiagnosticDescriptors.NeedsModelFolder,
        DiagnosticDescriptors.ModelNotInProject,
        DiagnosticDescriptors.ModelUnreadable,
        DiagnosticDescriptors.ModelUnsupported,
        DiagnosticDescriptors.ContradictsModel,
        DiagnosticDescriptors.TensorMissing,
        DiagnosticDescriptors.TensorMisshapen,
        DiagnosticDescriptors.TensorType,
        DiagnosticDescriptors.TensorUnexpected,
        DiagnosticDescriptors.HeadNeedsVocabulary,
        DiagnosticDescriptors.NumLabelsMissing,
        DiagnosticDescriptors.NoPooler,
        DiagnosticDescriptors.NoEffectOnHead,
        DiagnosticDescriptors.OffsetForgotten,
        DiagnosticDescriptors.NoSuchPositions,
        DiagnosticDescriptors.PartialPanels,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.GetTypeByMetadataName(SpecParser.AttributeName) is { } marker)
            {
                ImmutableArray<string> bundles = BundlesOf(start.Options, start.CancellationToken);
                start.RegisterSymbolAction(symbol => Analyze(symbol, marker, bundles), SymbolKind.NamedType);
            }
        });
    }

    private static ImmutableArray<string> BundlesOf(AnalyzerOptions options, CancellationToken cancellation) =>
        [.. options.AdditionalFiles
            .Where(file => file.Path.EndsWith(ModelBundle.Extension, StringComparison.OrdinalIgnoreCase))
            .Select(file => file.GetText(cancellation)?.ToString())
            .OfType<string>()];

    private static void Analyze(SymbolAnalysisContext context, INamedTypeSymbol marker, ImmutableArray<string> bundles)
    {
        INamedTypeSymbol type = (INamedTypeSymbol)context.Symbol;
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (!SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, marker))
            {
                continue;
            }

            AttributeSyntax? syntax = attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) as AttributeSyntax;
            (EncoderSpec spec, IReadOnlyList<SpecProblem> problems) =
                ModelFolderReader.Complete(SpecParser.Parse(type, attribute, context.Compilation, context.CancellationToken), bundles);
            foreach (SpecProblem problem in problems.Count > 0 ? problems : SpecValidator.Validate(spec))
            {
                Location location = LocationOf(problem, syntax) ?? type.Locations[0];
                context.ReportDiagnostic(Diagnostic.Create(problem.Rule, location, problem.Fix, [.. problem.Arguments]));
            }
        }
    }

    /// <summary>The property's argument; where the attribute has none, the model's name, or else the whole attribute.</summary>
    private static Location? LocationOf(SpecProblem problem, AttributeSyntax? attribute)
    {
        if (problem.Property is null)
        {
            return null;
        }

        SeparatedSyntaxList<AttributeArgumentSyntax>? arguments = attribute?.ArgumentList?.Arguments;
        return (arguments?.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == problem.Property)
            ?? arguments?.FirstOrDefault(a => a.NameEquals is null)
            ?? (SyntaxNode?)attribute)?.GetLocation();
    }
}

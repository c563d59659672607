using System.Collections.Immutable;
using GeneratedEncoder.Generator.Spec;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GeneratedEncoder.Generator.Diagnostics;

/// <summary>
/// Reports what <see cref="SpecValidator"/> finds, at the argument's own place. An analyzer rather than the generator,
/// so that #pragma and .editorconfig work and a moved line doesn't generate anew.
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
        DiagnosticDescriptors.HeadNeedsVocabulary,
        DiagnosticDescriptors.NumLabelsMissing,
        DiagnosticDescriptors.NoPooler,
        DiagnosticDescriptors.NoEffectOnHead,
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
                start.RegisterSymbolAction(symbol => Analyze(symbol, marker), SymbolKind.NamedType);
            }
        });
    }

    private static void Analyze(SymbolAnalysisContext context, INamedTypeSymbol marker)
    {
        INamedTypeSymbol type = (INamedTypeSymbol)context.Symbol;
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (!SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, marker))
            {
                continue;
            }

            AttributeSyntax? syntax = attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) as AttributeSyntax;
            foreach (SpecProblem problem in SpecValidator.Validate(SpecParser.Parse(type, attribute, context.CancellationToken)))
            {
                Location location = LocationOf(problem, syntax) ?? type.Locations[0];
                context.ReportDiagnostic(Diagnostic.Create(problem.Rule, location, [.. problem.Arguments]));
            }
        }
    }

    private static Location? LocationOf(SpecProblem problem, AttributeSyntax? attribute) =>
        problem.Property is null
            ? null
            : (attribute?.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == problem.Property)
                ?? (SyntaxNode?)attribute)?.GetLocation();
}

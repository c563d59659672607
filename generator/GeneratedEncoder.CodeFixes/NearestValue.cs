using System.Collections.Immutable;
using System.Composition;
using GeneratedEncoder.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GeneratedEncoder.CodeFixes;

/// <summary>Replaces a number that divides nothing by the nearest one that does.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NearestValue)), Shared]
public sealed class NearestValue : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["GE0004", "GE0012"];

    private protected override IEnumerable<(string Title, string Key)> Offers(SyntaxNode node, SemanticModel model, Diagnostic diagnostic) =>
        from key in new[] { FixProperties.Below, FixProperties.Above }
        let value = ValueOf(diagnostic, key)
        where value is not null && ArgumentAt(node) is not null
        select ($"Set {ArgumentAt(node)!.NameEquals!.Name.Identifier.Text} = {value}", key);

    private protected override SyntaxNode Fix(SyntaxNode root, SemanticModel model, IReadOnlyList<Diagnostic> diagnostics, string key)
    {
        // Where there is none on the side that was chosen for all, the other one.
        Dictionary<AttributeArgumentSyntax, string> values = [];
        foreach (Diagnostic diagnostic in diagnostics)
        {
            string? value = ValueOf(diagnostic, key) ?? ValueOf(diagnostic, FixProperties.Below) ?? ValueOf(diagnostic, FixProperties.Above);
            if (value is not null && ArgumentAt(root.FindNode(diagnostic.Location.SourceSpan)) is { } argument)
            {
                values[argument] = value;
            }
        }

        return root.ReplaceNodes(values.Keys, (argument, _) =>
            argument.WithExpression(SyntaxFactory.ParseExpression(values[argument]).WithTriviaFrom(argument.Expression)));
    }

    private static string? ValueOf(Diagnostic diagnostic, string key) => diagnostic.Properties.TryGetValue(key, out string? value) ? value : null;

    /// <summary>A named argument; none where a model folder has the number.</summary>
    private static AttributeArgumentSyntax? ArgumentAt(SyntaxNode node) =>
        node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is { NameEquals: not null } argument ? argument : null;
}

using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GeneratedEncoder.CodeFixes;

/// <summary>Removes a property that has no effect, does not exist in models of this type, or contradicts the model folder.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveProperty)), Shared]
public sealed class RemoveProperty : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["GE0009", "GE0010", "GE0023", "GE0033", "GE0035"];

    private protected override IEnumerable<(string Title, string Key)> Offers(SyntaxNode node, SemanticModel model, Diagnostic diagnostic) =>
        ArgumentAt(node) is { NameEquals.Name.Identifier.Text: var name } ? [($"Remove {name}", nameof(RemoveProperty))] : [];

    private protected override SyntaxNode Fix(SyntaxNode root, SemanticModel model, IReadOnlyList<Diagnostic> diagnostics, string key)
    {
        HashSet<AttributeArgumentSyntax> removed = [.. diagnostics.Select(diagnostic => ArgumentAt(root.FindNode(diagnostic.Location.SourceSpan))).OfType<AttributeArgumentSyntax>()];
        return root.ReplaceNodes(
            removed.Select(argument => argument.Parent).OfType<AttributeArgumentListSyntax>().Distinct(),
            (list, _) => list.WithArguments(Without(list.Arguments, removed)));
    }

    private static AttributeArgumentSyntax? ArgumentAt(SyntaxNode node) => node.FirstAncestorOrSelf<AttributeArgumentSyntax>();

    /// <summary>
    /// The list without some of its arguments. Lines stay as they were: an argument that begins one goes with the comma after it, and
    /// leaves its place to the next; any other goes with the comma before it.
    /// </summary>
    private static SeparatedSyntaxList<AttributeArgumentSyntax> Without(SeparatedSyntaxList<AttributeArgumentSyntax> arguments, HashSet<AttributeArgumentSyntax> removed)
    {
        List<SyntaxNodeOrToken> kept = [];
        SyntaxTriviaList? place = null;
        for (int i = 0; i < arguments.Count; i++)
        {
            SyntaxToken? comma = i < arguments.SeparatorCount ? arguments.GetSeparator(i) : null;
            bool beginsLine = i == 0 || EndsLine(arguments.GetSeparator(i - 1));
            if (!removed.Contains(arguments[i]))
            {
                kept.Add(place is { } leading && !beginsLine ? arguments[i].WithLeadingTrivia(leading) : arguments[i]);
                place = null;
                if (comma is { } after)
                {
                    kept.Add(after);
                }
            }
            else if (beginsLine || place is not null)
            {
                place ??= arguments[i].GetLeadingTrivia();
            }
            else if (comma is { } after)
            {
                kept[^1] = after;
            }
        }

        // A comma before what was last goes too.
        return SyntaxFactory.SeparatedList<AttributeArgumentSyntax>(kept.Count > 0 && kept[^1].IsToken ? kept.Take(kept.Count - 1) : kept);
    }

    private static bool EndsLine(SyntaxToken comma) => comma.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia);
}

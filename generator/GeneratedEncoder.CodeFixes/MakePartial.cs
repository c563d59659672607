using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GeneratedEncoder.CodeFixes;

/// <summary>GE0001: makes the class and all that contain it partial.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakePartial)), Shared]
public sealed class MakePartial : SyntaxFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["GE0001"];

    private protected override IEnumerable<(string Title, string Key)> Offers(SyntaxNode node, SemanticModel model, Diagnostic diagnostic)
    {
        string[] names = [.. NotPartial(node).Reverse().Select(type => $"'{type.Identifier.Text}'")];
        return names.Length == 0 ? [] : [($"Make {string.Join(" and ", names)} partial", nameof(MakePartial))];
    }

    private protected override SyntaxNode Fix(SyntaxNode root, SemanticModel model, IReadOnlyList<Diagnostic> diagnostics, string key) => root.ReplaceNodes(
        diagnostics.SelectMany(diagnostic => NotPartial(root.FindNode(diagnostic.Location.SourceSpan))).Distinct(),
        (_, type) => AddPartial(type));

    /// <summary>Innermost first.</summary>
    private static IEnumerable<TypeDeclarationSyntax> NotPartial(SyntaxNode node) =>
        node.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().Where(type => !type.Modifiers.Any(SyntaxKind.PartialKeyword));

    /// <summary>The modifier must be the last one. Where it is the only one, what stood before the keyword now stands before it.</summary>
    private static TypeDeclarationSyntax AddPartial(TypeDeclarationSyntax type)
    {
        SyntaxToken modifier = SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        return type.Modifiers.Count > 0
            ? type.WithModifiers(type.Modifiers.Add(modifier))
            : type.WithKeyword(type.Keyword.WithLeadingTrivia()).WithModifiers([modifier.WithLeadingTrivia(type.Keyword.LeadingTrivia)]);
    }
}

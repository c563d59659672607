using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace GeneratedEncoder.CodeFixes;

/// <summary>
/// A fix that changes one document's syntax, for any number of its diagnostics at once: so that "fix all" is the same work as one
/// fix, and two diagnostics at one place don't get in each other's way.
/// </summary>
public abstract class SyntaxFix : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (context, document, diagnostics) =>
        diagnostics.IsEmpty ? document : await FixAsync(document, diagnostics, context.CodeActionEquivalenceKey ?? "", context.CancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Document document = context.Document;
        SyntaxNode? root = await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null)
        {
            return;
        }

        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            foreach ((string title, string key) in Offers(root.FindNode(diagnostic.Location.SourceSpan), model, diagnostic))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(title, cancellation => FixAsync(document, [diagnostic], key, cancellation), equivalenceKey: key), diagnostic);
            }
        }
    }

    /// <summary>What can be done about a diagnostic: a title, and the key under which the same is done to others.</summary>
    private protected abstract IEnumerable<(string Title, string Key)> Offers(SyntaxNode node, SemanticModel model, Diagnostic diagnostic);

    /// <summary>The document's root with all these diagnostics dealt with.</summary>
    private protected abstract SyntaxNode Fix(SyntaxNode root, SemanticModel model, IReadOnlyList<Diagnostic> diagnostics, string key);

    private async Task<Document> FixAsync(Document document, ImmutableArray<Diagnostic> diagnostics, string key, CancellationToken cancellation)
    {
        SyntaxNode? root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        SemanticModel? model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        return root is null || model is null ? document : document.WithSyntaxRoot(Fix(root, model, diagnostics, key));
    }
}

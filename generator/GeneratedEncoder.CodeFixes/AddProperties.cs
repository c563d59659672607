using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using GeneratedEncoder.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GeneratedEncoder.CodeFixes;

/// <summary>
/// Adds properties that are missing, with the values that models have as a rule: what a diagnostic of ours asks for, and all that
/// the attribute demands (GE0015).
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddProperties)), Shared]
public sealed class AddProperties : SyntaxFix
{
    private const string RequiredMember = "GE0015";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["GE0011", "GE0031", "GE0034", RequiredMember];

    private protected override IEnumerable<(string Title, string Key)> Offers(SyntaxNode node, SemanticModel model, Diagnostic diagnostic)
    {
        string[] missing = AttributeAt(node) is { } attribute ? [.. Missing(attribute, model, diagnostic)] : [];
        return missing.Length switch
        {
            0 => [],
            1 => [($"Add {missing[0]}", nameof(AddProperties))],
            _ => [("Add the missing properties, with usual values", nameof(AddProperties))],
        };
    }

    private protected override SyntaxNode Fix(SyntaxNode root, SemanticModel model, IReadOnlyList<Diagnostic> diagnostics, string key)
    {
        Dictionary<AttributeSyntax, List<string>> missing = [];
        foreach (Diagnostic diagnostic in diagnostics)
        {
            if (AttributeAt(root.FindNode(diagnostic.Location.SourceSpan)) is { } attribute)
            {
                List<string> properties = missing.TryGetValue(attribute, out List<string> known) ? known : missing[attribute] = [];
                properties.AddRange(Missing(attribute, model, diagnostic).Except(properties));
            }
        }

        return root.ReplaceNodes(missing.Keys, (attribute, _) => Add(attribute, missing[attribute]));
    }

    private static AttributeSyntax? AttributeAt(SyntaxNode node) => node.FirstAncestorOrSelf<AttributeSyntax>();

    /// <summary>What the attribute lacks: "NumHiddenGroups = 1".</summary>
    private static IEnumerable<string> Missing(AttributeSyntax attribute, SemanticModel model, Diagnostic diagnostic) =>
        diagnostic.Id == RequiredMember ? MissingRequired(attribute, model)
        : diagnostic.Properties.TryGetValue(FixProperties.Missing, out string? property) && property is not null ? [property]
        : [];

    private static IEnumerable<string> MissingRequired(AttributeSyntax attribute, SemanticModel model)
    {
        if (model.GetTypeInfo(attribute).Type?.ToDisplayString() != "GeneratedEncoder.TransformerEncoderAttribute")
        {
            return [];
        }

        // The sizes of BERT base, of which those that follow from the hidden size follow from the one that is given.
        int hidden = Given(attribute, "HiddenSize") is { } expression && model.GetConstantValue(expression).Value is int and > 0 and < 1 << 16 and var size ? size : 768;
        string space = attribute.Name is QualifiedNameSyntax name ? $"{name.Left}." : "";
        (string Property, string Value)[] usual =
        [
            ("HiddenSize", Text(hidden)), ("NumHiddenLayers", "12"), ("NumAttentionHeads", Text(hidden % 64 == 0 ? hidden / 64 : 1)),
            ("IntermediateSize", Text(4 * hidden)), ("MaxPositionEmbeddings", "512"), ("HiddenAct", $"{space}HiddenAct.Gelu"),
        ];
        return usual.Where(one => Given(attribute, one.Property) is null).Select(one => $"{one.Property} = {one.Value}");
    }

    private static ExpressionSyntax? Given(AttributeSyntax attribute, string property) =>
        attribute.ArgumentList?.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.Text == property)?.Expression;

    private static AttributeSyntax Add(AttributeSyntax attribute, IEnumerable<string> properties)
    {
        // Parsed together: the commas between them have their spaces.
        AttributeArgumentListSyntax added = SyntaxFactory.ParseAttributeArgumentList($"({string.Join(", ", properties)})")!;
        if (attribute.ArgumentList is not { Arguments.Count: > 0 } list)
        {
            return attribute.ArgumentList is null
                ? attribute.WithName(attribute.Name.WithoutTrailingTrivia()).WithArgumentList(added)
                : attribute.WithArgumentList(attribute.ArgumentList.WithArguments(added.Arguments));
        }

        SyntaxToken comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        return attribute.WithArgumentList(list.WithArguments(SyntaxFactory.SeparatedList<AttributeArgumentSyntax>(
            list.Arguments.GetWithSeparators().Append(comma).Concat(added.Arguments.GetWithSeparators()))));
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}

using System.Text;
using GeneratedEncoder.Generator.Spec;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The using directives of emitted files, and names written in full where the user's code has another meaning for them.</summary>
internal static class Qualification
{
    private static readonly string[] s_spaces =
    [
        "System", ImportedNames.Attributes, ImportedNames.Analysis, ImportedNames.Compiler, ImportedNames.Interop, ImportedNames.Intrinsics,
        ImportedNames.Arm, ImportedNames.Wasm, ImportedNames.X86, ImportedNames.Library, ImportedNames.Kernels, ImportedNames.Runtime,
    ];

    /// <summary>Directives for the namespaces that a text has names of, but for the one that it stands in; they stand inside that.</summary>
    public static string Usings(string text, string inside)
    {
        HashSet<string> spaces = [];
        foreach (string line in text.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)))
        {
            for (int start = 0, end; start < line.Length; start = end + 1)
            {
                for (end = start; end < line.Length && SyntaxFacts.IsIdentifierPartCharacter(line[end]); end++)
                {
                }

                if (end > start && ImportedNames.Types.TryGetValue(line.Substring(start, end - start), out string? space))
                {
                    spaces.Add(space);
                }
            }
        }

        return string.Concat(s_spaces.Where(space => space != inside && spaces.Contains(space)).Select(space => $"using global::{space};\n"));
    }

    /// <summary>The text with these of the imported names in full: types' names, but not members that are called alike.</summary>
    public static string InFull(string text, EquatableArray<string> names)
    {
        if (names.Count == 0)
        {
            return text;
        }

        HashSet<string> taken = [.. names];
        StringBuilder full = new();
        SyntaxToken[] tokens = [.. SyntaxFactory.ParseTokens(text)];
        for (int i = 0; i < tokens.Length; i++)
        {
            bool isType = tokens[i].IsKind(SyntaxKind.IdentifierToken) && IsTaken(tokens[i].Text, taken)
                && (i == 0 || tokens[i - 1].Kind() is not (SyntaxKind.DotToken or SyntaxKind.ColonColonToken))
                && !(i + 1 < tokens.Length && tokens[i + 1].IsKind(SyntaxKind.EqualsToken));
            full.Append(tokens[i].LeadingTrivia.ToFullString()).Append(isType ? $"global::{ImportedNames.Types[tokens[i].Text]}." : "")
                .Append(tokens[i].Text).Append(tokens[i].TrailingTrivia.ToFullString());
        }

        return full.ToString();
    }

    /// <summary>An attribute's name is looked up with and without its suffix.</summary>
    private static bool IsTaken(string name, HashSet<string> taken) =>
        ImportedNames.Types.ContainsKey(name) && (taken.Contains(name) || taken.Contains(name + "Attribute"));
}

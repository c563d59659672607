namespace GeneratedEncoder.Build.Hub;

/// <summary>What the Hub calls its models and their revisions, and what can be neither.</summary>
internal static class HubId
{
    private const int MostCharacters = 96;

    /// <summary>The branch that stands for a model's revision where none is named.</summary>
    public const string DefaultRevision = "main";

    /// <summary>Whether a text that names no folder is meant as an id without further hints: "sentence-transformers/all-MiniLM-L6-v2".</summary>
    public static bool LooksLike(string text) => text.Count(c => c == '/') == 1 && IsLegal(text);

    /// <summary>Whether the Hub could have a model of that id: one or two names of letters, digits, '-', '_' and '.'.</summary>
    public static bool IsLegal(string text)
    {
        string[] names = text.Split('/');
        return names.Length <= 2 && text.Length <= MostCharacters && names.All(IsName) && !text.EndsWith(".git", StringComparison.Ordinal);
    }

    /// <summary>Whether git could have a branch, tag or commit of that name.</summary>
    public static bool IsLegalRevision(string text) =>
        text.Length is > 0 and <= 200
        && text.All(c => c is > ' ' and not ('\x7f' or '\\' or ':' or '~' or '^' or '?' or '*' or '[' or '"' or '<' or '>' or '|' or '%' or '#'))
        && !text.Contains("..") && !text.Contains("@{")
        && text.Split('/').All(part => part.Length > 0 && part[0] != '.' && part[part.Length - 1] != '.' && !part.EndsWith(".lock", StringComparison.Ordinal));

    /// <summary>Whether it is a commit's whole hash, which is never moved to another content.</summary>
    public static bool IsCommit(string text) => text.Length == 40 && IsHexadecimal(text);

    public static bool IsHexadecimal(string text) => text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    private static bool IsName(string name) =>
        name.Length > 0
        && name.All(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '_' or '.')
        && name[0] is not ('-' or '.') && name[name.Length - 1] is not ('-' or '.')
        && !name.Contains("--") && !name.Contains("..");
}

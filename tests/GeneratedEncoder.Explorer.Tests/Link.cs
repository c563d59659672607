using System.Text;

namespace GeneratedEncoder.Explorer.Tests;

/// <summary>Links into the page.</summary>
internal static class Link
{
    /// <summary>The fragment that shows a sentence, as the page itself writes it. Words, layers and heads are counted as the address counts them.</summary>
    public static string To(string text, int? word = null, string? second = null, int layer = 2, string head = "1", bool by = false, bool special = true)
    {
        StringBuilder link = new($"#s={Escape(text)}");
        link.Append(second is null ? "" : $"&t={Escape(second)}").Append($"&layer={layer}&head={head}").Append(word is null ? "" : $"&word={word}");
        return link.Append(by ? "&by=1" : "").Append(special ? "" : "&special=0").ToString();
    }

    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}

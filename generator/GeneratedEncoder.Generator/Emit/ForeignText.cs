using System.Xml;
using Microsoft.CodeAnalysis.CSharp;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>Text that others wrote (names and prompts of a model), made safe to stand in source code.</summary>
internal static class ForeignText
{
    /// <summary>As a C# string.</summary>
    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>As text of an XML comment's line.</summary>
    public static string InComment(string text) =>
        new string([.. text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' || !XmlConvert.IsXmlChar(c) ? ' ' : c)])
            .Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}

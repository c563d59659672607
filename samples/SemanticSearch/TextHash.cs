using System.Security.Cryptography;
using System.Text;

namespace SemanticSearch;

/// <summary>SHA-256 of texts, by which the index knows what it has seen.</summary>
internal static class TextHash
{
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

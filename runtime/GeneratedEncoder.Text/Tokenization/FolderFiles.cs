using System.Text;
using System.Text.Json;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Text;

/// <summary>The text files of a model folder. Whatever editor wrote them, they may begin with a byte order mark.</summary>
/// <param name="source">The folder, on disk or in memory.</param>
internal sealed class FolderFiles(ModelSource source)
{
    // The largest tokenizers have a tenth of this; what is beside them, a hundredth.
    private const int MostVocabularyBytes = 400_000_000, MostBytes = 64_000_000;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The folder.</summary>
    public ModelSource Source => source;

    /// <summary>Whether the folder has such a file.</summary>
    public bool Has(string name) => source.Find(name) is not null;

    /// <summary>A JSON file that may be missing: null then.</summary>
    /// <exception cref="InvalidDataException">It is no JSON, too large, or no ordinary file.</exception>
    public Json? FindJson(string name) => source.Find(name) is null ? null : new Json(Parsed(name), name);

    /// <summary>A JSON file.</summary>
    public Json GetJson(string name) => FindJson(name) ?? throw new FileNotFoundException($"{source.Owner} has no {name}.", name);

    /// <summary>A text file's lines.</summary>
    /// <param name="name">The file.</param>
    /// <param name="endsWithLine">Whether its last line has an end, too.</param>
    /// <exception cref="InvalidDataException">It is no UTF-8, too large, or no ordinary file.</exception>
    public List<string> Lines(string name, out bool endsWithLine)
    {
        string text;
        try
        {
            text = s_strict.GetString(Bytes(name).Span);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{name} is not what it should be: {e.Message}", e);
        }

        endsWithLine = text.Length == 0 || text[^1] is '\n' or '\r';
        List<string> lines = [];
        StringReader reader = new(text);
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    private JsonElement Parsed(string name)
    {
        try
        {
            // The document's memory is the garbage collector's, not a pool's, so that nothing has to be disposed.
            return JsonElement.Parse(Bytes(name).Span);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{name} is not what it should be: {e.Message}", e);
        }
    }

    private ReadOnlyMemory<byte> Bytes(string name)
    {
        string path = source.Find(name) ?? throw new FileNotFoundException($"{source.Owner} has no {name}.", name);
        ReadOnlyMemory<byte> bytes = source.ReadAllBytes(path, name is "tokenizer.json" or "vocab.txt" or "vocab.json" or "merges.txt" ? MostVocabularyBytes : MostBytes);
        return bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
    }
}

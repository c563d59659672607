using System.Runtime.InteropServices;
using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Quickstart;

namespace AttentionExplorer;

/// <summary>What JavaScript calls: the generated encoder, with numbers as the bytes of little-endian floats.</summary>
[SupportedOSPlatform("browser")]
internal static partial class Exports
{
    private static Reader? s_reader;
    private static Vocabulary? s_vocabulary;

    /// <summary>Loads the model.</summary>
    /// <param name="weights">The bytes of model.safetensors.</param>
    /// <param name="vocabulary">The text of vocab.txt.</param>
    /// <returns>Layers, heads of a layer, width of a vector, tokens of the longest text.</returns>
    [JSExport]
    internal static int[] Load(byte[] weights, string vocabulary)
    {
        s_vocabulary = Vocabulary.Of(vocabulary.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        s_reader = Reader.Load(weights);
        return [Reader.NumHiddenLayers, Reader.NumAttentionHeads, Reader.HiddenSize, Reader.MaxTokens];
    }

    /// <summary>The words of a text, between [CLS] and [SEP].</summary>
    /// <exception cref="SentenceException">The model can't read it; the message says why.</exception>
    [JSExport]
    internal static string[] Tokens(string text) => Read(text).Tokens;

    /// <summary>The tokens' ids.</summary>
    [JSExport]
    internal static int[] Ids(string text) => Read(text).Ids;

    /// <summary>Computes what the encoder makes of a text.</summary>
    /// <returns>The last hidden state, [tokens * HiddenSize], and the attention, [NumHiddenLayers * NumAttentionHeads * tokens * tokens], end to end.</returns>
    [JSExport]
    internal static byte[] Attend(string text)
    {
        int[] ids = Read(text).Ids;
        int vectors = ids.Length * Reader.HiddenSize;
        float[] values = new float[vectors + Reader.NumHiddenLayers * Reader.NumAttentionHeads * ids.Length * ids.Length];
        (s_reader ?? throw NotLoaded()).Attend(ids, values.AsSpan(0, vectors), values.AsSpan(vectors));
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    private static Sentence Read(string text) => (s_vocabulary ?? throw NotLoaded()).Read(text, Reader.MaxTokens);

    private static InvalidOperationException NotLoaded() => new("Load comes first.");
}

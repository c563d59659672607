using Microsoft.ML.OnnxRuntime;

namespace GeneratedEncoder.Oracles;

/// <summary>
/// An encoder that somebody exported to an ONNX file, as ONNX Runtime computes it: input_ids, attention_mask and token_type_ids in,
/// last_hidden_state out. Safe to use from several threads at once.
/// </summary>
public sealed class OnnxFile : IDisposable
{
    /// <summary>Tokens that go through the session together.</summary>
    private const int MostTokens = 2048;

    private readonly InferenceSession _session;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The .onnx file.</param>
    /// <param name="threads">Threads within a run.</param>
    public OnnxFile(string path, int threads)
    {
        using SessionOptions options = new() { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        _session = new InferenceSession(path, options);
    }

    /// <summary>Encodes texts. Those of the same length go together, so that there is no padding and the mask is all ones.</summary>
    /// <param name="texts">Token ids of each text.</param>
    /// <returns>The last hidden state of each text, [tokens, H].</returns>
    public float[][] Encode(IReadOnlyList<int[]> texts)
    {
        float[][] hidden = new float[texts.Count][];
        foreach (IGrouping<int, int> length in Enumerable.Range(0, texts.Count).GroupBy(i => texts[i].Length))
        {
            foreach (int[] batch in length.Chunk(Math.Max(1, MostTokens / length.Key)))
            {
                float[] together = Run([.. batch.SelectMany(i => texts[i])], batch.Length, length.Key);
                int size = together.Length / batch.Length;
                foreach ((int place, int text) in batch.Index())
                {
                    hidden[text] = together[(place * size)..((place + 1) * size)];
                }
            }
        }

        return hidden;
    }

    /// <summary>Frees the session. No call may be under way.</summary>
    public void Dispose() => _session.Dispose();

    private float[] Run(int[] ids, int batch, int tokens)
    {
        long[] shape = [batch, tokens];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(ids, id => (long)id), shape);
        using OrtValue mask = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(ids, _ => 1L), shape);
        using OrtValue types = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs =
            _session.Run(options, ["input_ids", "attention_mask", "token_type_ids"], [input, mask, types], ["last_hidden_state"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}

using GeneratedEncoder.Oracles.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace GeneratedEncoder.Oracles;

/// <summary>
/// An encoder run by ONNX Runtime on the CPU: in double precision the oracle for numerics, in single precision the peer for
/// benchmarks. Safe to use from several threads at once.
/// </summary>
/// <remarks>
/// Methods ending in 64 need <see cref="OnnxEncoderOptions.Float64"/>, the others need it off; those named Attend need
/// <see cref="OnnxEncoderOptions.Attentions"/>. H is the hidden size.
/// </remarks>
public sealed class OnnxEncoder : IDisposable
{
    private readonly EncoderShape _shape;
    private readonly OnnxEncoderOptions _options;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();

    // The call that ran last, for the next one of the same dimensions. Whoever uses it takes it out first.
    private IDisposable? _spare;

    private OnnxEncoder(EncoderShape shape, OnnxEncoderOptions options, Func<SessionOptions, InferenceSession> open)
    {
        (_shape, _options) = (shape, options);
        using SessionOptions session = new()
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,

            // A reference computes what its graph says; a peer may rewrite its graph as it likes.
            GraphOptimizationLevel = options.Float64
                ? GraphOptimizationLevel.ORT_DISABLE_ALL
                : GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        if (options.Fused)
        {
            // One rewriting of ONNX Runtime's is a loss: skip + norm as one node took several times as long as the separate
            // nodes (MiniLM's shape, 128 tokens, version 1.31: 0.25 against 0.05 ms, twelve times a text).
            session.AddSessionConfigEntry("optimization.disable_specified_optimizers", "SkipLayerNormFusion");
        }

        _session = open(session);
    }

    /// <summary>Builds the graph of a random model and loads it.</summary>
    public static OnnxEncoder Create(RandomModel model, OnnxEncoderOptions? options = null) =>
        Create(model.Shape, model.Tensors, options);

    /// <summary>Builds the graph of an encoder from its tensors, which go by their Hugging Face names without prefix.</summary>
    public static OnnxEncoder Create(
        EncoderShape shape, IReadOnlyDictionary<string, Tensor> tensors, OnnxEncoderOptions? options = null)
    {
        options ??= new OnnxEncoderOptions();
        byte[] graph = Export(shape, tensors, options);
        return new OnnxEncoder(shape, options, session => new InferenceSession(graph, session));
    }

    /// <summary>Builds the graph of a ModernBERT and loads it.</summary>
    /// <exception cref="ArgumentException">The options ask for a mask, for attentions, for int8, or for what doesn't go together.</exception>
    public static OnnxEncoder Create(ModernBertModel model, OnnxEncoderOptions? options = null)
    {
        options ??= new OnnxEncoderOptions();
        byte[] graph = Export(model, options);
        return new OnnxEncoder(model.Shape.Calls, options, session => new InferenceSession(graph, session));
    }

    /// <summary>Loads a graph from a file.</summary>
    /// <param name="shape">The shape of its encoder.</param>
    /// <param name="path">The file: what Export gave for that shape and these options.</param>
    /// <param name="options">What the graph was built with, and how many threads work within a call.</param>
    public static OnnxEncoder Open(EncoderShape shape, string path, OnnxEncoderOptions options) =>
        new(shape, options, session => new InferenceSession(path, session));

    /// <summary>Builds the graph of an encoder from its tensors, which go by their Hugging Face names without prefix.</summary>
    /// <returns>A whole ONNX file.</returns>
    /// <exception cref="ArgumentException">The options don't go together.</exception>
    public static byte[] Export(EncoderShape shape, IReadOnlyDictionary<string, Tensor> tensors, OnnxEncoderOptions options)
    {
        CheckTogether(options);
        return EncoderGraph.Build(shape, tensors, options);
    }

    /// <summary>Builds the graph of a ModernBERT.</summary>
    /// <returns>A whole ONNX file.</returns>
    /// <exception cref="ArgumentException">The options ask for a mask, for attentions, for int8, or for what doesn't go together.</exception>
    public static byte[] Export(ModernBertModel model, OnnxEncoderOptions options)
    {
        CheckTogether(options);
        if (options.Masked || options.Attentions || options.Quantization != OnnxQuantization.None)
        {
            throw new ArgumentException("A ModernBERT's graph has neither Masked nor Attentions nor Quantization.", nameof(options));
        }

        return ModernBertGraph.Build(model, options);
    }

    /// <summary>Encodes one text.</summary>
    /// <param name="ids">Token ids [tokens].</param>
    /// <param name="types">Segment ids [tokens]; all 0 where left out, and unused where there is no segment table.</param>
    /// <returns>The last hidden state [tokens, H].</returns>
    public float[] Encode(ReadOnlySpan<int> ids, ReadOnlySpan<int> types = default)
    {
        float[] hidden = new float[ids.Length * _shape.HiddenSize];
        Run<float>([ids.Length], ids, types, [], hidden, [], []);
        return hidden;
    }

    /// <summary>Encodes one text without allocating, as long as its length is that of the call before.</summary>
    /// <param name="ids">Token ids [tokens].</param>
    /// <param name="hidden">Receives the last hidden state [tokens, H].</param>
    public void Encode(ReadOnlySpan<int> ids, Span<float> hidden) => Run<float>([ids.Length], ids, [], [], hidden, [], []);

    /// <summary>Encodes vectors, where the encoder has no embedding tables.</summary>
    /// <param name="vectors">[tokens, H].</param>
    /// <returns>The last hidden state [tokens, H].</returns>
    public float[] EncodeVectors(ReadOnlySpan<float> vectors)
    {
        float[] hidden = new float[vectors.Length];
        Run<float>([vectors.Length / _shape.HiddenSize], [], [], vectors, hidden, [], []);
        return hidden;
    }

    /// <summary>Encodes a batch, padded to its longest text.</summary>
    /// <param name="texts">Token ids of each text.</param>
    /// <returns>The last hidden state [tokens, H] of each text, padding left out.</returns>
    public float[][] RunBatch(int[][] texts)
    {
        int[] lengths = Array.ConvertAll(texts, text => text.Length);
        float[] hidden = new float[lengths.Sum() * _shape.HiddenSize];
        EncodeBatch(texts.SelectMany(text => text).ToArray(), lengths, hidden);
        int start = 0;
        return Array.ConvertAll(lengths, tokens =>
        {
            int begin = start;
            start += tokens * _shape.HiddenSize;
            return hidden[begin..start];
        });
    }

    /// <summary>Encodes a batch, padded to its longest text; unequal lengths need <see cref="OnnxEncoderOptions.Masked"/>.</summary>
    /// <param name="ids">Token ids of all texts, end to end.</param>
    /// <param name="lengths">Tokens of each text [batch].</param>
    /// <param name="hidden">Receives the last hidden states [all tokens, H], end to end, padding left out.</param>
    public void EncodeBatch(ReadOnlySpan<int> ids, ReadOnlySpan<int> lengths, Span<float> hidden) =>
        Run<float>(lengths, ids, [], [], hidden, [], []);

    /// <summary>Encodes one text and gives its attention probabilities.</summary>
    /// <returns>The last hidden state [tokens, H] and the probabilities [layers, heads, tokens, tokens].</returns>
    public (float[] Hidden, float[] Attentions) Attend(ReadOnlySpan<int> ids, ReadOnlySpan<int> types = default) =>
        Attend<float>(ids.Length, ids, types, []);

    /// <summary>Encodes vectors and gives their attention probabilities.</summary>
    /// <param name="vectors">[tokens, H].</param>
    /// <returns>The last hidden state [tokens, H] and the probabilities [layers, heads, tokens, tokens].</returns>
    public (float[] Hidden, float[] Attentions) AttendVectors(ReadOnlySpan<float> vectors) =>
        Attend<float>(vectors.Length / _shape.HiddenSize, [], [], vectors);

    /// <summary>Encodes one text in double precision.</summary>
    /// <returns>The last hidden state [tokens, H].</returns>
    public double[] Encode64(ReadOnlySpan<int> ids, ReadOnlySpan<int> types = default)
    {
        double[] hidden = new double[ids.Length * _shape.HiddenSize];
        Run<double>([ids.Length], ids, types, [], hidden, [], []);
        return hidden;
    }

    /// <summary>Encodes vectors in double precision.</summary>
    /// <param name="vectors">[tokens, H].</param>
    /// <returns>The last hidden state [tokens, H].</returns>
    public double[] EncodeVectors64(ReadOnlySpan<float> vectors)
    {
        double[] hidden = new double[vectors.Length];
        Run<double>([vectors.Length / _shape.HiddenSize], [], [], vectors, hidden, [], []);
        return hidden;
    }

    /// <summary>Encodes one text in double precision and gives its attention probabilities.</summary>
    /// <returns>The last hidden state [tokens, H] and the probabilities [layers, heads, tokens, tokens].</returns>
    public (double[] Hidden, double[] Attentions) Attend64(ReadOnlySpan<int> ids, ReadOnlySpan<int> types = default) =>
        Attend<double>(ids.Length, ids, types, []);

    /// <summary>Encodes vectors in double precision and gives their attention probabilities.</summary>
    /// <param name="vectors">[tokens, H].</param>
    /// <returns>The last hidden state [tokens, H] and the probabilities [layers, heads, tokens, tokens].</returns>
    public (double[] Hidden, double[] Attentions) AttendVectors64(ReadOnlySpan<float> vectors) =>
        Attend<double>(vectors.Length / _shape.HiddenSize, [], [], vectors);

    /// <summary>Computes what the head gives for one text.</summary>
    /// <returns>The pooler's output [H]; logits [labels], [tokens, labels] or, for words, [tokens, V].</returns>
    public float[] Head(ReadOnlySpan<int> ids, ReadOnlySpan<int> types = default) => Head<float>(ids.Length, ids, types, []);

    /// <summary>Computes what the head gives for vectors.</summary>
    /// <param name="vectors">[tokens, H].</param>
    /// <returns>The pooler's output [H]; logits [labels] or [tokens, labels].</returns>
    public float[] HeadOfVectors(ReadOnlySpan<float> vectors) => Head<float>(vectors.Length / _shape.HiddenSize, [], [], vectors);

    /// <summary>Computes what the head gives for one text in double precision.</summary>
    /// <returns>The pooler's output [H]; logits [labels], [tokens, labels] or, for words, [tokens, V].</returns>
    public double[] Head64(ReadOnlySpan<int> ids, ReadOnlySpan<int> types = default) => Head<double>(ids.Length, ids, types, []);

    /// <summary>Computes what the head gives for vectors in double precision.</summary>
    /// <param name="vectors">[tokens, H].</param>
    /// <returns>The pooler's output [H]; logits [labels] or [tokens, labels].</returns>
    public double[] HeadOfVectors64(ReadOnlySpan<float> vectors) => Head<double>(vectors.Length / _shape.HiddenSize, [], [], vectors);

    /// <summary>Frees the session. No call may be under way.</summary>
    public void Dispose()
    {
        _spare?.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static void CheckTogether(OnnxEncoderOptions options)
    {
        if (options.Fused && (options.Float64 || options.Attentions))
        {
            throw new ArgumentException("Fused goes with neither Float64 nor Attentions.", nameof(options));
        }

        if (options.Quantization != OnnxQuantization.None && options.Float64)
        {
            throw new ArgumentException("Quantization doesn't go with Float64.", nameof(options));
        }
    }

    private (T[] Hidden, T[] Attentions) Attend<T>(
        int tokens, ReadOnlySpan<int> ids, ReadOnlySpan<int> types, ReadOnlySpan<float> vectors)
        where T : unmanaged
    {
        if (!_options.Attentions)
        {
            throw new InvalidOperationException("The encoder was created without attention outputs.");
        }

        T[] hidden = new T[tokens * _shape.HiddenSize];
        T[] attentions = new T[_shape.NumHiddenLayers * _shape.NumAttentionHeads * tokens * tokens];
        Run<T>([tokens], ids, types, vectors, hidden, attentions, []);
        return (hidden, attentions);
    }

    private T[] Head<T>(int tokens, ReadOnlySpan<int> ids, ReadOnlySpan<int> types, ReadOnlySpan<float> vectors)
        where T : unmanaged
    {
        HeadParts head = HeadParts.Of(_shape) ?? throw new InvalidOperationException("The encoder has no head.");
        T[] hidden = new T[tokens * _shape.HiddenSize];
        T[] outputs = new T[(head.FirstToken ? 1 : tokens) * head.Outputs];
        Run<T>([tokens], ids, types, vectors, hidden, [], outputs);
        return outputs;
    }

    /// <summary>
    /// Runs a batch whose tokens, or vectors, stand end to end; attentions and the head's outputs may be asked for a single
    /// text only.
    /// </summary>
    private void Run<T>(
        ReadOnlySpan<int> lengths, ReadOnlySpan<int> ids, ReadOnlySpan<int> types, ReadOnlySpan<float> vectors,
        Span<T> hidden, Span<T> attentions, Span<T> head)
        where T : unmanaged
    {
        if (vectors.IsEmpty != _shape.VocabSize > 0)
        {
            throw new InvalidOperationException($"The encoder takes {(_shape.VocabSize > 0 ? "token ids" : "vectors")}.");
        }

        OnnxCall<T> call = Take<T>(lengths);
        try
        {
            PaddedBatch.Spread(ids, lengths, call.Ids);
            PaddedBatch.Spread(types, lengths, call.Types);
            PaddedBatch.Mark(lengths, call.Mask);
            PaddedBatch.Widen(vectors, call.Vectors);
            call.Run(_session, _runOptions);
            PaddedBatch.Gather(call.Hidden, lengths, hidden);
            call.Attentions.AsSpan(0, attentions.Length).CopyTo(attentions);
            call.Head.AsSpan(0, head.Length).CopyTo(head);
        }
        finally
        {
            // What another thread put there in the meantime is the one to give up.
            Interlocked.Exchange(ref _spare, call)?.Dispose();
        }
    }

    private OnnxCall<T> Take<T>(ReadOnlySpan<int> lengths)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double) != _options.Float64)
        {
            throw new InvalidOperationException($"The encoder computes in {(_options.Float64 ? "double" : "single")} precision.");
        }

        int tokens = PaddedBatch.Longest(lengths);
        if (!_options.Masked && PaddedBatch.NeedsMask(lengths))
        {
            throw new InvalidOperationException("Texts of unequal length need an encoder created with a mask.");
        }

        IDisposable? spare = Interlocked.Exchange(ref _spare, null);
        if (spare is OnnxCall<T> call && call.Batch == lengths.Length && call.Tokens == tokens)
        {
            return call;
        }

        spare?.Dispose();
        return new OnnxCall<T>(_session, _shape, _options, lengths.Length, tokens);
    }
}

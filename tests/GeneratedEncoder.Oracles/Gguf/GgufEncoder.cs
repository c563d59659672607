namespace GeneratedEncoder.Oracles;

/// <summary>An encoder as a GGUF file of llama.cpp's architecture "bert", without a tokenizer: it is called with token ids.</summary>
public static class GgufEncoder
{
    private const string Weight = ".weight", Bias = ".bias";

    /// <summary>Writes an encoder's weights.</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="tensors">Its tensors by their Hugging Face names without prefix.</param>
    /// <param name="type">How to store the matrices.</param>
    /// <exception cref="ArgumentException">llama.cpp's "bert" can't compute such an encoder, or Q8_0 can't store its rows.</exception>
    public static void Write(string path, EncoderShape shape, IReadOnlyDictionary<string, Tensor> tensors, GgufType type)
    {
        Check(shape);
        GgufWriter file = new();
        Describe(file, shape, type);

        file.Add("token_embd.weight", tensors[TensorNames.Words], type);
        file.Add("position_embd.weight", Positions(shape, tensors[TensorNames.Positions]), GgufType.F32);
        if (shape.TypeVocabSize > 0)
        {
            file.Add("token_types.weight", tensors[TensorNames.Types], GgufType.F32);
        }

        AddPair(TensorNames.EmbeddingNorm, "token_embd_norm", GgufType.F32);
        for (int layer = 0; layer < shape.NumHiddenLayers; layer++)
        {
            LayerNames names = LayerNames.OfLayer(shape, layer);
            string block = $"blk.{layer}.";
            AddPair(names.Query, block + "attn_q", type);
            AddPair(names.Key, block + "attn_k", type);
            AddPair(names.Value, block + "attn_v", type);
            AddPair(names.AttentionOutput, block + "attn_output", type);
            AddPair(names.AttentionNorm, block + "attn_output_norm", GgufType.F32);
            AddPair(names.Inner, block + "ffn_up", type);
            AddPair(names.Outer, block + "ffn_down", type);
            AddPair(names.OutputNorm, block + "layer_output_norm", GgufType.F32);
        }

        file.Write(path);

        void AddPair(string ours, string theirs, GgufType weightType)
        {
            file.Add(theirs + Weight, tensors[ours + Weight], weightType);
            file.Add(theirs + Bias, tensors[ours + Bias], GgufType.F32);
        }
    }

    private static void Describe(GgufWriter file, EncoderShape shape, GgufType type)
    {
        // The values of general.file_type and pooling_type, as llama.cpp numbers them.
        const uint AllF32 = 0, MostlyQ8 = 7, NoPooling = 0;
        file.Set("general.architecture", "bert");
        file.Set("general.name", "encoder");
        file.Set("general.file_type", type == GgufType.F32 ? AllF32 : MostlyQ8);
        file.Set("bert.vocab_size", (uint)shape.VocabSize);
        file.Set("bert.context_length", (uint)shape.MaxTokens);
        file.Set("bert.embedding_length", (uint)shape.HiddenSize);
        file.Set("bert.feed_forward_length", (uint)shape.IntermediateSize);
        file.Set("bert.block_count", (uint)shape.NumHiddenLayers);
        file.Set("bert.attention.head_count", (uint)shape.NumAttentionHeads);
        file.Set("bert.attention.layer_norm_epsilon", (float)shape.LayerNormEps);
        file.Set("bert.attention.causal", false);
        file.Set("bert.pooling_type", NoPooling);
        file.Set("tokenizer.ggml.model", "no_vocab");
        file.Set("tokenizer.ggml.token_type_count", (uint)shape.TypeVocabSize);
    }

    /// <summary>Without the rows before that of the first token, which llama.cpp counts from 0.</summary>
    private static Tensor Positions(EncoderShape shape, Tensor table) =>
        new([shape.MaxTokens, table.Shape[1]], table.Values[(shape.PositionOffset * table.Shape[1])..]);

    private static void Check(EncoderShape shape)
    {
        if (shape.PreNorm || shape.VocabSize == 0 || shape.EmbeddingWidth != shape.HiddenSize || shape.RelativeAttentionNumBuckets > 0
            || shape.NumHiddenGroups > 0 || shape.HiddenAct is not ("gelu" or "gelu_new"))
        {
            throw new ArgumentException("llama.cpp's architecture \"bert\" has norms behind the sub-layers, tables as wide as the layers, and GELU.", nameof(shape));
        }
    }
}

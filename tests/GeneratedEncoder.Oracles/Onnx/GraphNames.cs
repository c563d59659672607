namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>The names of a graph's inputs and outputs, those that exported encoders have.</summary>
internal static class GraphNames
{
    /// <summary>int64 [batch, tokens].</summary>
    public const string Ids = "input_ids";

    /// <summary>int64 [batch, tokens].</summary>
    public const string Types = "token_type_ids";

    /// <summary>[batch, tokens, H], in place of ids.</summary>
    public const string Vectors = "inputs_embeds";

    /// <summary>int64 [batch, tokens], 1 for a token, 0 for padding after a text's end.</summary>
    public const string Mask = "attention_mask";

    /// <summary>[batch, tokens, H].</summary>
    public const string Hidden = "last_hidden_state";

    /// <summary>The head's output, [batch, 1 or tokens, outputs].</summary>
    public static string Head(EncoderShape shape) => shape.Head == "Pooler" ? "pooler_output" : "logits";

    // The dimensions that vary from call to call.
    public const string Batch = "batch", Tokens = "tokens";

    /// <summary>[batch, heads, tokens, tokens].</summary>
    public static string Attention(int layer) => $"attentions.{layer}";
}

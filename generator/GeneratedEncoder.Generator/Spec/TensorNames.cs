using System.Globalization;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>
/// What an architecture calls its tensors, as they stand in a safetensors file behind whatever prefix the file gives
/// the encoder. A linear layer or a norm is named without .weight and .bias, a table with it. Null: there is none.
/// </summary>
internal sealed record TensorNames
{
    public string Words { get; init; } = "embeddings.word_embeddings.weight";
    public string Positions { get; init; } = "embeddings.position_embeddings.weight";
    public string? TokenTypes { get; init; } = "embeddings.token_type_embeddings.weight";
    public string EmbeddingNorm { get; init; } = "embeddings.LayerNorm";

    /// <summary>The linear layer from narrow embeddings to hidden states.</summary>
    public string? Projection { get; init; }

    /// <summary>The table of attention biases, [buckets, heads].</summary>
    public string? RelativeBias { get; init; }

    /// <summary>The norm after the last layer, of a pre-norm encoder.</summary>
    public string FinalNorm { get; init; } = "LayerNorm";

    /// <summary>A set of layer weights is called this, its number, and then <see cref="LayerEnd"/>.</summary>
    public string LayerStart { get; init; } = "encoder.layer.";

    public string LayerEnd { get; init; } = "";

    // From here on names within a layer, which follow its own.
    public string Query { get; init; } = ".attention.self.query";
    public string Key { get; init; } = ".attention.self.key";
    public string Value { get; init; } = ".attention.self.value";
    public string AttentionOutput { get; init; } = ".attention.output.dense";
    public string AttentionNorm { get; init; } = ".attention.output.LayerNorm";
    public string Up { get; init; } = ".intermediate.dense";
    public string Down { get; init; } = ".output.dense";
    public string FeedForwardNorm { get; init; } = ".output.LayerNorm";

    /// <summary>A tensor that every such model has, by which the prefix is found.</summary>
    public string Anchor => Layer(0) + Query + ".weight";

    /// <summary>Name of a set of layer weights: "encoder.layer.0".</summary>
    public string Layer(int index) => LayerStart + index.ToString(CultureInfo.InvariantCulture) + LayerEnd;

    public static TensorNames For(EncoderSpec spec) => spec.ModelType switch
    {
        ModelType.DistilBert => s_distilBert,
        ModelType.MPNet => s_mpNet,
        ModelType.Electra => spec.WordSize == spec.HiddenSize ? s_bert : s_bert with { Projection = "embeddings_project" },
        ModelType.Albert => s_albert,
        _ => spec.IsPreNorm ? s_preNorm : s_bert,
    };

    /// <summary>BERT's, which RoBERTa and its kin share.</summary>
    private static readonly TensorNames s_bert = new();

    /// <summary>RoBERTa with the norms before the sub-layers.</summary>
    private static readonly TensorNames s_preNorm = new() { AttentionNorm = ".attention.LayerNorm", FeedForwardNorm = ".intermediate.LayerNorm" };

    private static readonly TensorNames s_distilBert = new()
    {
        TokenTypes = null,
        LayerStart = "transformer.layer.",
        Query = ".attention.q_lin",
        Key = ".attention.k_lin",
        Value = ".attention.v_lin",
        AttentionOutput = ".attention.out_lin",
        AttentionNorm = ".sa_layer_norm",
        Up = ".ffn.lin1",
        Down = ".ffn.lin2",
        FeedForwardNorm = ".output_layer_norm",
    };

    private static readonly TensorNames s_mpNet = new()
    {
        TokenTypes = null,
        RelativeBias = "encoder.relative_attention_bias.weight",
        Query = ".attention.attn.q",
        Key = ".attention.attn.k",
        Value = ".attention.attn.v",
        AttentionOutput = ".attention.attn.o",
        AttentionNorm = ".attention.LayerNorm",
    };

    /// <summary>The projection is there even where it has nothing to widen.</summary>
    private static readonly TensorNames s_albert = new()
    {
        Projection = "encoder.embedding_hidden_mapping_in",
        LayerStart = "encoder.albert_layer_groups.",
        LayerEnd = ".albert_layers.0",
        Query = ".attention.query",
        Key = ".attention.key",
        Value = ".attention.value",
        AttentionOutput = ".attention.dense",
        AttentionNorm = ".attention.LayerNorm",
        Up = ".ffn",
        Down = ".ffn_output",
        FeedForwardNorm = ".full_layer_layer_norm",
    };
}

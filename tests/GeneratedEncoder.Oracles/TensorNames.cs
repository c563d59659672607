namespace GeneratedEncoder.Oracles;

/// <summary>What Hugging Face's modelling code calls the tensors of an architecture, without the prefix of task models.</summary>
internal static class TensorNames
{
    public const string Words = "embeddings.word_embeddings.weight";
    public const string Positions = "embeddings.position_embeddings.weight";
    public const string Types = "embeddings.token_type_embeddings.weight";
    public const string EmbeddingNorm = "embeddings.LayerNorm";

    /// <summary>MPNet's table of relative positions, [buckets, heads].</summary>
    public const string RelativeBias = "encoder.relative_attention_bias.weight";

    /// <summary>The norm after the last layer, where norms stand before the sub-layers.</summary>
    public const string FinalNorm = "LayerNorm";

    /// <summary>The linear layer from embeddings to hidden states; null where there is none. ALBERT has it even if both are as wide.</summary>
    public static string? Projection(EncoderShape shape) => shape.ModelType switch
    {
        "albert" => "encoder.embedding_hidden_mapping_in",
        _ => shape.EmbeddingWidth == shape.HiddenSize ? null : "embeddings_project",
    };

    /// <summary>What a model with a task's head puts before the names of its encoder.</summary>
    public static string TaskPrefix(EncoderShape shape) => shape.ModelType switch
    {
        "camembert" or "xlm-roberta" => "roberta.",
        _ => shape.ModelType + ".",
    };

    /// <summary>The number of different sets of layer weights.</summary>
    public static int LayerSets(EncoderShape shape) => shape.NumHiddenGroups > 0 ? shape.NumHiddenGroups : shape.NumHiddenLayers;
}

/// <summary>The full names of a layer's linear layers and norms, without .weight and .bias.</summary>
internal sealed record LayerNames(
    string Query, string Key, string Value, string AttentionOutput, string AttentionNorm, string Inner, string Outer, string OutputNorm)
{
    /// <summary>The names that a layer goes by; layers of ALBERT share them.</summary>
    public static LayerNames OfLayer(EncoderShape shape, int layer) =>
        OfSet(shape, layer * TensorNames.LayerSets(shape) / shape.NumHiddenLayers);

    /// <summary>The names in a set of layer weights.</summary>
    public static LayerNames OfSet(EncoderShape shape, int set) => shape.ModelType switch
    {
        "bert" or "roberta" or "camembert" or "xlm-roberta" or "electra" => Bert($"encoder.layer.{set}.", shape.PreNorm),
        "distilbert" => DistilBert($"transformer.layer.{set}."),
        "mpnet" => MPNet($"encoder.layer.{set}."),
        "albert" => Albert($"encoder.albert_layer_groups.{set}.albert_layers.0."),
        _ => throw new ArgumentException($"no such architecture: {shape.ModelType}", nameof(shape)),
    };

    private static LayerNames Bert(string layer, bool preNorm) => new(
        layer + "attention.self.query", layer + "attention.self.key", layer + "attention.self.value",
        layer + "attention.output.dense", layer + (preNorm ? "attention.LayerNorm" : "attention.output.LayerNorm"),
        layer + "intermediate.dense", layer + "output.dense", layer + (preNorm ? "intermediate.LayerNorm" : "output.LayerNorm"));

    private static LayerNames DistilBert(string layer) => new(
        layer + "attention.q_lin", layer + "attention.k_lin", layer + "attention.v_lin",
        layer + "attention.out_lin", layer + "sa_layer_norm",
        layer + "ffn.lin1", layer + "ffn.lin2", layer + "output_layer_norm");

    private static LayerNames MPNet(string layer) => new(
        layer + "attention.attn.q", layer + "attention.attn.k", layer + "attention.attn.v",
        layer + "attention.attn.o", layer + "attention.LayerNorm",
        layer + "intermediate.dense", layer + "output.dense", layer + "output.LayerNorm");

    private static LayerNames Albert(string layer) => new(
        layer + "attention.query", layer + "attention.key", layer + "attention.value",
        layer + "attention.dense", layer + "attention.LayerNorm",
        layer + "ffn", layer + "ffn_output", layer + "full_layer_layer_norm");
}

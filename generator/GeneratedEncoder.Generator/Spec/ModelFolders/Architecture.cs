namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>A key of config.json, and what Hugging Face's configuration class takes without it. An empty key: always that.</summary>
internal sealed record Setting(string Key, int Absent)
{
    public static Setting Always(int value) => new("", value);
}

/// <summary>How an architecture's config.json says what the attribute's properties say.</summary>
internal sealed record Architecture(ModelType ModelType)
{
    public Setting HiddenSize { get; init; } = new("hidden_size", 768);
    public Setting NumHiddenLayers { get; init; } = new("num_hidden_layers", 12);
    public Setting NumAttentionHeads { get; init; } = new("num_attention_heads", 12);
    public Setting IntermediateSize { get; init; } = new("intermediate_size", 3072);
    public Setting MaxPositionEmbeddings { get; init; } = new("max_position_embeddings", 512);
    public Setting VocabSize { get; init; } = new("vocab_size", 30522);
    public Setting TypeVocabSize { get; init; } = new("type_vocab_size", 2);
    public Setting EmbeddingSize { get; init; } = Setting.Always(0);
    public Setting NumHiddenGroups { get; init; } = Setting.Always(0);
    public Setting RelativeAttentionNumBuckets { get; init; } = Setting.Always(0);

    /// <summary>The padding token's id, after which positions are counted; null where they start at row 0.</summary>
    public Setting? PadTokenId { get; init; }

    /// <summary>The activation's key, and its name without it.</summary>
    public (string Key, string Absent) HiddenAct { get; init; } = ("hidden_act", "gelu");

    /// <summary>The key of the LayerNorms' epsilon; null: 1e-12 whatever the file says.</summary>
    public string? LayerNormEps { get; init; } = "layer_norm_eps";

    /// <summary>The supported ones, by model_type.</summary>
    public static IReadOnlyDictionary<string, Architecture> All { get; } = new Dictionary<string, Architecture>(StringComparer.Ordinal)
    {
        ["bert"] = new(ModelType.Bert),
        ["roberta"] = RobertaLike with { ModelType = ModelType.Roberta, VocabSize = new("vocab_size", 50265) },
        ["camembert"] = RobertaLike with { ModelType = ModelType.Camembert },
        ["xlm-roberta"] = RobertaLike with { ModelType = ModelType.XlmRoberta },
        ["distilbert"] = new(ModelType.DistilBert)
        {
            HiddenSize = new("dim", 768),
            NumHiddenLayers = new("n_layers", 6),
            NumAttentionHeads = new("n_heads", 12),
            IntermediateSize = new("hidden_dim", 3072),
            TypeVocabSize = Setting.Always(0),
            HiddenAct = ("activation", "gelu"),
            LayerNormEps = null,
        },
        ["mpnet"] = new(ModelType.MPNet)
        {
            VocabSize = new("vocab_size", 30527),
            TypeVocabSize = Setting.Always(0),
            RelativeAttentionNumBuckets = new("relative_attention_num_buckets", 32),

            // The padding token's id is 1 in the code, whatever the config says.
            PadTokenId = Setting.Always(1),
        },
        ["electra"] = new(ModelType.Electra)
        {
            HiddenSize = new("hidden_size", 256),
            NumAttentionHeads = new("num_attention_heads", 4),
            IntermediateSize = new("intermediate_size", 1024),
            EmbeddingSize = new("embedding_size", 128),
        },
        ["albert"] = new(ModelType.Albert)
        {
            HiddenSize = new("hidden_size", 4096),
            NumAttentionHeads = new("num_attention_heads", 64),
            IntermediateSize = new("intermediate_size", 16384),
            VocabSize = new("vocab_size", 30000),
            EmbeddingSize = new("embedding_size", 128),
            NumHiddenGroups = new("num_hidden_groups", 1),
            HiddenAct = ("hidden_act", "gelu_new"),
        },
    };

    private static Architecture RobertaLike => new(ModelType.Roberta) { PadTokenId = new("pad_token_id", 1) };
}

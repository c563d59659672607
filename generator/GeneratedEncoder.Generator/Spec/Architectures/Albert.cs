using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>ALBERT: narrow embeddings, and layers that share their weights.</summary>
internal sealed class Albert() : ClassicArchitecture("albert", ModelType.Albert)
{
    /// <summary>The projection is there even where it has nothing to widen.</summary>
    private static readonly ClassicNames s_names = new()
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

    public override bool HasProjection => true;

    public override bool HasGroups => true;

    protected override ClassicNames NamesOf(EncoderSpec spec) => s_names;

    protected override IEnumerable<FolderFact> Sizes(ConfigReader config) =>
    [
        .. BertSizes(config, hiddenSize: 4096, heads: 64, intermediateSize: 16384, vocabSize: 30000), config.Size("TypeVocabSize", 2, "type_vocab_size"),
        config.Size("EmbeddingSize", 128, "embedding_size"), config.Size("NumHiddenGroups", 1, "num_hidden_groups"), config.Always("RelativeAttentionNumBuckets", 0),
        config.Always("PositionOffset", 0), config.Activation("gelu_new", "hidden_act"), config.Eps(1e-12, "layer_norm_eps"),
    ];

    protected override HeadBlock HeadOf(EncoderSpec spec) => spec.Head switch
    {
        Head.Pooler => Heads.Pooler(spec, "pooler"),
        Head.SequenceClassification => Heads.Pooler(spec, "pooler") with { Classifier = Heads.Labels(spec) },
        Head.TokenClassification => Heads.Labeller(spec),
        _ => Heads.LanguageModel(spec, "predictions.dense", Activations.Of(spec.HiddenAct), "predictions.LayerNorm", "predictions.decoder", "predictions.bias"),
    };

    public override IEnumerable<RefusedTensor> Refused(EncoderSpec spec) =>
        [new("encoder.albert_layer_groups.0.albert_layers.1" + s_names.Query + ".weight", "only groups of one layer (inner_group_num = 1) are supported.")];
}

using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>DistilBERT: no token types, keys and tensor names of its own; the norms' epsilon is 1e-12 whatever a file says.</summary>
internal sealed class DistilBert() : ClassicArchitecture("distilbert", ModelType.DistilBert)
{
    private static readonly ClassicNames s_names = new()
    {
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

    public override bool HasTypes => false;

    public override bool HasHead(Head head) => head != Head.Pooler;

    protected override ClassicNames NamesOf(EncoderSpec spec) => s_names;

    protected override IEnumerable<FolderFact> Sizes(ConfigReader config) =>
    [
        config.Size("HiddenSize", 768, "dim"), config.Size("NumHiddenLayers", 6, "n_layers"), config.Size("NumAttentionHeads", 12, "n_heads"),
        config.Size("IntermediateSize", 3072, "hidden_dim"), config.Size("MaxPositionEmbeddings", 512, "max_position_embeddings"),
        config.Size("VocabSize", 30522, "vocab_size"), config.Always("TypeVocabSize", 0), config.Always("EmbeddingSize", 0), config.Always("NumHiddenGroups", 0),
        config.Always("RelativeAttentionNumBuckets", 0), config.Always("PositionOffset", 0), config.Activation("gelu", "activation"), config.Always("LayerNormEps", 1e-12),
    ];

    protected override HeadBlock HeadOf(EncoderSpec spec) => spec.Head switch
    {
        Head.SequenceClassification => Heads.Classifier(spec, "pre_classifier", Activation.Relu, "classifier"),
        Head.TokenClassification => Heads.Labeller(spec),
        _ => Heads.LanguageModel(spec, "vocab_transform", Activations.Of(spec.HiddenAct), "vocab_layer_norm", "vocab_projector", "vocab_projector.bias"),
    };
}

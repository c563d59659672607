using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>MPNet: no token types; a bias for relative positions, shared by all layers, is added to attention scores.</summary>
internal sealed class MPNet() : ClassicArchitecture("mpnet", ModelType.MPNet)
{
    private static readonly ClassicNames s_names = new()
    {
        Query = ".attention.attn.q",
        Key = ".attention.attn.k",
        Value = ".attention.attn.v",
        AttentionOutput = ".attention.attn.o",
        AttentionNorm = ".attention.LayerNorm",
    };

    public override bool HasTypes => false;

    public override bool HasRelativeBias => true;

    public override bool HasPositionOffset => true;

    protected override ClassicNames NamesOf(EncoderSpec spec) => s_names;

    /// <summary>The padding token's id is 1 in the code, whatever the config says.</summary>
    protected override IEnumerable<FolderFact> Sizes(ConfigReader config) =>
    [
        .. BertSizes(config, vocabSize: 30527), config.Always("TypeVocabSize", 0), config.Always("EmbeddingSize", 0), config.Always("NumHiddenGroups", 0),
        config.Size("RelativeAttentionNumBuckets", 32, "relative_attention_num_buckets"), config.Always("PositionOffset", 2),
        config.Activation("gelu", "hidden_act"), config.Eps(1e-12, "layer_norm_eps"),
    ];

    protected override HeadBlock HeadOf(EncoderSpec spec) => Roberta.HeadLike(spec);
}

using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>BERT: also MiniLM, BGE, E5, GTE v1, arctic-embed.</summary>
internal sealed class Bert() : ClassicArchitecture("bert", ModelType.Bert)
{
    /// <summary>Not of a model folder, but RoBERTa with the norms before the sub-layers has the same names.</summary>
    public override bool HasPreNorm => true;

    /// <summary>BERT's names, which RoBERTa and its kin share.</summary>
    public static readonly ClassicNames Names2018 = new();

    /// <summary>Those of an encoder with the norms before the sub-layers.</summary>
    public static readonly ClassicNames PreNormNames = Names2018 with { AttentionNorm = ".attention.LayerNorm", FeedForwardNorm = ".intermediate.LayerNorm" };

    protected override ClassicNames NamesOf(EncoderSpec spec) => spec.IsPreNorm ? PreNormNames : Names2018;

    protected override IEnumerable<FolderFact> Sizes(ConfigReader config) =>
    [
        .. BertSizes(config), config.Size("TypeVocabSize", 2, "type_vocab_size"), config.Always("EmbeddingSize", 0), config.Always("NumHiddenGroups", 0),
        config.Always("RelativeAttentionNumBuckets", 0), config.Always("PositionOffset", 0), config.Activation("gelu", "hidden_act"), config.Eps(1e-12, "layer_norm_eps"),
    ];

    protected override HeadBlock HeadOf(EncoderSpec spec) => spec.Head switch
    {
        Head.Pooler => Heads.Pooler(spec),
        Head.SequenceClassification => Heads.Pooler(spec) with { Classifier = Heads.Labels(spec) },
        Head.TokenClassification => Heads.Labeller(spec),
        _ => LanguageModel(spec),
    };

    /// <summary>The language model's head, which others than BERT have too.</summary>
    public static HeadBlock LanguageModel(EncoderSpec spec) => Heads.LanguageModel(
        spec, "cls.predictions.transform.dense", Activations.Of(spec.HiddenAct), "cls.predictions.transform.LayerNorm", "cls.predictions.decoder", "cls.predictions.bias");
}

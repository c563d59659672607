using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>RoBERTa, CamemBERT and XLM-RoBERTa: BERT's tensors; positions are counted after the padding token's id; heads of their own.</summary>
internal sealed class Roberta(string name, ModelType type, int vocabSize) : ClassicArchitecture(name, type)
{
    public override bool HasPreNorm => ModelType == ModelType.Roberta;

    public override bool HasPositionOffset => true;

    protected override ClassicNames NamesOf(EncoderSpec spec) => spec.IsPreNorm ? Bert.PreNormNames : Bert.Names2018;

    protected override IEnumerable<FolderFact> Sizes(ConfigReader config) =>
    [
        .. BertSizes(config, vocabSize: vocabSize), config.Size("TypeVocabSize", 2, "type_vocab_size"), config.Always("EmbeddingSize", 0), config.Always("NumHiddenGroups", 0),
        config.Always("RelativeAttentionNumBuckets", 0), AfterPadding(config, 1), config.Activation("gelu", "hidden_act"), config.Eps(1e-12, "layer_norm_eps"),
    ];

    protected override HeadBlock HeadOf(EncoderSpec spec) => HeadLike(spec);

    /// <summary>RoBERTa's heads, which MPNet shares.</summary>
    public static HeadBlock HeadLike(EncoderSpec spec) => spec.Head switch
    {
        Head.Pooler => Heads.Pooler(spec),
        Head.SequenceClassification => Heads.Classifier(spec, "classifier.dense", Activation.Tanh, "classifier.out_proj"),
        Head.TokenClassification => Heads.Labeller(spec),
        _ => Heads.LanguageModel(spec, "lm_head.dense", Activation.Gelu, "lm_head.layer_norm", "lm_head.decoder", "lm_head.bias"),
    };
}

using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>ELECTRA: embeddings may be narrower than the hidden states and are projected.</summary>
internal sealed class Electra() : ClassicArchitecture("electra", ModelType.Electra)
{
    public override bool HasProjection => true;

    public override bool HasHead(Head head) => head != Head.Pooler;

    protected override ClassicNames NamesOf(EncoderSpec spec) =>
        spec.WordSize == spec.HiddenSize ? Bert.Names2018 : Bert.Names2018 with { Projection = "embeddings_project" };

    protected override IEnumerable<FolderFact> Sizes(ConfigReader config) =>
    [
        .. BertSizes(config, hiddenSize: 256, heads: 4, intermediateSize: 1024), config.Size("TypeVocabSize", 2, "type_vocab_size"), config.Size("EmbeddingSize", 128, "embedding_size"),
        config.Always("NumHiddenGroups", 0), config.Always("RelativeAttentionNumBuckets", 0), config.Always("PositionOffset", 0),
        config.Activation("gelu", "hidden_act"), config.Eps(1e-12, "layer_norm_eps"),
    ];

    protected override HeadBlock HeadOf(EncoderSpec spec) => spec.Head switch
    {
        Head.SequenceClassification => Heads.Classifier(spec, "classifier.dense", Activation.Gelu, "classifier.out_proj"),
        Head.TokenClassification => Heads.Labeller(spec),
        _ => Heads.LanguageModel(spec, "generator_predictions.dense", Activation.Gelu, "generator_predictions.LayerNorm", "generator_lm_head", "generator_lm_head.bias"),
    };
}

using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>
/// JinaBERT v2, which calls itself "bert": scores fall linearly with the distance (ALiBi) in place of learned positions, the network is gated. Its
/// variant for code norms queries and keys and adds the residual a second time; its tensors' names tell it.
/// </summary>
internal sealed class JinaBert : Architecture
{
    public override IReadOnlyList<string> Names { get; } = ["bert"];

    public override ModelType ModelType => ModelType.JinaBert;

    public override bool Accepts(FolderFile config) => config.Word("position_embedding_type") == "alibi";

    public override IEnumerable<FolderFact> Facts(ConfigReader config)
    {
        FolderFile file = config.File;
        config.RefuseOtherKinds();
        foreach (string? origin in new[] { file.Word("_name_or_path"), file["auto_map"]?["AutoConfig"]?.AsString, file["auto_map"]?["AutoModel"]?.AsString })
        {
            if (origin?.Contains("devlin-norm") == true)
            {
                throw FolderException.Unsupported($"{origin} in {file.Path}: this variant of JinaBERT (jina-embeddings-v2-base-es) is not supported");
            }
        }

        FolderFact kind = config.Word("feed_forward_type", "original");
        config.Refuse(kind.Value is not ("original" or "geglu" or "reglu"), "feed_forward_type", "supported are original, geglu and reglu");
        return
        [
            config.Always("ModelType", ModelType), config.Always("NormPlacement", NormPlacement.Post),
            config.Size("HiddenSize", 768, "hidden_size"), config.Size("NumHiddenLayers", 12, "num_hidden_layers"), config.Size("NumAttentionHeads", 12, "num_attention_heads"),
            config.Size("IntermediateSize", 3072, "intermediate_size"), config.Size("MaxPositionEmbeddings", 512, "max_position_embeddings"),
            config.Size("VocabSize", 30522, "vocab_size"), config.Size("TypeVocabSize", 2, "type_vocab_size"),
            config.Activation("gelu", "hidden_act"), config.Eps(1e-12, "layer_norm_eps"), kind,
        ];
    }

    public override IEnumerable<FolderFact> TensorFacts(IReadOnlyCollection<string> tensors)
    {
        bool isCode = tensors.Any(name => name.EndsWith("layer.0.mlp.up_gated_layer.weight", StringComparison.Ordinal));
        yield return FolderFact.Detail("code", isCode, "the tensors' names");
    }

    public override EncoderBlocks Blocks(EncoderSpec spec)
    {
        int hidden = spec.HiddenSize;
        bool isCode = spec.Details.Flag("code");
        return new EncoderBlocks
        {
            Embeddings = new()
            {
                Words = new("embeddings.word_embeddings.weight", spec.VocabSize, hidden),
                Types = spec.HasTokenTypes ? new("embeddings.token_type_embeddings.weight", spec.TypeVocabSize, hidden) : null,
                Norm = NormOf("embeddings.LayerNorm"),
            },
            LayerStart = "encoder.layer.",
            RelativeBias = new(),
            Layer = new()
            {
                Attention = new()
                {
                    Heads = spec.NumAttentionHeads,
                    KeyValueHeads = spec.NumAttentionHeads,
                    HeadSize = spec.HeadSize,
                    ScoreDivisor = spec.HeadSize,
                    Query = new(".attention.self.query", hidden, hidden),
                    Key = new(".attention.self.key", hidden, hidden),
                    Value = new(".attention.self.value", hidden, hidden),
                    Output = new(".attention.output.dense", hidden, hidden),
                    QueryNorm = isCode ? NormOf(".attention.self.layer_norm_q") : null,
                    KeyNorm = isCode ? NormOf(".attention.self.layer_norm_k") : null,
                },
                AttentionNorms = new() { OfSum = NormOf(".attention.output.LayerNorm"), OfSecondSum = isCode ? NormOf(".layer_norm_1") : null },
                FeedForward = Network(spec, isCode),
                FeedForwardNorms = new() { OfSum = NormOf(isCode ? ".layer_norm_2" : IsGated(spec, isCode) ? ".mlp.layernorm" : ".output.LayerNorm") },
            },
            Head = spec.Head switch
            {
                Head.Pooler => Heads.Pooler(spec),
                Head.SequenceClassification => Heads.Pooler(spec) with { Classifier = Heads.Labels(spec) },
                Head.TokenClassification => Heads.Labeller(spec),
                Head.MaskedLM => Bert.LanguageModel(spec),
                _ => null,
            },
        };

        Norm NormOf(string name) => new(name, hidden, spec.LayerNormEps);
    }

    /// <summary>Without a key the network for code is gated, and the other BERT's own.</summary>
    private static bool IsGated(EncoderSpec spec, bool isCode) => isCode || spec.Details.Word("feed_forward_type") != "original";

    private static FeedForwardBlock Network(EncoderSpec spec, bool isCode)
    {
        int hidden = spec.HiddenSize, inner = spec.IntermediateSize;
        if (!IsGated(spec, isCode))
        {
            return new()
            {
                Activation = Activations.Of(spec.HiddenAct),
                Up = new(".intermediate.dense", inner, hidden),
                Down = new(".output.dense", hidden, inner),
            };
        }

        Linear packed = new(isCode ? ".mlp.up_gated_layer" : ".mlp.gated_layers", 2 * inner, hidden) { HasBias = false };
        return new()
        {
            // The gate's activation goes by its kind, not by hidden_act.
            Activation = spec.Details.Word("feed_forward_type") == "reglu" ? Activation.Relu : Activation.Gelu,
            Up = packed.Part(isCode ? inner : 0, inner),
            Gate = packed.Part(isCode ? 0 : inner, inner),
            Down = new(isCode ? ".mlp.down_layer" : ".mlp.wo", hidden, inner),
        };
    }
}

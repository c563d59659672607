using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>
/// ModernBERT: norms without bias before the sub-layers (none before the first attention) and at the end, rotated queries and keys, a gated
/// network of which the first half is activated, and layers of which two in three attend to nearby tokens only.
/// </summary>
internal sealed class ModernBert : Architecture
{
    public override IReadOnlyList<string> Names { get; } = ["modernbert"];

    public override ModelType ModelType => ModelType.ModernBert;

    public override string? TypeTable => null;

    public override bool HasHead(Head head) => head != Head.Pooler;

    public override IEnumerable<FolderFact> Facts(ConfigReader config)
    {
        config.RefuseOtherKinds();
        FolderFact layers = config.Size("NumHiddenLayers", 22, "num_hidden_layers");
        JsonValue? rope = config.File["rope_parameters"];
        double globalTheta = config.File.Number("global_rope_theta", 160_000);
        int every = Math.Max(1, config.File.Whole("global_attn_every_n_layers", 3));
        FolderFact pooling = config.Word("classifier_pooling", "cls");
        config.RefuseStretched(rope?["full_attention"], "rope_parameters.full_attention");
        config.RefuseStretched(rope?["sliding_attention"], "rope_parameters.sliding_attention");
        config.Refuse(config.File.Whole("local_attention", 128) < 2, "local_attention", "a window has at least a token on either side (2)");
        config.Refuse(pooling.Value is not ("cls" or "mean"), "classifier_pooling", "cls and mean are supported");
        string classifierAct = config.File.Word("classifier_activation") ?? "gelu";
        return
        [
            config.Always("ModelType", ModelType), config.Always("NormPlacement", NormPlacement.Pre),
            config.Size("HiddenSize", 768, "hidden_size"), layers, config.Size("NumAttentionHeads", 12, "num_attention_heads"),
            config.Size("IntermediateSize", 1152, "intermediate_size"), config.Size("MaxPositionEmbeddings", 8192, "max_position_embeddings"),
            config.Size("VocabSize", 50368, "vocab_size"), config.Activation("gelu", "hidden_activation", "hidden_act"), config.Eps(1e-5, "norm_eps"),
            config.Flag("norm_bias", false), config.Flag("attention_bias", false), config.Flag("mlp_bias", false), config.Flag("classifier_bias", false),
            config.Flag("decoder_bias", true), pooling,
            FolderFact.Detail("classifier_activation", config.ActivationOf("classifier_activation", classifierAct).ToString(), config.Source("classifier_activation", "\"gelu\"")),
            config.Whole("local_attention", 128),
            config.NumberInside("global_rope_theta", rope?["full_attention"]?["rope_theta"], "rope_parameters.full_attention.rope_theta", "global_rope_theta", 160_000),

            // A local theta that is null is the global one; absent, it is 10,000.
            config.NumberInside("local_rope_theta", rope?["sliding_attention"]?["rope_theta"], "rope_parameters.sliding_attention.rope_theta", "local_rope_theta",
                config.File.HasKey("local_rope_theta") ? globalTheta : 10_000),
            config.LayerTypes((int)layers.Value, layer => layer % every != 0, config.Source("global_attn_every_n_layers", "3")),
        ];
    }

    public override EncoderBlocks Blocks(EncoderSpec spec)
    {
        Details details = spec.Details;
        int hidden = spec.HiddenSize, inner = spec.IntermediateSize, reach = details.Whole("local_attention") / 2;
        Linear qkv = new(".attn.Wqkv", 3 * hidden, hidden) { HasBias = details.Flag("attention_bias") };
        Linear up = new(".mlp.Wi", 2 * inner, hidden) { HasBias = details.Flag("mlp_bias") };
        return new EncoderBlocks
        {
            Embeddings = new()
            {
                Words = new("embeddings.tok_embeddings.weight", spec.VocabSize, hidden),
                Norm = NormOf("embeddings.norm"),
            },
            LayerStart = "layers.",
            Kinds = new([.. details.Word("layer_types").Select((type, layer) => new LayerKind(type == 'S' ? reach : 0, type == 'S' ? 1 : 0, LacksAttentionNorm: layer == 0))]),
            Rotaries = new([new Rotary(details.Number("global_rope_theta")), new Rotary(details.Number("local_rope_theta"))]),
            Layer = new()
            {
                Attention = new()
                {
                    Heads = spec.NumAttentionHeads,
                    KeyValueHeads = spec.NumAttentionHeads,
                    HeadSize = spec.HeadSize,
                    ScoreDivisor = spec.HeadSize,
                    Query = qkv.Part(0, hidden),
                    Key = qkv.Part(hidden, hidden),
                    Value = qkv.Part(2 * hidden, hidden),
                    Output = new(".attn.Wo", hidden, hidden) { HasBias = details.Flag("attention_bias") },
                },
                AttentionNorms = new() { Before = NormOf(".attn_norm") },
                FeedForward = new()
                {
                    Activation = Activations.Of(spec.HiddenAct),
                    Up = up.Part(0, inner),
                    Gate = up.Part(inner, inner),
                    Down = new(".mlp.Wo", hidden, inner) { HasBias = details.Flag("mlp_bias") },
                },
                FeedForwardNorms = new() { Before = NormOf(".mlp_norm") },
            },
            FinalNorm = NormOf("final_norm"),
            Head = HeadOf(spec, NormOf("head.norm") with { InRoot = true }),
        };

        Norm NormOf(string name) => new(name, hidden, spec.LayerNormEps) { HasBias = details.Flag("norm_bias") };
    }

    private static HeadBlock? HeadOf(EncoderSpec spec, Norm norm)
    {
        HeadBlock head = new()
        {
            Dense = new("head.dense", spec.HiddenSize, spec.HiddenSize) { HasBias = spec.Details.Flag("classifier_bias"), InRoot = true },
            Activation = (Activation)Enum.Parse(typeof(Activation), spec.Details.Word("classifier_activation")),
            Norm = norm,
        };
        return spec.Head switch
        {
            Head.SequenceClassification => head with { Classifier = Heads.Labels(spec), TakesMean = spec.Details.Word("classifier_pooling") == "mean" },
            Head.TokenClassification => head with { Classifier = Heads.Labels(spec) },
            Head.MaskedLM => head with { Decoder = new("decoder", spec.Details.Flag("decoder_bias") ? "decoder.bias" : null) },
            _ => null,
        };
    }
}

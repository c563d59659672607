using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>
/// EmbeddingGemma: Gemma 3 whose tokens see those after them. Root mean square norms (gain 1 + w) before and after each sub-layer and on queries and keys, several
/// query heads to one of keys and values, a gated network, layers that attend to nearby tokens but for every sixth.
/// </summary>
internal sealed class Gemma3 : Architecture
{
    public override IReadOnlyList<string> Names { get; } = ["gemma3_text"];

    public override ModelType ModelType => ModelType.Gemma3;

    public override string? TypeTable => null;

    public override bool HasHead(Head head) => head == Head.None;

    public override IEnumerable<FolderFact> Facts(ConfigReader config)
    {
        FolderFile file = config.File;
        config.RefuseOtherKinds();
        if (!file.Flag("use_bidirectional_attention", false))
        {
            throw FolderException.Unsupported($"{config.Source("use_bidirectional_attention", "false")}: a decoder's tokens don't see those after them");
        }

        config.Refuse(file["attn_logit_softcapping"] is not null, "attn_logit_softcapping", "scores are not capped");
        config.Refuse(file["rope_scaling"] is { } scaling && (scaling["rope_type"] ?? scaling["type"])?.AsString is not "default", "rope_scaling", "stretched positions are not supported");
        FolderFact layers = config.Size("NumHiddenLayers", 26, "num_hidden_layers");
        JsonValue? rope = file["rope_parameters"];
        config.RefuseStretched(rope?["full_attention"], "rope_parameters.full_attention");
        config.RefuseStretched(rope?["sliding_attention"], "rope_parameters.sliding_attention");
        config.Refuse(file.Whole("sliding_window", 4096) < 2, "sliding_window", "a window has at least a token on either side (2)");
        int pattern = Math.Max(1, file.Whole("sliding_window_pattern", 6));
        return
        [
            config.Always("ModelType", ModelType), config.Always("NormPlacement", NormPlacement.Pre),
            config.Size("HiddenSize", 2304, "hidden_size"), layers, config.Size("NumAttentionHeads", 8, "num_attention_heads"),
            config.Size("IntermediateSize", 9216, "intermediate_size"), config.Size("MaxPositionEmbeddings", 131_072, "max_position_embeddings"),
            config.Size("VocabSize", 262_208, "vocab_size"), config.Activation("gelu_pytorch_tanh", "hidden_activation", "hidden_act"), config.Eps(1e-6, "rms_norm_eps"),
            config.Whole("num_key_value_heads", 4), config.Whole("head_dim", 256), config.Number("query_pre_attn_scalar", 256), config.Whole("sliding_window", 4096),
            config.Flag("attention_bias", false),
            config.NumberInside("rope_theta", rope?["full_attention"]?["rope_theta"], "rope_parameters.full_attention.rope_theta", "rope_theta", 1_000_000),
            config.NumberInside("rope_local_base_freq", rope?["sliding_attention"]?["rope_theta"], "rope_parameters.sliding_attention.rope_theta", "rope_local_base_freq", 10_000),
            config.LayerTypes((int)layers.Value, layer => (layer + 1) % pattern != 0, config.Source("sliding_window_pattern", "6")),
        ];
    }

    public override bool HasOwnHeadSize(EncoderSpec spec) => spec.Details.Has("head_dim");

    public override int HeadSize(EncoderSpec spec) => spec.Details.Has("head_dim") ? spec.Details.Whole("head_dim") : base.HeadSize(spec);

    public override EncoderBlocks Blocks(EncoderSpec spec)
    {
        Details details = spec.Details;
        int hidden = spec.HiddenSize, inner = spec.IntermediateSize, size = spec.HeadSize, groups = details.Whole("num_key_value_heads");
        bool hasBias = details.Flag("attention_bias");
        Linear Attention(string name, int outFeatures, int inFeatures) => new($".self_attn.{name}", outFeatures, inFeatures) { HasBias = hasBias };
        Linear Network(string name, int outFeatures, int inFeatures) => new($".mlp.{name}", outFeatures, inFeatures) { HasBias = false };
        return new EncoderBlocks
        {
            Embeddings = new() { Words = new("embed_tokens.weight", spec.VocabSize, hidden), Scale = Math.Sqrt(hidden) },
            LayerStart = "layers.",

            // The config's window is twice what a token sees to either side.
            Kinds = new([.. details.Word("layer_types").Select(type => type == 'S' ? new LayerKind(details.Whole("sliding_window") / 2, 1) : new LayerKind())]),
            Rotaries = new([new Rotary(details.Number("rope_theta")), new Rotary(details.Number("rope_local_base_freq"))]),
            Layer = new()
            {
                Attention = new()
                {
                    Heads = spec.NumAttentionHeads,
                    KeyValueHeads = groups,
                    HeadSize = size,
                    ScoreDivisor = details.Number("query_pre_attn_scalar"),
                    Query = Attention("q_proj", spec.NumAttentionHeads * size, hidden),
                    Key = Attention("k_proj", groups * size, hidden),
                    Value = Attention("v_proj", groups * size, hidden),
                    Output = Attention("o_proj", hidden, spec.NumAttentionHeads * size),
                    QueryNorm = NormOf(".self_attn.q_norm", size),
                    KeyNorm = NormOf(".self_attn.k_norm", size),
                },
                AttentionNorms = new() { Before = NormOf(".input_layernorm", hidden), OfOutput = NormOf(".post_attention_layernorm", hidden) },
                FeedForward = new()
                {
                    Activation = Activations.Of(spec.HiddenAct),
                    Up = Network("gate_proj", inner, hidden),
                    Gate = Network("up_proj", inner, hidden),
                    Down = Network("down_proj", hidden, inner),
                },
                FeedForwardNorms = new() { Before = NormOf(".pre_feedforward_layernorm", hidden), OfOutput = NormOf(".post_feedforward_layernorm", hidden) },
            },
            FinalNorm = NormOf("norm", hidden),
        };

        Norm NormOf(string name, int width) => new(name, width, spec.LayerNormEps) { Kind = NormKind.RootMeanSquare, HasBias = false, AddsOne = true };
    }
}

using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>NomicBERT (nomic-embed v1 and v1.5): BERT with rotated queries and keys in place of learned positions, and a gated network.</summary>
internal sealed class NomicBert : Architecture
{
    /// <summary>The reference rounds a gated network's inner size up to a multiple of this.</summary>
    private const int InnerMultiple = 256;

    public override IReadOnlyList<string> Names { get; } = ["nomic_bert"];

    public override ModelType ModelType => ModelType.NomicBert;

    public override bool HasHead(Head head) => head == Head.None;

    public override IEnumerable<FolderFact> Facts(ConfigReader config)
    {
        FolderFile file = config.File;
        config.RefuseOtherKinds();
        config.Refuse(file.Whole("moe_every_n_layers", 0) > 0 || file.Whole("num_experts", 0) > 1, file["num_experts"] is null ? "moe_every_n_layers" : "num_experts",
            "mixtures of experts (nomic-embed-text-v2-moe) are not supported");
        config.Refuse(file.Flag("prenorm", false), "prenorm", "norms follow the sub-layers");
        config.Refuse(file.Flag("use_rms_norm", false), "use_rms_norm", "norms are LayerNorms");
        config.Refuse(file.Flag("causal", false), "causal", "a decoder's tokens don't see those after them");
        config.Refuse(file.Flag("rotary_emb_interleaved", false), "rotary_emb_interleaved", "only halves of a head are rotated, not neighbours");
        config.RefuseStretched(file["rope_parameters"], "rope_parameters");
        config.Refuse(file["rotary_emb_scale_base"] is not null, "rotary_emb_scale_base", "rotated queries and keys are not scaled");

        // The reference's class and the one of transformers 5 differ in what they take without these.
        const string differ = "readers differ in what they take without it";
        config.Refuse(file["rotary_emb_base"] is null && file["rope_parameters"]?["rope_theta"] is null, "rotary_emb_base", differ);
        config.Refuse(file["layer_norm_epsilon"] is null && file["layer_norm_eps"] is null, "layer_norm_epsilon", differ);
        config.Refuse(file["activation_function"] is null && file["hidden_act"] is null, "activation_function", differ);
        if (file.Number("rotary_emb_fraction", file["rope_parameters"] is null ? 0 : 1) != 1)
        {
            throw FolderException.Unsupported($"{config.Source("rotary_emb_fraction", "0")}: only whole heads are rotated (1)");
        }

        int trained = file.Whole("max_trained_positions", 2048);
        FolderFact positions = config.Size("MaxPositionEmbeddings", 2048, "n_positions", "max_position_embeddings");
        bool isStretched = file["rotary_scaling_factor"] is not null && (int)positions.Value > trained;

        // Beyond the trained length the reference's angles depend on the text's length: such texts are not taken.
        FolderFact length = isStretched ? new("MaxPositionEmbeddings", trained, config.Source("max_trained_positions", "2048")) : positions;
        string act = file.Word("activation_function") ?? file.Word("hidden_act") ?? "gelu";
        string actSource = config.Source(config.KeyOf("activation_function", "hidden_act"), "\"gelu\"");
        (HiddenAct Act, bool IsGated) network = act switch
        {
            "swiglu" => (HiddenAct.Silu, true),
            "silu" when file["activation_function"] is null => (HiddenAct.Silu, true),
            "geglu" => (HiddenAct.Gelu, true),
            "glu" => throw FolderException.Unsupported($"{file.Quote("activation_function")}; supported are swiglu, geglu and gelu's forms"),

            // The reference takes the exact GELU for each of its names.
            _ when config.ActivationOf(config.KeyOf("activation_function", "hidden_act"), act) is HiddenAct.Gelu or HiddenAct.GeluNew => (HiddenAct.Gelu, false),
            _ => throw FolderException.Unsupported($"{file.Quote(config.KeyOf("activation_function", "hidden_act"))}; supported are swiglu, geglu and gelu's forms"),
        };
        FolderFact hidden = config.Size("HiddenSize", 768, "n_embd", "hidden_size"), inner = config.Size("IntermediateSize", 4 * (int)hidden.Value, "n_inner", "intermediate_size");
        int padding = Math.Max(1, file.Whole("pad_vocab_size_multiple", 1));
        FolderFact words = config.Size("VocabSize", 30522, "vocab_size");
        return
        [
            config.Always("ModelType", ModelType), config.Always("NormPlacement", NormPlacement.Post),
            hidden, config.Size("NumHiddenLayers", 12, "n_layer", "num_hidden_layers"), config.Size("NumAttentionHeads", 12, "n_head", "num_attention_heads"),
            inner with { Value = network.IsGated ? RoundUp((int)inner.Value, InnerMultiple) : inner.Value }, length,
            words with { Value = RoundUp((int)words.Value, padding) }, config.Size("TypeVocabSize", 2, "type_vocab_size"),
            new FolderFact("HiddenAct", network.Act, actSource), config.Eps(1e-12, "layer_norm_epsilon", "layer_norm_eps"),
            FolderFact.Detail("gated", network.IsGated, actSource),
            config.NumberInside("rope_theta", file["rope_parameters"]?["rope_theta"], "rope_parameters.rope_theta", "rotary_emb_base", 10_000),
            config.Flag("qkv_proj_bias", true), config.Flag("mlp_fc1_bias", true), config.Flag("mlp_fc2_bias", true),
        ];
    }

    public override EncoderBlocks Blocks(EncoderSpec spec)
    {
        Details details = spec.Details;
        int hidden = spec.HiddenSize, inner = spec.IntermediateSize;
        bool attentionBias = details.Flag("qkv_proj_bias"), isGated = details.Flag("gated");
        Linear qkv = new(".attn.Wqkv", 3 * hidden, hidden) { HasBias = attentionBias };
        Linear In(string name) => new(name, inner, hidden) { HasBias = details.Flag("mlp_fc1_bias") };
        return new EncoderBlocks
        {
            Embeddings = new()
            {
                Words = new("embeddings.word_embeddings.weight", spec.VocabSize, hidden),
                Types = spec.HasTokenTypes ? new("embeddings.token_type_embeddings.weight", spec.TypeVocabSize, hidden) : null,
                Norm = NormOf("emb_ln"),
            },
            LayerStart = "encoder.layers.",
            Rotaries = new([new Rotary(details.Number("rope_theta"))]),
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
                    Output = new(".attn.out_proj", hidden, hidden) { HasBias = attentionBias },
                },
                AttentionNorms = new() { OfSum = NormOf(".norm1") },
                FeedForward = new()
                {
                    Activation = Activations.Of(spec.HiddenAct),
                    Up = In(isGated ? ".mlp.fc12" : ".mlp.fc1"),
                    Gate = isGated ? In(".mlp.fc11") : null,
                    Down = new(".mlp.fc2", hidden, inner) { HasBias = details.Flag("mlp_fc2_bias") },
                },
                FeedForwardNorms = new() { OfSum = NormOf(".norm2") },
            },
        };

        Norm NormOf(string name) => new(name, hidden, spec.LayerNormEps);
    }

    private static int RoundUp(int value, int multiple) => (int)Math.Min(int.MaxValue, ((long)value + multiple - 1) / multiple * multiple);
}

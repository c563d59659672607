using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>
/// The encoder of T5 (sentence-t5, gtr-t5; of an encoder-decoder checkpoint the encoder alone): root mean square norms before the sub-layers, no biases, scores that
/// aren't divided but get a bias by the distance's bucket.
/// </summary>
internal sealed class T5 : Architecture
{
    public override IReadOnlyList<string> Names { get; } = ["t5"];

    public override ModelType ModelType => ModelType.T5;

    public override string? TypeTable => null;

    public override bool HasHead(Head head) => head == Head.None;

    public override IEnumerable<FolderFact> Facts(ConfigReader config)
    {
        FolderFile file = config.File;
        config.RefuseOtherKinds();
        string network = file.Word("feed_forward_proj") ?? "relu";
        bool isGated = network.StartsWith("gated-", StringComparison.Ordinal);

        // The reference's gated GELU is the tanh form, whatever its name.
        string act = network == "gated-gelu" ? "gelu_new" : isGated ? network.Substring("gated-".Length) : network;

        // What later files say beside it would win in the reference.
        const string contradicts = "feed_forward_proj says otherwise";
        config.Refuse(file.Flag("is_gated_act", isGated) != isGated, "is_gated_act", contradicts);
        config.Refuse(file.Word("dense_act_fn") is { } other && config.ActivationOf("dense_act_fn", other) != config.ActivationOf("feed_forward_proj", act), "dense_act_fn", contradicts);
        FolderFact hidden = config.Size("HiddenSize", 512, "d_model");
        return
        [
            config.Always("ModelType", ModelType), config.Always("NormPlacement", NormPlacement.Pre),
            hidden, config.Size("NumHiddenLayers", 6, "num_layers"), config.Size("NumAttentionHeads", 8, "num_heads"), config.Size("IntermediateSize", 2048, "d_ff"),
            config.Size("MaxPositionEmbeddings", 512, "n_positions"), config.Size("VocabSize", 32128, "vocab_size"),
            config.Size("RelativeAttentionNumBuckets", 32, "relative_attention_num_buckets"),
            new FolderFact("HiddenAct", config.ActivationOf("feed_forward_proj", act), config.Source("feed_forward_proj", "\"relu\"")), config.Eps(1e-6, "layer_norm_epsilon"),
            config.Whole("d_kv", 64), config.Whole("relative_attention_max_distance", 128),
            FolderFact.Detail("gated", isGated, config.Source("feed_forward_proj", "\"relu\"")),
        ];
    }

    public override bool HasOwnHeadSize(EncoderSpec spec) => spec.Details.Has("d_kv");

    public override int HeadSize(EncoderSpec spec) => spec.Details.Has("d_kv") ? spec.Details.Whole("d_kv") : base.HeadSize(spec);

    public override EncoderBlocks Blocks(EncoderSpec spec)
    {
        Details details = spec.Details;
        int hidden = spec.HiddenSize, inner = spec.IntermediateSize, all = spec.NumAttentionHeads * spec.HeadSize;
        const string attention = ".layer.0.SelfAttention", network = ".layer.1.DenseReluDense";
        Linear Dense(string name, int outFeatures, int inFeatures) => new(name, outFeatures, inFeatures) { HasBias = false };
        bool isGated = details.Flag("gated");
        return new EncoderBlocks
        {
            Embeddings = new() { Words = new("shared.weight", spec.VocabSize, hidden) { OtherName = "encoder.embed_tokens.weight" } },
            LayerStart = "encoder.block.",
            RelativeBias = new()
            {
                Buckets = new($"encoder.block.0{attention}.relative_attention_bias.weight", spec.RelativeAttentionNumBuckets, spec.NumAttentionHeads),
                MaxDistance = details.Whole("relative_attention_max_distance"),
            },
            Layer = new()
            {
                Attention = new()
                {
                    Heads = spec.NumAttentionHeads,
                    KeyValueHeads = spec.NumAttentionHeads,
                    HeadSize = spec.HeadSize,
                    ScoreDivisor = 1,
                    Query = Dense(attention + ".q", all, hidden),
                    Key = Dense(attention + ".k", all, hidden),
                    Value = Dense(attention + ".v", all, hidden),
                    Output = Dense(attention + ".o", hidden, all),
                },
                AttentionNorms = new() { Before = NormOf(".layer.0.layer_norm") },
                FeedForward = new()
                {
                    Activation = Activations.Of(spec.HiddenAct),
                    Up = Dense(network + (isGated ? ".wi_0" : ".wi"), inner, hidden),
                    Gate = isGated ? Dense(network + ".wi_1", inner, hidden) : null,
                    Down = Dense(network + ".wo", hidden, inner),
                },
                FeedForwardNorms = new() { Before = NormOf(".layer.1.layer_norm") },
            },
            FinalNorm = NormOf("encoder.final_layer_norm"),
        };

        Norm NormOf(string name) => new(name, hidden, spec.LayerNormEps) { Kind = NormKind.RootMeanSquare, HasBias = false };
    }
}

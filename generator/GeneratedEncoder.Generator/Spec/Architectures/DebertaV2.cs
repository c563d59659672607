using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>DeBERTa v2 and v3: scores also between contents and relative positions, whose embeddings all layers share; a convolution in the largest ones.</summary>
internal sealed class DebertaV2 : Architecture
{
    public override IReadOnlyList<string> Names { get; } = ["deberta-v2"];

    public override ModelType ModelType => ModelType.DebertaV2;

    public override bool HasHead(Head head) => head != Head.Pooler;

    public override IEnumerable<FolderFact> Facts(ConfigReader config)
    {
        FolderFile file = config.File;
        config.RefuseOtherKinds();
        FolderFact hidden = config.Size("HiddenSize", 1536, "hidden_size"), heads = config.Size("NumAttentionHeads", 24, "num_attention_heads");
        FolderFact embedding = config.Size("EmbeddingSize", (int)hidden.Value, "embedding_size");
        bool isRelative = file.Flag("relative_attention", false);
        string[] kinds = Kinds(file["pos_att_type"]);
        config.Refuse(kinds.Any(kind => kind is not ("c2p" or "p2c")), "pos_att_type", "c2p and p2c are supported");
        string norms = file.Word("norm_rel_ebd") ?? "none";
        config.Refuse(norms is not ("none" or "layer_norm"), "norm_rel_ebd", "none and layer_norm are supported");
        config.Refuse(file.Whole("conv_groups", 1) != 1, "conv_groups", "only 1 is supported");
        int kernel = file.Whole("conv_kernel_size", 0);
        config.Refuse(kernel > 0 && kernel % 2 == 0, "conv_kernel_size", "an odd number of tokens is supported");
        config.Refuse(!file.Flag("legacy", true), "legacy", "the older names of its heads are supported");
        config.Refuse(file.Whole("pooler_hidden_size", (int)hidden.Value) != (int)hidden.Value, "pooler_hidden_size", $"it must be hidden_size, {hidden.Text}");
        string pooler = file.Word("pooler_hidden_act") ?? "gelu", convolution = file.Word("conv_act") ?? "tanh";
        return
        [
            config.Always("ModelType", ModelType), config.Always("NormPlacement", NormPlacement.Post),
            hidden, config.Size("NumHiddenLayers", 24, "num_hidden_layers"), heads, config.Size("IntermediateSize", 6144, "intermediate_size"),
            config.Size("MaxPositionEmbeddings", 512, "max_position_embeddings"), config.Size("VocabSize", 128100, "vocab_size"),
            config.Size("TypeVocabSize", 0, "type_vocab_size"), embedding with { Value = (int)embedding.Value == (int)hidden.Value ? 0 : embedding.Value },
            config.Activation("gelu", "hidden_act"), config.Eps(1e-7, "layer_norm_eps"),
            config.Whole("attention_head_size", (int)heads.Value > 0 ? (int)hidden.Value / (int)heads.Value : 0),
            config.Flag("position_biased_input", true), FolderFact.Detail("relative_attention", isRelative, config.Source("relative_attention", "false")),
            FolderFact.Detail("pos_att_type", string.Join("|", kinds.OrderBy(kind => kind, StringComparer.Ordinal)), config.Source("pos_att_type", "null")),
            config.Whole("max_relative_positions", -1), config.Whole("position_buckets", -1), config.Flag("share_att_key", false),
            FolderFact.Detail("norm_rel_ebd", norms, config.Source("norm_rel_ebd", "\"none\"")),
            config.Whole("conv_kernel_size", 0), FolderFact.Detail("conv_act", NameOf("conv_act", convolution), config.Source("conv_act", "\"tanh\"")),
            FolderFact.Detail("pooler_hidden_act", NameOf("pooler_hidden_act", pooler), config.Source("pooler_hidden_act", "\"gelu\"")),
        ];

        string NameOf(string key, string act) => act == "tanh" ? nameof(Activation.Tanh) : config.ActivationOf(key, act).ToString();
    }

    public override bool HasOwnHeadSize(EncoderSpec spec) => spec.Details.Has("attention_head_size");

    public override int HeadSize(EncoderSpec spec) => spec.Details.Has("attention_head_size") ? spec.Details.Whole("attention_head_size") : base.HeadSize(spec);

    public override EncoderBlocks Blocks(EncoderSpec spec)
    {
        Details details = spec.Details;
        int hidden = spec.HiddenSize, inner = spec.IntermediateSize, word = spec.WordSize, all = spec.NumAttentionHeads * spec.HeadSize;
        string kinds = details.Word("pos_att_type");
        bool c2p = kinds.Contains("c2p"), p2c = kinds.Contains("p2c"), isShared = details.Flag("share_att_key");
        int most = details.Whole("max_relative_positions") < 1 ? spec.MaxPositionEmbeddings : details.Whole("max_relative_positions");
        int buckets = Math.Max(0, details.Whole("position_buckets")), span = buckets > 0 ? buckets : most, kernel = details.Whole("conv_kernel_size");
        Linear Projection(string name) => new($".attention.self.{name}_proj", all, hidden);
        return new EncoderBlocks
        {
            Embeddings = new()
            {
                Words = new("embeddings.word_embeddings.weight", spec.VocabSize, word),
                Positions = details.Flag("position_biased_input") ? new("embeddings.position_embeddings.weight", spec.MaxPositionEmbeddings, word) : null,
                Types = spec.HasTokenTypes ? new("embeddings.token_type_embeddings.weight", spec.TypeVocabSize, word) : null,
                Projection = word == hidden ? null : new("embeddings.embed_proj", hidden, word) { HasBias = false },
                ProjectsFirst = true,
                Norm = NormOf("embeddings.LayerNorm"),
            },
            LayerStart = "encoder.layer.",
            Layer = new()
            {
                Attention = new()
                {
                    Heads = spec.NumAttentionHeads,
                    KeyValueHeads = spec.NumAttentionHeads,
                    HeadSize = spec.HeadSize,
                    // The reference counts the types of positions whether it uses them or not.
                    ScoreDivisor = spec.HeadSize * (1 + (c2p ? 1 : 0) + (p2c ? 1 : 0)),
                    Query = Projection("query"),
                    Key = Projection("key"),
                    Value = Projection("value"),
                    Output = new(".attention.output.dense", hidden, all),
                },
                AttentionNorms = new() { OfSum = NormOf(".attention.output.LayerNorm") },
                FeedForward = new()
                {
                    Activation = Activations.Of(spec.HiddenAct),
                    Up = new(".intermediate.dense", inner, hidden),
                    Down = new(".output.dense", hidden, inner),
                },
                FeedForwardNorms = new() { OfSum = NormOf(".output.LayerNorm") },
            },
            Disentangled = !details.Flag("relative_attention") || (!c2p && !p2c) ? null : new()
            {
                Embeddings = new("encoder.rel_embeddings.weight", 2 * span, hidden),
                Norm = details.Word("norm_rel_ebd") == "layer_norm" ? NormOf("encoder.LayerNorm") : null,
                Buckets = buckets,
                MaxDistance = most,
                ContentToPosition = c2p,
                PositionToContent = p2c,
                Key = c2p && !isShared ? Projection("pos_key") : null,
                Query = p2c && !isShared ? Projection("pos_query") : null,
            },
            Convolution = kernel > 0
                ? new("encoder.conv.conv", kernel, (Activation)Enum.Parse(typeof(Activation), details.Word("conv_act")), NormOf("encoder.conv.LayerNorm"))
                : null,
            Head = HeadOf(spec),
        };

        Norm NormOf(string name) => new(name, hidden, spec.LayerNormEps);
    }

    /// <summary>Types of positions in scores: "p2c|c2p", or a list of them.</summary>
    private static string[] Kinds(JsonValue? types) =>
        [.. (types?.AsString is { } text ? text.Split('|') : types?.Items.Select(item => item.AsString ?? "") ?? []).Select(kind => kind.Trim().ToLowerInvariant()).Where(kind => kind.Length > 0).Distinct()];

    private static HeadBlock? HeadOf(EncoderSpec spec) => spec.Head switch
    {
        Head.SequenceClassification => Heads.Classifier(spec, "pooler.dense", (Activation)Enum.Parse(typeof(Activation), spec.Details.Word("pooler_hidden_act")), "classifier"),
        Head.TokenClassification => Heads.Labeller(spec),
        Head.MaskedLM => Bert.LanguageModel(spec),
        _ => null,
    };
}

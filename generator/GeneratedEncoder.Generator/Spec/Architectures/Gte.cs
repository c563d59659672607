using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>
/// GTE v1.5, its multilingual models and arctic-embed-m-v2.0, which call themselves "new": BERT with rotated queries and keys (NTK scaling where the
/// config has it) and a gated network of which the second half is activated.
/// </summary>
internal sealed class Gte : Architecture
{
    public override IReadOnlyList<string> Names { get; } = ["new", "gte"];

    public override ModelType ModelType => ModelType.Gte;

    public override IEnumerable<FolderFact> Facts(ConfigReader config)
    {
        FolderFile file = config.File;
        config.RefuseOtherKinds();
        config.Refuse((file.Word("position_embedding_type") ?? "rope") != "rope", "position_embedding_type", "only \"rope\" is supported");
        config.Refuse((file.Word("layer_norm_type") ?? "layer_norm") != "layer_norm", "layer_norm_type", "only \"layer_norm\" is supported");
        config.Refuse(file.Flag("logn_attention_scale", false), "logn_attention_scale", "queries are not scaled by the text's length");
        // Later versions of transformers save both in one object.
        JsonValue? scaling = file["rope_scaling"] ?? file["rope_parameters"];
        string? kind = (scaling?["type"] ?? scaling?["rope_type"])?.AsString;
        string scalingKey = config.KeyOf("rope_scaling", "rope_parameters");
        config.Refuse(scaling is not null && kind is not ("ntk" or "default") && (kind is not null || file["rope_scaling"] is not null), scalingKey, $"its type is {kind ?? "missing"}; \"ntk\" is supported");
        if (kind != "ntk")
        {
            config.RefuseStretched(scaling, scalingKey);
        }

        bool isScaled = kind == "ntk";
        double factor = isScaled ? scaling!["factor"]?.AsNumber ?? 1 : 1;
        config.Refuse(factor < 1, scalingKey, "its factor must be at least 1");
        return
        [
            config.Always("ModelType", ModelType), config.Always("NormPlacement", NormPlacement.Post),
            config.Size("HiddenSize", 768, "hidden_size"), config.Size("NumHiddenLayers", 12, "num_hidden_layers"), config.Size("NumAttentionHeads", 12, "num_attention_heads"),
            config.Size("IntermediateSize", 3072, "intermediate_size"), config.Size("MaxPositionEmbeddings", 2048, "max_position_embeddings"),
            config.Size("VocabSize", 30528, "vocab_size"), config.Size("TypeVocabSize", 1, "type_vocab_size"),
            config.Activation("gelu", "hidden_act"), config.Eps(1e-12, "layer_norm_eps"),
            config.NumberInside("rope_theta", file["rope_parameters"]?["rope_theta"], "rope_parameters.rope_theta", "rope_theta", 10_000),
            FolderFact.Detail("rope_factor", factor, config.Source(scalingKey, "null")),
            FolderFact.Detail("rope_mixed", isScaled ? scaling!["mixed_b"]?.AsNumber ?? 0.0 : 0.0, config.Source(scalingKey, "null")),
            config.Flag("pack_qkv", true),
        ];
    }

    public override EncoderBlocks Blocks(EncoderSpec spec)
    {
        Details details = spec.Details;
        int hidden = spec.HiddenSize, inner = spec.IntermediateSize;
        bool isPacked = details.Flag("pack_qkv");
        Linear Part(int index, string name) => isPacked
            ? new Linear(".attention.qkv_proj", 3 * hidden, hidden).Part(index * hidden, hidden)
            : new Linear($".attention.{name}_proj", hidden, hidden);
        Linear up = new(".mlp.up_gate_proj", 2 * inner, hidden) { HasBias = false };
        return new EncoderBlocks
        {
            Embeddings = new()
            {
                Words = new("embeddings.word_embeddings.weight", spec.VocabSize, hidden),
                Types = spec.HasTokenTypes ? new("embeddings.token_type_embeddings.weight", spec.TypeVocabSize, hidden) : null,
                Norm = NormOf("embeddings.LayerNorm"),
            },
            LayerStart = "encoder.layer.",
            Rotaries = new([new Rotary(details.Number("rope_theta"), details.Number("rope_factor"), details.Number("rope_mixed"))]),
            Layer = new()
            {
                Attention = new()
                {
                    Heads = spec.NumAttentionHeads,
                    KeyValueHeads = spec.NumAttentionHeads,
                    HeadSize = spec.HeadSize,
                    ScoreDivisor = spec.HeadSize,
                    Query = Part(0, "q"),
                    Key = Part(1, "k"),
                    Value = Part(2, "v"),
                    Output = new(".attention.o_proj", hidden, hidden),
                },
                AttentionNorms = new() { OfSum = NormOf(".attn_ln") },
                FeedForward = new()
                {
                    Activation = Activations.Of(spec.HiddenAct),
                    Up = up.Part(inner, inner),
                    Gate = up.Part(0, inner),
                    Down = new(".mlp.down_proj", hidden, inner),
                },
                FeedForwardNorms = new() { OfSum = NormOf(".mlp_ln") },
            },
            Head = spec.Head switch
            {
                Head.Pooler => Heads.Pooler(spec),
                Head.SequenceClassification => Heads.Pooler(spec) with { Classifier = Heads.Labels(spec) },
                Head.TokenClassification => Heads.Labeller(spec),
                Head.MaskedLM => Heads.LanguageModel(spec, "lm_head.dense", Activations.Of(spec.HiddenAct), "lm_head.norm", "lm_head.decoder", "lm_head.decoder.bias"),
                _ => null,
            },
        };

        Norm NormOf(string name) => new(name, hidden, spec.LayerNormEps);
    }
}

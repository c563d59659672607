using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>
/// The encoder of 2018 and its kin: embeddings of words, learned positions and types, a norm; layers of attention and a feed-forward
/// network, each with a norm after it or before. The attribute's properties say all of it.
/// </summary>
internal abstract class ClassicArchitecture(string name, ModelType type) : Architecture
{
    public override IReadOnlyList<string> Names { get; } = [name];

    public override ModelType ModelType => type;

    public override bool CanBeWrittenByHand => true;

    /// <summary>Whether embeddings may be narrower than hidden states.</summary>
    public virtual bool HasProjection => false;

    /// <summary>Whether layers share weights.</summary>
    public virtual bool HasGroups => false;

    /// <summary>Whether there are biases for relative positions.</summary>
    public virtual bool HasRelativeBias => false;

    /// <summary>Whether tokens may have types.</summary>
    public virtual bool HasTypes => true;

    /// <summary>Whether it exists with the norms before the sub-layers.</summary>
    public virtual bool HasPreNorm => false;

    /// <summary>Whether positions are counted from the padding token's id on, so that an offset belongs to it.</summary>
    public virtual bool HasPositionOffset => false;

    protected abstract ClassicNames NamesOf(EncoderSpec spec);

    /// <summary>The head's layers by the architecture's names.</summary>
    protected abstract HeadBlock HeadOf(EncoderSpec spec);

    public sealed override IEnumerable<FolderFact> Facts(ConfigReader config)
    {
        RefuseVariants(config);
        config.RefuseOtherKinds();
        return [config.Always("ModelType", ModelType), config.Always("NormPlacement", NormPlacement.Post), .. Sizes(config)];
    }

    /// <summary>The sizes of a config.json, by this architecture's keys.</summary>
    protected abstract IEnumerable<FolderFact> Sizes(ConfigReader config);

    public sealed override EncoderBlocks Blocks(EncoderSpec spec)
    {
        ClassicNames names = NamesOf(spec);
        int hidden = spec.HiddenSize, inner = spec.IntermediateSize;
        Norm attentionNorm = NormOf(names.AttentionNorm, hidden), feedForwardNorm = NormOf(names.FeedForwardNorm, hidden);
        return new EncoderBlocks
        {
            Embeddings = spec.TakesVectors ? null : new EmbeddingsBlock
            {
                Words = new("embeddings.word_embeddings.weight", spec.VocabSize, spec.WordSize),
                Positions = new("embeddings.position_embeddings.weight", spec.MaxPositionEmbeddings, spec.WordSize),
                PositionOffset = spec.PositionOffset,
                Types = spec.HasTokenTypes && HasTypes ? new("embeddings.token_type_embeddings.weight", spec.TypeVocabSize, spec.WordSize) : null,
                Norm = NormOf("embeddings.LayerNorm", spec.WordSize),
                Projection = names.Projection is { } projection ? new(projection, hidden, spec.WordSize) : null,
            },
            LayerStart = names.LayerStart,
            LayerEnd = names.LayerEnd,
            Layer = new LayerBlock
            {
                Attention = new AttentionBlock
                {
                    Heads = spec.NumAttentionHeads,
                    KeyValueHeads = spec.NumAttentionHeads,
                    HeadSize = spec.HeadSize,
                    ScoreDivisor = spec.HeadSize,
                    Query = new(names.Query, hidden, hidden),
                    Key = new(names.Key, hidden, hidden),
                    Value = new(names.Value, hidden, hidden),
                    Output = new(names.AttentionOutput, hidden, hidden),
                },
                AttentionNorms = spec.IsPreNorm ? new() { Before = attentionNorm } : new() { OfSum = attentionNorm },
                FeedForward = new FeedForwardBlock
                {
                    Activation = Activations.Of(spec.HiddenAct),
                    Up = new(names.Up, inner, hidden),
                    Down = new(names.Down, hidden, inner),
                },
                FeedForwardNorms = spec.IsPreNorm ? new() { Before = feedForwardNorm } : new() { OfSum = feedForwardNorm },
            },
            FinalNorm = spec.IsPreNorm ? NormOf("LayerNorm", hidden) : null,
            RelativeBias = HasRelativeBias
                ? new() { Buckets = new("encoder.relative_attention_bias.weight", spec.RelativeAttentionNumBuckets, spec.NumAttentionHeads) }
                : null,
            Head = spec.Head != Head.None && HasHead(spec.Head) ? HeadOf(spec) : null,
        };

        Norm NormOf(string name, int size) => new(name, size, spec.LayerNormEps);
    }

    public override string? TypeTable => HasTypes ? base.TypeTable : null;

    /// <summary>The keys that most have under BERT's names.</summary>
    protected static IEnumerable<FolderFact> BertSizes(ConfigReader config, int hiddenSize = 768, int heads = 12, int intermediateSize = 3072, int vocabSize = 30522, int layers = 12) =>
    [
        config.Size("HiddenSize", hiddenSize, "hidden_size"), config.Size("NumHiddenLayers", layers, "num_hidden_layers"),
        config.Size("NumAttentionHeads", heads, "num_attention_heads"), config.Size("IntermediateSize", intermediateSize, "intermediate_size"),
        config.Size("MaxPositionEmbeddings", 512, "max_position_embeddings"), config.Size("VocabSize", vocabSize, "vocab_size"),
    ];

    /// <summary>Positions after the padding token's id.</summary>
    protected static FolderFact AfterPadding(ConfigReader config, int absent) => config.File.Whole("pad_token_id", absent) is >= 0 and < 1 << 24 and int id
        ? new("PositionOffset", id + 1, config.Source("pad_token_id", $"{absent}"))
        : throw new FolderException($"{config.File.Path}: pad_token_id must be a token id, but is {config.File["pad_token_id"]}");

    /// <summary>Models that call themselves by this name but compute something else.</summary>
    private static void RefuseVariants(ConfigReader config)
    {
        FolderFile file = config.File;
        if (file["auto_map"] is not null || file.Word("_name_or_path")?.StartsWith("jinaai/", StringComparison.Ordinal) == true)
        {
            string key = file["auto_map"] is not null ? "auto_map" : "_name_or_path";
            config.Refuse(true, key, $"the model calls itself {file["model_type"]}, but comes with code of its own (as Jina's do) and computes something else");
        }

        if (file.Word("position_embedding_type") is { } positions && positions != "absolute")
        {
            throw FolderException.Unsupported($"{file.Quote("position_embedding_type")}; only \"absolute\" is supported");
        }

        if (file.Whole("inner_group_num", 1) != 1)
        {
            throw FolderException.Unsupported($"{file.Quote("inner_group_num")}; only 1 is supported");
        }
    }
}

/// <summary>What an architecture calls the tensors of a layer: those names follow the layer's own.</summary>
internal sealed record ClassicNames
{
    /// <summary>The linear layer from narrow embeddings to hidden states; null: there is none.</summary>
    public string? Projection { get; init; }

    public string LayerStart { get; init; } = "encoder.layer.";
    public string LayerEnd { get; init; } = "";
    public string Query { get; init; } = ".attention.self.query";
    public string Key { get; init; } = ".attention.self.key";
    public string Value { get; init; } = ".attention.self.value";
    public string AttentionOutput { get; init; } = ".attention.output.dense";
    public string AttentionNorm { get; init; } = ".attention.output.LayerNorm";
    public string Up { get; init; } = ".intermediate.dense";
    public string Down { get; init; } = ".output.dense";
    public string FeedForwardNorm { get; init; } = ".output.LayerNorm";
}

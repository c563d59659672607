using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Self-attention: the projections around it, and how scores are cut into blocks.</summary>
internal sealed record AttentionPlan
{
    public required int Heads { get; init; }

    /// <summary>Heads of keys and values.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Width of a head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Columns that a head takes in the packed projection: whole panels, so that no panel holds two heads.</summary>
    public required int HeadColumns { get; init; }

    /// <summary>Queries, keys and values of all heads as one product.</summary>
    public required LinearPlan Qkv { get; init; }

    /// <summary>The heads' outputs combined: added to the residual, or where the output has a norm of its own, beside it.</summary>
    public required LinearPlan Output { get; init; }

    public required SubLayerPlan Norms { get; init; }

    /// <summary>Norms of queries and keys; null: there are none.</summary>
    public required QueryKeyNormPlan? QueryKeyNorms { get; init; }

    /// <summary>The rotation of queries and keys; null: there is none.</summary>
    public required RotaryPlan? Rotary { get; init; }

    /// <summary>Floats between rows of the context, which before attention has the normalised rows of an encoder with the norms before.</summary>
    public required int ContextStride { get; init; }

    /// <summary>Rows of a block in the two projections, chosen so that their inputs stay in the L2 cache.</summary>
    public required int BlockRows { get; init; }

    /// <summary>Queries whose scores are computed, exponentiated and summed before the next queries' turn.</summary>
    public required int ScoreRows { get; init; }

    /// <summary>Floats between rows of scores.</summary>
    public required int ScoreStride { get; init; }

    /// <summary>Biases for relative positions; null if there are none.</summary>
    public required RelativeBiasPlan? RelativeBias { get; init; }

    /// <summary>Scores between contents and positions; null if there are none.</summary>
    public required DisentangledPlan? Disentangled { get; init; }

    /// <summary>How long texts are cut into blocks of keys; null where a block of queries meets all keys at once.</summary>
    public required KeyBlockPlan? KeyBlocks { get; init; }

    /// <summary>Layers that attend to nearby tokens only; null if there are none.</summary>
    public required LocalPlan? Local { get; init; }

    /// <summary>Query heads that share a head of keys and values.</summary>
    public int GroupSize => Heads / KeyValueHeads;

    /// <summary>The product that projects relative positions at load: that of contents, whose weights are float32 there whatever the format.</summary>
    public LinearPlan PositionProjection => Qkv with { Format = WeightFormat.Float32, Float32Columns = 0, Name = LinearPlan.NameOf(Qkv.K, Qkv.Columns, "Heads") };

    /// <summary>Whether positions are projected by the layer's weights where those lie; else by panels that are made of them, or of others, for the purpose.</summary>
    public bool PositionsUsePackedWeights => Disentangled?.Block is { Key: null, Query: null } && Qkv.Format == WeightFormat.Float32;

    /// <summary>Whether some layer attends to all tokens.</summary>
    public bool HasFullLayers => Local is not { IsEverywhere: true };

    /// <summary>Keys that are laid out as panels at a time.</summary>
    public required int PanelKeys { get; init; }

    /// <summary>Of a block of queries times a head's keys, which are panels of 16.</summary>
    public ProductStrides ScoreStrides => new(HeadColumns, Panel.Width, HeadSize * Panel.Width, ScoreStride, Ahead: 0, AddsToY: false);

    /// <summary>Of exponentials times a head's values, which are panels as they lie, side by side.</summary>
    public ProductStrides SumStrides => new(ScoreStride, HeadColumns, Panel.Width, HeadColumns, Ahead: 0, AddsToY: false);

    public static AttentionPlan For(EncoderSpec spec, EncoderBlocks blocks)
    {
        AttentionBlock attention = blocks.Layer.Attention;
        int hidden = Panel.RowStride(spec.HiddenSize), context = Panel.RowStride(Math.Max(spec.HiddenSize, attention.Heads * attention.HeadSize));
        int headColumns = Panel.Pad(attention.HeadSize), columns = (attention.Heads + 2 * attention.KeyValueHeads) * headColumns;
        SubLayerPlan norms = SubLayerPlan.For(blocks.Layer.AttentionNorms, spec.HiddenSize);
        LocalPlan? local = LocalPlan.For(spec, blocks);
        KeyBlockPlan? keyBlocks = KeyBlockPlan.For(spec, blocks);
        int scoreRows = Math.Min(spec.MaxTokens, 24), fullKeys = Math.Min(spec.MaxTokens, keyBlocks?.Keys ?? spec.MaxTokens);
        return new AttentionPlan
        {
            Heads = attention.Heads,
            KeyValueHeads = attention.KeyValueHeads,
            HeadSize = attention.HeadSize,
            HeadColumns = headColumns,
            Qkv = Projections(spec, attention, hidden, columns).In(spec.Weights),
            Output = (norms.OfOutput is null
                ? LinearPlan.Of(attention.Output, "attention output projection", "Residual", context, hidden, Epilogue.Residual)
                : LinearPlan.Of(attention.Output, "attention output projection", "Bias", context, hidden, Epilogue.Bias)).In(spec.Weights),
            Norms = norms,
            QueryKeyNorms = QueryKeyNormPlan.For(attention, headColumns),
            Rotary = RotaryPlan.For(spec, blocks),
            ContextStride = context,
            BlockRows = Math.Min(PackPlan.TokensOf(spec), FeedForwardPlan.RowsInCache((long)hidden * sizeof(float))),
            ScoreRows = scoreRows,
            ScoreStride = Panel.RowStride(Math.Max(local is { IsEverywhere: true } ? 1 : fullKeys, local?.ScoreKeys(scoreRows) ?? 1)),
            RelativeBias = RelativeBiasPlan.For(spec, blocks),
            Disentangled = DisentangledPlan.For(spec, blocks),
            KeyBlocks = keyBlocks,
            Local = local,
            PanelKeys = Math.Max(local is { IsEverywhere: true } ? 1 : fullKeys, local?.PanelKeys ?? 1),
        };
    }

    /// <summary>What queries are multiplied by before softmax, which takes powers of 2, as emitted code says it.</summary>
    public static string QueryScale(AttentionBlock attention) =>
        attention.ScoreDivisor == 1 ? Log2E : $"{Log2E} / MathF.Sqrt({Units.Single(attention.ScoreDivisor)})";

    /// <summary>log2(e): exponentials are taken as powers of 2.</summary>
    public const string Log2E = "1.44269504f";

    private static LinearPlan Projections(EncoderSpec spec, AttentionBlock attention, int hidden, int columns)
    {
        int headColumns = Panel.Pad(attention.HeadSize);
        return new LinearPlan
        {
            Purpose = "query, key and value projections",
            Name = LinearPlan.NameOf(spec.HiddenSize, columns, "Heads"),
            K = spec.HiddenSize,
            Columns = columns,
            XStride = hidden,
            YStride = headColumns,
            Epilogue = Epilogue.Heads,
            HasBias = attention.Query.HasBias,
            Float32Columns = spec.Weights == WeightFormat.BFloat16 && attention.QueryNorm is null ? attention.Heads * headColumns : 0,
        };
    }
}

/// <summary>The norms of queries and keys: over each head's columns, or over all heads' before they are told apart.</summary>
internal sealed record QueryKeyNormPlan
{
    public required NormPlan Norm { get; init; }

    /// <summary>Whether it is over each head's columns by themselves.</summary>
    public required bool IsByHead { get; init; }

    public static QueryKeyNormPlan? For(AttentionBlock attention, int headColumns) => attention.QueryNorm is not { } norm ? null : new()
    {
        IsByHead = attention.NormsHeads,
        Norm = attention.NormsHeads ? NormPlan.Of(norm, "HeadNorm", headColumns) : NormPlan.Of(norm, "AllHeadsNorm", headColumns),
    };
}

/// <summary>The rotation of queries and keys by their positions: rows of cosines and sines, one for each position.</summary>
internal sealed record RotaryPlan
{
    public required EquatableArray<Rotary> Tables { get; init; }

    /// <summary>Pairs of columns that are rotated: half of a head.</summary>
    public required int Pairs { get; init; }

    public required int Positions { get; init; }

    /// <summary>Floats from a row's cosines to its sines.</summary>
    public int SineColumn => Panel.Pad(Pairs);

    /// <summary>Floats between rows.</summary>
    public int Stride => 2 * SineColumn;

    /// <summary>Floats of one table.</summary>
    public long TableFloats => (long)Positions * Stride;

    public static RotaryPlan? For(EncoderSpec spec, EncoderBlocks blocks) => blocks.Rotaries.Count == 0 ? null : new()
    {
        Tables = blocks.Rotaries,
        Pairs = blocks.Layer.Attention.HeadSize / 2,
        Positions = spec.MaxTokens,
    };
}

/// <summary>
/// Attention over long texts: keys pass in blocks that stay in the L2 cache with their values, and each query's largest score, its sum of exponentials and
/// its weighted sum of values go on from block to block (online softmax, Milakov and Gimelshein 2018). The order of blocks is fixed.
/// </summary>
internal sealed record KeyBlockPlan(int Keys)
{
    /// <summary>Keys of a block: with their values 256 KiB for heads of 64. Texts up to this length have one block, and the bits that they have without blocks.</summary>
    private const int BlockKeys = 512;

    public static KeyBlockPlan? For(EncoderSpec spec, EncoderBlocks blocks) =>
        blocks.Disentangled is null && (spec.MaxTokens > BlockKeys || LocalPlan.For(spec, blocks) is not null) ? new(Math.Min(BlockKeys, Panel.Pad(spec.MaxTokens))) : null;
}

/// <summary>Attention of local layers: a query meets the keys up to so many tokens away.</summary>
internal sealed record LocalPlan
{
    /// <summary>Tokens to either side.</summary>
    public required int Reach { get; init; }

    /// <summary>Whether each layer is local, one by one.</summary>
    public required EquatableArray<bool> Layers { get; init; }

    public bool IsEverywhere => Layers.All(isLocal => isLocal);

    /// <summary>Queries whose keys are laid out as panels together.</summary>
    public int Queries => 240;

    /// <summary>Keys that those queries reach, from a whole panel on.</summary>
    public int PanelKeys => Panel.Pad(Queries + 2 * Reach + Panel.Width);

    /// <summary>Keys that a block of so many queries reaches, from a whole panel on.</summary>
    public int ScoreKeys(int rows) => Panel.Pad(rows + 2 * Reach + Panel.Width);

    /// <summary>Null where no layer's reach ends within the longest text.</summary>
    public static LocalPlan? For(EncoderSpec spec, EncoderBlocks blocks)
    {
        int reach = blocks.Kinds.Select(kind => kind.Reach).DefaultIfEmpty(0).Max();
        return reach == 0 || reach >= spec.MaxTokens - 1 ? null : new()
        {
            Reach = reach,
            Layers = new([.. blocks.Kinds.Select(kind => kind.Reach > 0)]),
        };
    }
}

/// <summary>
/// Scores between contents and relative positions: before a head's scores, its queries are multiplied with the projected embeddings of positions, and its
/// keys likewise; a score takes one value of either by the distance.
/// </summary>
internal sealed record DisentangledPlan
{
    public required DisentangledBlock Block { get; init; }

    public required int MaxTokens { get; init; }

    public required int Heads { get; init; }

    public required int HeadSize { get; init; }

    public required int HeadColumns { get; init; }

    public required int HiddenStride { get; init; }

    /// <summary>Relative positions.</summary>
    public int Rows => 2 * Block.Span;

    /// <summary>Floats between rows of products with positions.</summary>
    public int Stride => Panel.RowStride(Rows);

    /// <summary>Floats of a layer's projected positions, as panels of each head.</summary>
    public long PanelFloats => (long)Heads * HeadPanelFloats;

    /// <summary>Those of one head.</summary>
    public long HeadPanelFloats => (long)Panel.Pad(Rows) * HeadSize;

    /// <summary>Of queries or keys times the positions' panels.</summary>
    public ProductStrides Strides => new(HeadColumns, Panel.Width, HeadSize * Panel.Width, Stride, Ahead: 0, AddsToY: false);

    public static DisentangledPlan? For(EncoderSpec spec, EncoderBlocks blocks) => blocks.Disentangled is not { } block ? null : new()
    {
        Block = block,
        MaxTokens = spec.MaxTokens,
        Heads = blocks.Layer.Attention.Heads,
        HeadSize = blocks.Layer.Attention.HeadSize,
        HeadColumns = Panel.Pad(blocks.Layer.Attention.HeadSize),
        HiddenStride = Panel.RowStride(spec.HiddenSize),
    };
}

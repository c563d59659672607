using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>
/// Every offset into an encoder's memory that isn't a constant, as emitted code computes it. Emitters write these and no others, and
/// <see cref="All"/> says how large each can get and what it must stay within.
/// </summary>
internal sealed class OffsetPlan(EncoderPlan plan)
{
    private readonly long _tokens = PackPlan.TokensOf(plan.Spec);
    private readonly AttentionPlan _attention = plan.Attention;

    /// <summary>A member's own part of the workspace. So many members are allowed as have bytes that a long counts; fewer than that are found in any machine.</summary>
    public Offset Own => Scratch("Threads", plan.Scratch.SharedFloats) + Offset.Of("member.Index", plan.Scratch.MostThreads - 1) * Scratch("ThreadStride", plan.Scratch.ThreadFloats);

    /// <summary>A layer's weights.</summary>
    public Offset LayerWeights => LayerSet(plan.Weights.LayersPerSet == 1 ? "index" : $"index / {plan.Weights.LayersPerSet}");

    /// <summary>A set of layer weights, to be packed.</summary>
    public Offset PackedLayer => LayerSet("index");

    /// <summary>Floats of one head's queries, keys or values.</summary>
    public Offset HeadLength(string tokens) => Offset.Of(tokens, _tokens) * _attention.HeadColumns;

    /// <summary>A row of hidden states: of this token.</summary>
    public Offset Hidden(string token) => Shared("Hidden") + Row(token);

    /// <summary>A row of the context.</summary>
    public Offset Context(string token) => Shared("Context") + Row(token);

    /// <summary>A head's columns of a token's row of the context.</summary>
    public Offset HeadContext => Context("(start + row + r)") + Head * _attention.HeadSize;

    /// <summary>A token's row, from the first one.</summary>
    public Offset Row(string token) => Token(token) * plan.HiddenStride;

    /// <summary>The rows of a text, from its first one to the next text's.</summary>
    public Offset RowsOf(string tokens) => Offset.Of(tokens, _tokens) * plan.HiddenStride;

    /// <summary>A token's queries of the first head.</summary>
    public Offset Qkv => Shared("Qkv") + Token("row") * _attention.HeadColumns;

    /// <summary>A text's queries of a head.</summary>
    public Offset Queries => Shared("Qkv") + Head * ThisHeadLength + Token("start") * _attention.HeadColumns;

    /// <summary>From a head's queries to its keys, and from those to its values.</summary>
    public Offset ToKeys => _attention.Heads * ThisHeadLength;

    /// <summary>A query, from the first one of its text and head.</summary>
    public Offset Query => Token("row") * _attention.HeadColumns;

    /// <summary>Where a panel's columns go that is computed for all heads together.</summary>
    public Offset HeadColumn => Offset.Of($"column / {_attention.HeadColumns}", _attention.Qkv.Columns / _attention.HeadColumns - 1) * ThisHeadLength;

    /// <summary>Likewise, where a head has several panels.</summary>
    public Offset HeadColumnInside => HeadColumn + Offset.Of($"column % {_attention.HeadColumns}", _attention.HeadColumns - 1);

    /// <summary>A call of the emitted function that computes the one or the other.</summary>
    public Offset HeadOffset(string column) => Offset.Of($"HeadOffset({column}, headLength)", HeadColumnInside.Most);

    /// <summary>A panel of keys.</summary>
    public Offset KeyPanel => Key * _attention.HeadSize;

    /// <summary>A query's row of scores.</summary>
    public Offset Scores(string row) => Offset.Of(row, _attention.ScoreRows - 1) * _attention.ScoreStride;

    /// <summary>One score.</summary>
    public Offset Score => Scores("row") + Key;

    /// <summary>A query's row of weighted sums.</summary>
    public Offset Mixed => Offset.Of("r", _attention.ScoreRows - 1) * _attention.HeadColumns;

    /// <summary>A query's biases, from the one for its text's first key on.</summary>
    public Offset Biases(RelativeBiasPlan bias) => Head * bias.Stride + bias.Center - (Token("row") + Offset.Of("r", _attention.ScoreRows - 1));

    /// <summary>A row of the token type table.</summary>
    public Offset TokenType(EmbeddingsPlan embeddings) =>
        Offset.Constant(plan.Weights.Shared.Offset("TokenTypes"), "Weights.TokenTypes") + Offset.Of("type", plan.Spec.TypeVocabSize - 1) * embeddings.Columns;

    /// <summary>A panel of a product's weights, by its first column.</summary>
    public static Offset PanelOf(LinearPlan linear, string column) => Offset.Of(column, linear.Columns - Panel.Width) * Offset.Constant(linear.K, "K");

    /// <summary>From a row of a product's result to the next.</summary>
    public static Offset NextRow(LinearPlan linear) => Offset.Constant(linear.YStride, "YStride");

    /// <summary>A row of the decoder's input.</summary>
    public Offset HeadInput => Offset.Of("r", HeadRows - 1) * plan.HiddenStride;

    /// <summary>A row of what the decoder takes.</summary>
    public Offset DecoderRow(DecoderPlan decoder) => Offset.Of("row", HeadRows - 1) * decoder.XStride;

    /// <summary>A row of what a head gives.</summary>
    public Offset HeadResult(LinearPlan last) => Offset.Of("r", HeadRows - 1) * last.YStride;

    /// <summary>A word of a block of the decoder's.</summary>
    public Offset Word => Offset.Of("id", plan.Spec.VocabSize - 1);

    /// <summary>A word's logit at a position, in the caller's span.</summary>
    public Offset Logit => Offset.Of("row", HeadRows - 1) * VocabSize + Word;

    /// <summary>From a position's logits to those of a later one.</summary>
    public Offset LogitOf(int positions) => positions == 1 ? VocabSize : positions * VocabSize;

    private Offset VocabSize => Offset.Constant(plan.Spec.VocabSize, "VocabSize");

    private long HeadRows => plan.Head?.BlockRows ?? 1;

    private Offset Head => Offset.Of("head", _attention.Heads - 1);

    private Offset Key => Offset.Of("key", Panel.Pad(plan.Spec.MaxTokens) - 1);

    private Offset ThisHeadLength => Offset.Of("headLength", HeadLength("tokens").Most);

    /// <summary>Each offset, with the floats of the memory that it must stay within.</summary>
    public IEnumerable<(Offset Offset, long Floats)> All()
    {
        long shared = plan.Scratch.SharedFloats, own = plan.Scratch.ThreadFloats, weights = plan.Weights.Bytes / sizeof(float);
        IEnumerable<(Offset, long)> offsets =
        [
            (Own, plan.Scratch.MostBytes / sizeof(float)),
            (LayerWeights, weights), (PackedLayer, weights),
            (HeadLength("tokens"), shared), (HeadLength("allTokens"), shared), (RowsOf("pack[text]"), shared),
            .. new[] { "row", "first", "position" }.Select(token => (Hidden(token), shared)),
            .. new[] { "from", "to", "token" }.Select(token => (Row(token), shared)),
            (Context("row"), shared), (HeadContext, shared),
            (Qkv, shared), (Queries, shared), (ToKeys, shared), (Query, shared), (HeadColumn, shared), (HeadColumnInside, shared), (HeadOffset("column"), shared),
            (KeyPanel, own), (Scores("r"), own), (Score, own), (Key, own), (Mixed, own), (Offset.Of("r", _attention.ScoreRows - 1), own), (Offset.Of("row", _attention.ScoreRows - 1), own),
        ];
        if (_attention.RelativeBias is { } bias)
        {
            offsets = offsets.Append((Biases(bias), weights));
        }

        if (plan.Embeddings is { } embeddings && plan.Spec.HasTokenTypes)
        {
            offsets = offsets.Append((TokenType(embeddings), weights));
        }

        LinearPlan[] products = [_attention.Qkv, _attention.Output, plan.FeedForward.Up, plan.FeedForward.Down, .. new[] { plan.Embeddings?.Projection, plan.Head?.Dense, plan.Head?.Classifier }.OfType<LinearPlan>()];
        offsets = offsets.Concat(products.SelectMany(product => new[] { (PanelOf(product, "column"), weights), (Offset.Of("column", product.Columns - Panel.Width), weights), (NextRow(product), weights) }));
        if (plan.Head is { } head)
        {
            offsets = offsets.Concat(head.Products.Select(product => (HeadResult(product), own)));
        }

        return plan.Head?.Decoder is { } decoder ? offsets.Concat([(HeadInput, own), (DecoderRow(decoder), own), (Word, weights), (Logit, long.MaxValue), .. Enumerable.Range(1, DecoderPlan.Together - 1).Select(p => (LogitOf(p), long.MaxValue))]) : offsets;
    }

    private Offset LayerSet(string set) => Offset.Constant(plan.Weights.Layers, "Weights.Layers")
        + Offset.Of(set, plan.Weights.LayerSets - 1) * Offset.Constant(plan.Weights.LayerStride, "Weights.LayerStride");

    private Offset Token(string name) => Offset.Of(name, _tokens - 1);

    private Offset Shared(string region) => Scratch(region, plan.Scratch.Shared.Offset(region));

    private static Offset Scratch(string name, long value) => Offset.Constant(value, $"Scratch.{name}");
}

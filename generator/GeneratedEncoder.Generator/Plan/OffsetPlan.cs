using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>
/// Every offset into an encoder's memory that isn't a constant, as emitted code computes it. Emitters write these and no others, and
/// <see cref="All"/> says how large each can get and what it must stay within.
/// </summary>
internal sealed class OffsetPlan(EncoderPlan plan)
{
    private readonly long _tokens = PackPlan.TokensOf(plan.Spec);
    private readonly AttentionPlan _attention = plan.Attention;

    /// <summary>A thread's own part of the workspace. So many threads are allowed as have bytes that a long counts; fewer than that are found in any machine.</summary>
    public Offset Own => Scratch("Threads", plan.Scratch.SharedFloats) + Offset.Of("thread", plan.Scratch.MostThreads - 1) * Scratch("ThreadStride", plan.Scratch.ThreadFloats);

    /// <summary>A layer's weights.</summary>
    public Offset LayerWeights(string layer) => LayerSet(plan.Weights.LayersPerSet == 1 ? layer : $"{layer} / {plan.Weights.LayersPerSet}");

    /// <summary>A set of layer weights, to be packed.</summary>
    public Offset PackedLayer => LayerSet("index");

    /// <summary>Floats of one head's queries, keys or values.</summary>
    public Offset HeadLength(string tokens) => Offset.Of(tokens, _tokens) * _attention.HeadColumns;

    /// <summary>A row of hidden states: of this token.</summary>
    public Offset Hidden(string token) => Shared("Hidden") + Row(token);

    /// <summary>A row of the context.</summary>
    public Offset Context(string token) => Shared("Context") + ContextRow(token);

    /// <summary>A row of a sub-layer's normalised input: in the context's memory, unless that has rows of another width.</summary>
    public Offset Normalised(string token) => _attention.ContextStride == plan.HiddenStride ? Context(token) : Shared("Normalised") + Row(token);

    /// <summary>A row of neighbouring embeddings side by side, and within it those of one neighbour.</summary>
    public static Offset Window(ConvolutionPlan convolution, int hiddenSize) =>
        Offset.Of("r", ConvolutionPlan.BlockRows - 1) * convolution.Product.XStride + Offset.Of("tap", convolution.Block.Kernel - 1) * hiddenSize;

    /// <summary>A token's row of a copy of the first hidden states.</summary>
    public Offset FirstHidden(string token) => Shared("FirstHidden") + Row(token);

    /// <summary>A token's row of the context, from the first one.</summary>
    public Offset ContextRow(string token) => Token(token) * _attention.ContextStride;

    /// <summary>Likewise, from the workspace's start.</summary>
    public Offset PlaceOf => Shared("Places") + Token("other");

    /// <summary>A token's position in its text, where positions are kept.</summary>
    public Offset Place(string token) => Token(token);

    /// <summary>A position's row of the cosines and sines.</summary>
    public static Offset Angles(RotaryPlan rotary) => Offset.Of("place", rotary.Positions - 1) * rotary.Stride;

    /// <summary>One of several tables of them.</summary>
    public Offset RotaryTable(RotaryPlan rotary) => Weights("Rotary") + Offset.Of("table", rotary.Tables.Count - 1) * rotary.TableFloats;

    /// <summary>The position of a block's first row.</summary>
    public Offset Places => Shared("Places") + Token("row");

    /// <summary>Where the result of a gated product's two panels goes.</summary>
    public static Offset GatedColumn(LinearPlan linear) => Offset.Of("column / 2", linear.Columns / 2);

    /// <summary>The second of its panels' first column.</summary>
    public static Offset GateColumn(LinearPlan linear) => Offset.Of("column", linear.Columns - LinearPlan.GateColumns) + Panel.Width;

    /// <summary>A row of one head's queries or keys, which are rotated or normed where they lie.</summary>
    public Offset HeadRow => Offset.Of("head", _attention.Heads + _attention.KeyValueHeads - 1) * ThisHeadLength;

    /// <summary>A head's gains, of a norm over all heads' columns.</summary>
    public Offset HeadGains => Offset.Of("head", _attention.Heads - 1) * _attention.HeadColumns;

    /// <summary>A head's columns of a token's row of the context.</summary>
    public Offset HeadContext => Context("(start + row + r)") + Head * _attention.HeadSize;

    /// <summary>Likewise of a text's row, where long texts' sums go on from block to block.</summary>
    public Offset HeadColumns => Shared("Context") + Token("start") * _attention.ContextStride + Head * _attention.HeadSize;

    /// <summary>A token's row, from the first one.</summary>
    public Offset Row(string token) => Token(token) * plan.HiddenStride;

    /// <summary>A token's row of embeddings that are still to be projected.</summary>
    public Offset Embedded(LinearPlan projection) => Token("row") * projection.XStride;

    /// <summary>The rows of a text, from its first one to the next text's.</summary>
    public Offset RowsOf(string tokens) => Offset.Of(tokens, _tokens) * plan.HiddenStride;

    /// <summary>A token's queries of the first head.</summary>
    public Offset Qkv => Shared("Qkv") + Token("row") * _attention.HeadColumns;

    /// <summary>A text's queries of a head.</summary>
    public Offset Queries => Shared("Qkv") + Head * ThisHeadLength + Token("start") * _attention.HeadColumns;

    /// <summary>From a head's queries to its keys, and from those to its values.</summary>
    public Offset ToKeys => _attention.Heads * ThisHeadLength;

    /// <summary>A text's keys of the head that a query head shares with others.</summary>
    public Offset GroupKeys => Shared("Qkv") + (_attention.Heads + Offset.Of($"head / {_attention.GroupSize}", _attention.KeyValueHeads - 1)) * ThisHeadLength + Token("start") * _attention.HeadColumns;

    /// <summary>From keys to values, where there are fewer of them than queries.</summary>
    public Offset ToValues => _attention.KeyValueHeads * ThisHeadLength;

    /// <summary>A key or value of a block, from its text's first one.</summary>
    public Offset KeyRow(string key) => Token(key) * _attention.HeadColumns;

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

    /// <summary>The first panel of a block of queries' keys, of those that are laid out.</summary>
    public Offset FirstPanel => Offset.Of("(first - from)", Panel.Pad(_attention.PanelKeys) - 1) * _attention.HeadSize;

    /// <summary>A query of a block, of its text's.</summary>
    public Offset RowPlus => Token("row") + Offset.Of("r", _attention.ScoreRows - 1);

    /// <summary>A query's row of scores.</summary>
    public Offset Scores(string row) => Offset.Of(row, _attention.ScoreRows - 1) * _attention.ScoreStride;

    /// <summary>One score.</summary>
    public Offset Score => Scores("row") + Key;

    /// <summary>A query's row of weighted sums.</summary>
    public Offset Mixed => Offset.Of("r", _attention.ScoreRows - 1) * _attention.HeadColumns;

    /// <summary>A query's biases, from the one for its text's first key on.</summary>
    public Offset Biases(RelativeBiasPlan bias) => Head * bias.Stride + bias.Center - (Token("row") + Offset.Of("r", _attention.ScoreRows - 1));

    /// <summary>Likewise for a block of keys that starts at a later one.</summary>
    public Offset BiasesFrom(RelativeBiasPlan bias, string key) => Head * bias.Stride + (bias.Center + Token(key)) - (Token("row") + Offset.Of("r", _attention.ScoreRows - 1));

    /// <summary>A head's keys or queries of positions as panels, from its layer's weights on.</summary>
    public Offset HeadPositions(DisentangledPlan positions, string region) =>
        Offset.Constant(plan.Weights.Layer.Offset(region), $"Layer.{region}") + Head * positions.HeadPanelFloats;

    /// <summary>A panel of them.</summary>
    public Offset PositionPanel(DisentangledPlan positions) => Offset.Of("column", Panel.Pad(positions.Rows) - Panel.Width) * _attention.HeadSize;

    /// <summary>A query's products with positions.</summary>
    public Offset ByKeyPosition(DisentangledPlan positions) => Offset.Of("r", _attention.ScoreRows - 1) * positions.Stride;

    /// <summary>A key's product with a position.</summary>
    public Offset KeyPosition(DisentangledPlan positions) => Offset.Of("key", plan.Spec.MaxTokens - 1) * positions.Stride + Offset.Of("position", positions.Rows - 1);

    /// <summary>The place of a distance in the table of positions' rows.</summary>
    public Offset Distance(DisentangledPlan positions) => positions.MaxTokens - 1 + Offset.Of("query", positions.MaxTokens - 1) - Offset.Of("key", positions.MaxTokens - 1);

    /// <summary>A row of the token type table.</summary>
    public Offset TokenType(EmbeddingsPlan embeddings) =>
        Offset.Constant(plan.Weights.Shared.Offset("TokenTypes"), "Weights.TokenTypes") + Offset.Of("type", embeddings.Block.Types!.Rows - 1) * embeddings.Columns;

    /// <summary>A panel of a product's weights, by its first column.</summary>
    public static Offset PanelOf(LinearPlan linear, string column) => linear.Format == WeightFormat.Float32
        ? Offset.Of(column, linear.Columns - Panel.Width) * Offset.Constant(linear.K, "K")
        : int.TryParse(column, out int constant) ? Offset.Constant(linear.FloatsOf(constant))
        : Offset.Of($"{column} / {Panel.Width}", linear.Columns / Panel.Width - 1) * Offset.Constant(linear.PanelFloats, "PanelFloats");

    /// <summary>A panel of eight-bit weights, by its first column.</summary>
    public static Offset Int8Panel(LinearPlan linear, string column) =>
        Offset.Of($"{(column.Contains('+') ? $"({column})" : column)} / {Panel.Width}", linear.Columns / Panel.Width - 1) * Offset.Constant(linear.PanelFloats, "PanelFloats");

    /// <summary>A panel's place among the columns that are made eight bits together.</summary>
    public static Offset StripColumn => Offset.Of("part - column", Int8Layout.BlockInputs - Panel.Width);

    /// <summary>A block's scale in a row of them.</summary>
    public static Offset BlockScale(LinearPlan next) => Offset.Of($"column / {Int8Layout.BlockInputs}", next.Blocks - 1);

    /// <summary>A panel after the ones of float32, from where those end.</summary>
    public static Offset NarrowPanel(LinearPlan linear, string column) =>
        Offset.Of($"({column} - {linear.Float32Columns}) / {Panel.Width}", (linear.Columns - linear.Float32Columns) / Panel.Width - 1) * Offset.Constant(linear.PanelFloats, "PanelFloats");

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
    public Offset LogitOf(int positions) => positions == 1 ? VocabSize
        : positions * VocabSize is { IsNative: false } small ? small
        : Offset.Of($"unchecked((nint){positions} * VocabSize)", (long)positions * plan.Spec.VocabSize);

    private Offset VocabSize => Offset.Constant(plan.Spec.VocabSize, "VocabSize");

    private long HeadRows => plan.Head?.BlockRows ?? 1;

    private Offset Head => Offset.Of("head", _attention.Heads - 1);

    private Offset Key => Offset.Of("key", Panel.Pad(_attention.PanelKeys) - 1);

    private Offset ThisHeadLength => Offset.Of("headLength", HeadLength("tokens").Most);

    /// <summary>Each offset, with the floats of the memory that it must stay within.</summary>
    public IEnumerable<(Offset Offset, long Floats)> All()
    {
        long shared = plan.Scratch.SharedFloats, own = plan.Scratch.ThreadFloats, weights = plan.Weights.Bytes / sizeof(float);
        IEnumerable<(Offset, long)> offsets =
        [
            (Own, plan.Scratch.MostBytes / sizeof(float)),
            (LayerWeights("index"), weights), (LayerWeights("(index - 1)"), weights), (PackedLayer, weights),
            (HeadLength("tokens"), shared), (HeadLength("allTokens"), shared), (RowsOf("pack[text]"), shared),
            .. new[] { "row", "first", "position" }.Select(token => (Hidden(token), shared)),
            .. new[] { "from", "to", "token" }.Select(token => (Row(token), shared)),
            (Context("row"), shared), (HeadContext, shared),
            (Qkv, shared), (Queries, shared), (ToKeys, shared), (Query, shared), (HeadColumn, shared), (HeadColumnInside, shared), (HeadOffset("column"), shared), (HeadOffset($"{_attention.Qkv.Columns - Panel.Width}"), shared),
            (KeyPanel, own), (Scores("r"), own), (Score, own), (Key, own), (Mixed, own), (Offset.Of("r", _attention.ScoreRows - 1), own), (Offset.Of("row", _attention.ScoreRows - 1), own),
        ];
        if (_attention.RelativeBias is { } bias)
        {
            offsets = offsets.Append((Biases(bias), weights));
        }

        if (plan.Embeddings is { Block.Types: not null } embeddings)
        {
            offsets = offsets.Append((TokenType(embeddings), weights));
        }

        offsets = offsets.Concat(More());
        LinearPlan[] products = [_attention.Qkv, _attention.Output, plan.FeedForward.Up, plan.FeedForward.Down, .. new[] { plan.Embeddings?.Projection, plan.Head?.Dense, plan.Head?.Classifier, plan.Convolution?.Product }.Concat(plan.Pooling.Modules.Select(module => module.Dense)).OfType<LinearPlan>()];
        offsets = offsets.Concat(products.SelectMany(product => new[] { (PanelOf(product, "column"), weights), (Offset.Of("column", product.Columns - Panel.Width), weights), (NextRow(product), weights) }));
        if (plan.Head is { } head)
        {
            offsets = offsets.Concat(head.Products.Select(product => (HeadResult(product), own)));
        }

        return plan.Head?.Decoder is { } decoder ? offsets.Concat([(HeadInput, own), (DecoderRow(decoder), own), (Word, weights), (Logit, long.MaxValue), .. Enumerable.Range(1, DecoderPlan.Together - 1).Select(p => (LogitOf(p), long.MaxValue))]) : offsets;
    }

    /// <summary>Those of parts that only some encoders have.</summary>
    private IEnumerable<(Offset, long)> More()
    {
        long shared = plan.Scratch.SharedFloats, own = plan.Scratch.ThreadFloats, weights = plan.Weights.Bytes / sizeof(float);
        IEnumerable<(Offset, long)> offsets = [(ContextRow("from"), shared), (ContextRow("to"), shared), (FirstPanel, own), (ContextRow("row"), shared), (ContextRow("(row + r)"), shared), (RowPlus, shared), (HeadGains, weights), (GroupKeys, shared), (ToValues, shared), (HeadRow, shared), (HeadColumns, shared)];
        offsets = offsets.Concat(new[] { "from", "first", "row" }.Select(key => (KeyRow(key), shared)))
            .Concat(new[] { "token", "row", "(row + r)", "(row + r + 1)" }.Select(token => (Place(token), shared)));
        if (_attention.Rotary is { } rotary)
        {
            offsets = offsets.Concat([(Angles(rotary), weights), (RotaryTable(rotary), weights), (Offset.Of("i", rotary.Pairs - 1), weights)]);
        }

        if (_attention.RelativeBias is { } bias)
        {
            offsets = offsets.Concat(new[] { "from", "first" }.Select(key => (BiasesFrom(bias, key), weights)));
        }

        if (plan.Embeddings?.Projection is { Format: WeightFormat.Int8 } projection)
        {
            offsets = offsets.Concat([(Embedded(projection), shared), (Row("row"), shared)]);
        }

        if (_attention.Disentangled is not null && _attention.PositionProjection is var byPositions)
        {
            offsets = offsets.Concat([(PanelOf(byPositions, "column"), byPositions.FloatsOf(byPositions.Columns))]);
        }

        if (_attention.Qkv is { Float32Columns: > 0 } qkv)
        {
            string last = $"{qkv.Float32Columns - Panel.Width}";
            offsets = offsets.Concat([(PanelOf(qkv.Float32Part, "column"), weights), (PanelOf(qkv.Float32Part, last), weights), (NarrowPanel(qkv, "column"), weights), (NarrowPanel(qkv, $"{qkv.Columns - Panel.Width}"), weights), (HeadOffset(last), shared)]);
        }

        if (plan.HasPlaces)
        {
            offsets = offsets.Append((Places, shared));
        }

        if (_attention.Local is not null)
        {
            offsets = offsets.Append((Offset.Of("key", Panel.Pad(_attention.PanelKeys) - 1) - Offset.Of("first", 0), own));
        }

        if (plan.Pooling.Modes.Contains(GeneratedEncoder.Pooling.LastToken))
        {
            offsets = offsets.Append((Row("(tokens - 1)"), shared));
        }

        if (plan.Pooling.LeavesOutPrompts)
        {
            offsets = offsets.Append((Row("prompt"), shared));
        }

        if (plan.Head is { TakesMean: true })
        {
            offsets = offsets.Append((RowsOf("tokens"), shared));
        }

        if (plan.FeedForward.IsInt8)
        {
            LinearPlan up = plan.FeedForward.Up;
            offsets = offsets.Concat(new[] { "part", "2 * part", $"2 * part + {Panel.Width}" }.Select(column => (Int8Panel(up, column), weights)))
                .Concat(new[] { "2 * part", $"2 * part + {Panel.Width}" }.Select(column => (Offset.Of(column, up.Columns - Panel.Width), weights)))
                .Concat([(StripColumn, own), (BlockScale(plan.FeedForward.Down), own), (Offset.Of("part", up.Columns - Panel.Width), weights)]);
        }
        else if (plan.FeedForward.IsGated)
        {
            LinearPlan up = plan.FeedForward.Up;
            offsets = offsets.Concat([(GatedColumn(up), own), (GateColumn(up), weights), (PanelOf(up, $"(column + {Panel.Width})"), weights)]);
        }

        if (_attention.Norms.Before is not null)
        {
            offsets = offsets.Append((Normalised("row"), shared));
        }

        if (plan.Convolution is { } convolution)
        {
            offsets = offsets.Append((Window(convolution, plan.Spec.HiddenSize), own)).Append((FirstHidden("other"), shared)).Append((PlaceOf, shared));
        }

        if (_attention.Disentangled is { } positions)
        {
            offsets = offsets.Concat(
            [
                .. new[] { "KeyPositions", "QueryPositions" }.Where(region => plan.Weights.Layer.Regions.Any(r => r.Name == region)).Select(region => (HeadPositions(positions, region), weights)),
                (PositionPanel(positions), weights), (ByKeyPosition(positions), own), (KeyPosition(positions), own), (Offset.Of("position", positions.Rows - 1), own),
                (Distance(positions), weights), (Offset.Of("column", Panel.Pad(positions.Rows) - Panel.Width), own),
            ]);
        }

        return offsets;
    }

    private Offset LayerSet(string set) => Offset.Constant(plan.Weights.Layers, "Weights.Layers")
        + Offset.Of(set, plan.Weights.LayerSets - 1) * Offset.Constant(plan.Weights.LayerStride, "Weights.LayerStride");

    private Offset Token(string name) => Offset.Of(name, _tokens - 1);

    private Offset Weights(string region) => Offset.Constant(plan.Weights.Shared.Offset(region), $"Weights.{region}");

    private Offset Shared(string region) => Scratch(region, plan.Scratch.Shared.Offset(region));

    private static Offset Scratch(string name, long value) => Offset.Constant(value, $"Scratch.{name}");
}

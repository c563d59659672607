using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// Floating-point operations of an encoder: two for each multiply-add of its products, nothing for the rest.
/// With L layers, hidden size H, inner size I and n tokens, one call takes
/// <c>L (2 n (3 H H + H H + 2 H I) + 2 (2 n n H))</c>: the query, key and value projections, the output projection and the
/// two products of the feed-forward network; then scores and weighted sums.
/// </summary>
internal static class Flops
{
    /// <summary>A product of [rows, inputs] with [inputs, outputs].</summary>
    public static double Product(int rows, int inputs, int outputs) => 2.0 * rows * inputs * outputs;

    /// <summary>Scores and weighted sums of one layer's heads.</summary>
    public static double Heads(EncoderShape shape, int tokens) => 2 * Product(tokens, tokens, shape.HiddenSize);

    /// <summary>One layer's query, key and value projections.</summary>
    public static double Project(EncoderShape shape, int tokens) => Product(tokens, shape.HiddenSize, 3 * shape.HiddenSize);

    /// <summary>One layer's output projection.</summary>
    public static double Combine(EncoderShape shape, int tokens) => Product(tokens, shape.HiddenSize, shape.HiddenSize);

    /// <summary>One layer's feed-forward network.</summary>
    public static double FeedForward(EncoderShape shape, int tokens) =>
        2 * Product(tokens, shape.HiddenSize, shape.IntermediateSize);

    /// <summary>A whole call.</summary>
    public static double Call(EncoderShape shape, int tokens) =>
        shape.NumHiddenLayers * (Project(shape, tokens) + Heads(shape, tokens) + Combine(shape, tokens) + FeedForward(shape, tokens));

    /// <summary>
    /// A whole call of a ModernBERT: <c>L (2 n (4 H H + 3 H I))</c>, and scores and weighted sums over all pairs of tokens in global layers, over those
    /// within the window in local ones.
    /// </summary>
    public static double Call(ModernBertShape shape, int tokens)
    {
        double products = Product(tokens, shape.HiddenSize, 4 * shape.HiddenSize) + 3 * Product(tokens, shape.HiddenSize, shape.IntermediateSize);
        int reach = shape.LocalAttention / 2;
        double near = Enumerable.Range(0, tokens).Sum(i => (double)(Math.Min(tokens - 1, i + reach) - Math.Max(0, i - reach) + 1));
        return Enumerable.Range(0, shape.NumHiddenLayers).Sum(layer => products + 4 * shape.HiddenSize * (shape.IsFull(layer) ? (double)tokens * tokens : near));
    }
}

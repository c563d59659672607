using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Where each intermediate result lies in a call's workspace; regions that never live together share memory.</summary>
internal sealed record ScratchMap
{
    /// <summary>What all threads of a call work on.</summary>
    public required MemoryMap Shared { get; init; }

    /// <summary>Lives before the layers, in the memory from the context on. Null where embeddings are hidden states from the start.</summary>
    public required MemoryMap? Embeddings { get; init; }

    /// <summary>A thread's own, from the start of its part: lives while it computes heads.</summary>
    public required MemoryMap Attention { get; init; }

    /// <summary>A thread's own too, in the memory of <see cref="Attention"/>: lives while it computes rows.</summary>
    public required MemoryMap FeedForward { get; init; }

    /// <summary>Likewise, after the layers; a head is its caller's thread's work. Null without a head.</summary>
    public required MemoryMap? Head { get; init; }

    /// <summary>Floats of what all threads work on.</summary>
    public long SharedFloats => Math.Max(Shared.Floats, Embeddings?.Floats ?? 0);

    /// <summary>Floats of one thread's own part.</summary>
    public long ThreadFloats => Math.Max(Head?.Floats ?? 0, Math.Max(Attention.Floats, FeedForward.Floats));

    /// <summary>Bytes that each further thread of a call adds.</summary>
    public long ThreadBytes => ThreadFloats * sizeof(float);

    /// <summary>Bytes of a call on one thread.</summary>
    public long Bytes => SharedFloats * sizeof(float) + ThreadBytes;

    /// <summary>Threads of a call whose bytes a long can count; the runtime refuses more. Every machine has fewer processors.</summary>
    public int MostThreads => (int)Math.Min(int.MaxValue, 1 + (long.MaxValue - Bytes) / ThreadBytes);

    /// <summary>Bytes of a call on so many threads.</summary>
    public long MostBytes => Bytes + (MostThreads - 1L) * ThreadBytes;

    public static ScratchMap For(EncoderSpec spec, EncoderParts parts)
    {
        AttentionPlan attention = parts.Attention;
        long tokens = PackPlan.TokensOf(spec), hidden = Panel.RowStride(spec.HiddenSize), context = attention.ContextStride;
        bool hasNormalised = attention.Norms.Before is not null && context != hidden;
        string use = attention.Norms.Before is null || hasNormalised
            ? $"[{tokens}][{context}] the heads' outputs side by side"
            : $"[{tokens}][{context}] normalised input of a sub-layer, then the heads' outputs side by side";
        MemoryMap.Builder shared = MemoryMap.At(0)
            .Add("Hidden", tokens * hidden, $"[{tokens}][{hidden}] the residual stream, the result in the end")
            .AddIf(parts.HasPlaces, "Places", tokens, $"[{tokens}] whole numbers: each token's position in its text");
        if (parts.Pooling.HasOwnMemory)
        {
            int floats = parts.Pooling.MostFloats;
            shared.Add("Pooled", floats, $"[{floats}] the pooled vector").AddIf(parts.Pooling.Modules.Length > 0, "PooledNext", floats, $"[{floats}] what the next module makes of it");
        }

        long contextStart = shared.Next;
        return new ScratchMap
        {
            Shared = shared
                .Add("Context", tokens * context, use + (parts.Pooling.HasOwnMemory ? "" : "; after the layers, the pooled vector"))
                .Add("Qkv", tokens * attention.Qkv.Columns, attention.GroupSize == 1
                    ? $"[3][{attention.Heads}][tokens][{attention.HeadColumns}] each head's queries, keys, values"
                    : $"[{attention.Heads} + 2 * {attention.KeyValueHeads}][tokens][{attention.HeadColumns}] each head's queries; keys, values of each group of heads")
                .AddIf(hasNormalised, "Normalised", tokens * hidden, $"[{tokens}][{hidden}] normalised input of a sub-layer")
                .AddIf(parts.Convolution is not null, "FirstHidden", tokens * hidden, $"[{tokens}][{hidden}] the hidden states before the first layer, for the convolution")
                .Build(),
            Embeddings = parts.Embeddings?.Projection is null ? null : MemoryMap.At(contextStart)
                .Add("Embedded", tokens * parts.Embeddings.Stride, $"[{tokens}][{parts.Embeddings.Stride}] embeddings that are still to be projected")
                .Build(),
            Attention = AttentionMap(spec, attention),
            FeedForward = FeedForwardMap(parts, hidden),
            Head = parts.Head is null ? null : HeadMap(parts.Head, hidden),
        };
    }

    private static MemoryMap AttentionMap(EncoderSpec spec, AttentionPlan attention)
    {
        MemoryMap.Builder map = MemoryMap.At(0)
            .Add("Keys", (long)Panel.Pad(attention.PanelKeys) * attention.HeadSize, $"[keys / 16][{attention.HeadSize}][16] one head's keys, as panels")
            .Add("Scores", (long)attention.ScoreRows * attention.ScoreStride, $"[{attention.ScoreRows}][{attention.ScoreStride}] a block of queries against {(attention.KeyBlocks is null && attention.Local is null ? "all keys" : "a block of keys")}")
            .Add("Inverses", attention.ScoreRows, $"[{attention.ScoreRows}] one over each row's sum of exponentials")
            .Add("Mixed", (long)attention.ScoreRows * attention.HeadColumns, $"[{attention.ScoreRows}][{attention.HeadColumns}] the block's weighted sums of values");
        if (attention.KeyBlocks is not null && attention.HasFullLayers)
        {
            map.Add("Maxima", spec.MaxTokens, $"[{spec.MaxTokens}] each query's largest score so far")
                .Add("Sums", spec.MaxTokens, $"[{spec.MaxTokens}] its sum of exponentials so far");
        }

        if (attention.Disentangled is { } positions)
        {
            map.AddIf(positions.Block.ContentToPosition, "ByKeyPosition", (long)attention.ScoreRows * positions.Stride, $"[{attention.ScoreRows}][{positions.Stride}] the block's queries times keys of positions")
                .AddIf(positions.Block.PositionToContent, "ByQueryPosition", (long)spec.MaxTokens * positions.Stride, $"[{spec.MaxTokens}][{positions.Stride}] keys times queries of positions");
        }

        return map.Build();
    }

    private static MemoryMap FeedForwardMap(EncoderParts parts, long hidden)
    {
        FeedForwardPlan feedForward = parts.FeedForward;
        LinearPlan down = feedForward.Down;
        MemoryMap.Builder map = MemoryMap.At(0);
        if (feedForward.IsInt8)
        {
            map.Add("Inner", (long)feedForward.BlockRows * down.QuantisedStride / sizeof(float), $"[{feedForward.BlockRows}][{down.QuantisedStride}] bytes: activations between the two products, in eight bits")
                .Add("InnerScales", (long)feedForward.BlockRows * down.Blocks, $"[{feedForward.BlockRows}][{down.Blocks}] what a step of each of their blocks stands for")
                .Add("Strip", (long)feedForward.BlockRows * feedForward.Up.YStride, $"[{feedForward.BlockRows}][{feedForward.Up.YStride}] a block's columns of them, before they are made eight bits");
        }
        else
        {
            map.Add("Inner", (long)feedForward.BlockRows * down.XStride, $"[{feedForward.BlockRows}][{down.XStride}] activations between the two products");
        }

        if (feedForward.IsGated)
        {
            map.Add("Gates", (long)feedForward.BlockRows * LinearPlan.GateColumns, $"[{feedForward.BlockRows}][{LinearPlan.GateColumns}] a panel of each half, before one is activated and multiplied by the other");
        }

        long rows = Math.Max(parts.Attention.BlockRows, feedForward.BlockRows);
        AddQuantised(map, parts, (int)rows);
        map.AddIf(parts.HasOutputNorms, "Outer", rows * hidden, $"[{rows}][{hidden}] a sub-layer's output, before its norm");
        map.AddIf(parts.KeepsResidual, "Residual", rows * hidden, $"[{rows}][{hidden}] rows as they were before a sub-layer");
        if (parts.Convolution is { } convolution)
        {
            map.Add("Window", (long)ConvolutionPlan.BlockRows * convolution.Product.XStride, $"[{ConvolutionPlan.BlockRows}][{convolution.Product.XStride}] neighbouring embeddings side by side")
                .Add("Convolved", (long)ConvolutionPlan.BlockRows * hidden, $"[{ConvolutionPlan.BlockRows}][{hidden}] what the convolution makes of them");
        }

        return map.Build();
    }

    /// <summary>What products of eight bits need: their input's rows in eight bits, and sums that aren't rows of the output yet.</summary>
    private static void AddQuantised(MemoryMap.Builder map, EncoderParts parts, int rows)
    {
        LinearPlan[] products = [.. parts.Int8Products.Where(product => !product.TakesInt8)];
        if (products.Length == 0)
        {
            return;
        }

        int bytes = products.Max(product => product.QuantisedStride), blocks = products.Max(product => product.Blocks);
        map.Add("Quantised", (long)rows * bytes / sizeof(float), $"[{rows}][{bytes}] bytes: a product's input in eight bits")
            .Add("Scales", (long)rows * blocks, $"[{rows}][{blocks}] what a step of each of its blocks stands for")
            .Add("TileSums", Int8Path.MostSums, $"[{Int8Path.MostSums}] a tile's sums");
    }

    private static MemoryMap HeadMap(HeadPlan head, long hidden)
    {
        MemoryMap.Builder map = MemoryMap.At(0);
        if (head.Decoder is { } decoder)
        {
            map.Add("HeadInput", head.BlockRows * hidden, $"[{head.BlockRows}][{hidden}] the hidden states at the positions asked for")
                .Add("Words", (long)decoder.BlockWords * decoder.Columns, $"[{decoder.BlockWords}][{decoder.Columns}] a block of the decoder's words, as float32");
        }

        if (head.Dense is { } dense)
        {
            map.Add("HeadDense", (long)head.BlockRows * dense.YStride, $"[{head.BlockRows}][{dense.YStride}] the dense layer's output");
        }

        if (head.Classifier is { } classifier)
        {
            map.Add("Logits", (long)head.BlockRows * classifier.YStride, $"[{head.BlockRows}][{classifier.YStride}] the labels' logits");
        }

        return map.Build();
    }
}

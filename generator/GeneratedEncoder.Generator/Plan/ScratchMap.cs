using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Where each intermediate result lies in a call's workspace; regions that never live together share memory.</summary>
internal sealed record ScratchMap
{
    /// <summary>What all threads of a call work on.</summary>
    public required MemoryMap Shared { get; init; }

    /// <summary>Lives before the layers, in the memory of all but the hidden states. Null where embeddings are those from the start.</summary>
    public required MemoryMap? Embeddings { get; init; }

    /// <summary>A thread's own, from the start of its part: lives while it computes heads.</summary>
    public required MemoryMap Attention { get; init; }

    /// <summary>A thread's own too, in the memory of <see cref="Attention"/>: lives through a feed-forward network.</summary>
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

    public static ScratchMap For(EncoderSpec spec, EmbeddingsPlan? embeddings, AttentionPlan attention, FeedForwardPlan feedForward, HeadPlan? head)
    {
        long tokens = PackPlan.TokensOf(spec), hidden = attention.Output.YStride;
        string context = spec.IsPreNorm
            ? $"[{tokens}][{hidden}] normalised input of a sub-layer, then the heads' outputs side by side"
            : $"[{tokens}][{hidden}] the heads' outputs side by side";
        return new ScratchMap
        {
            Shared = MemoryMap.At(0)
                .Add("Hidden", tokens * hidden, $"[{tokens}][{hidden}] the residual stream, the result in the end")
                .Add("Context", tokens * hidden, context + "; after the layers, the pooled vector")
                .Add("Qkv", tokens * attention.Qkv.Columns, $"[3][{attention.Heads}][tokens][{attention.HeadColumns}] each head's queries, keys, values")
                .Build(),
            Embeddings = embeddings?.Projection is null ? null : MemoryMap.At(tokens * hidden)
                .Add("Embedded", tokens * embeddings.Stride, $"[{tokens}][{embeddings.Stride}] embeddings that are still to be projected")
                .Build(),
            Attention = MemoryMap.At(0)
                .Add("Keys", (long)Panel.Pad(spec.MaxTokens) * attention.HeadSize, $"[keys / 16][{attention.HeadSize}][16] one head's keys, as panels")
                .Add("Scores", (long)attention.ScoreRows * attention.ScoreStride, $"[{attention.ScoreRows}][{attention.ScoreStride}] a block of queries against all keys")
                .Add("Inverses", attention.ScoreRows, $"[{attention.ScoreRows}] one over each row's sum of exponentials")
                .Add("Mixed", (long)attention.ScoreRows * attention.HeadColumns, $"[{attention.ScoreRows}][{attention.HeadColumns}] the block's weighted sums of values")
                .Build(),
            FeedForward = MemoryMap.At(0)
                .Add("Inner", (long)feedForward.BlockRows * feedForward.Up.YStride, $"[{feedForward.BlockRows}][{feedForward.Up.YStride}] activations between the two products")
                .Build(),
            Head = head is null ? null : HeadMap(head, hidden),
        };
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

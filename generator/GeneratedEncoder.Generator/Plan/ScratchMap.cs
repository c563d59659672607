using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Where each intermediate result lies in a call's workspace; regions that never live together share memory.</summary>
internal sealed record ScratchMap
{
    /// <summary>Lives through the whole call.</summary>
    public required MemoryMap Whole { get; init; }

    /// <summary>Lives from the QKV product to the end of a layer's attention.</summary>
    public required MemoryMap Attention { get; init; }

    /// <summary>Lives through a layer's feed-forward network, in the memory of <see cref="Attention"/>.</summary>
    public required MemoryMap FeedForward { get; init; }

    public long Bytes => Math.Max(Attention.Floats, FeedForward.Floats) * sizeof(float);

    public static ScratchMap For(EncoderSpec spec, AttentionPlan attention, FeedForwardPlan feedForward)
    {
        long tokens = spec.MaxTokens, hidden = attention.Output.YStride;
        string context = spec.IsPreNorm
            ? $"[{tokens}][{hidden}] normalised input of a sub-layer, then the heads' outputs side by side"
            : $"[{tokens}][{hidden}] the heads' outputs side by side; after the layers, the pooled vector";
        MemoryMap whole = MemoryMap.At(0)
            .Add("Hidden", tokens * hidden, $"[{tokens}][{hidden}] the residual stream, the result in the end")
            .Add("Context", tokens * hidden, context)
            .Build();
        return new ScratchMap
        {
            Whole = whole,
            Attention = MemoryMap.At(whole.Floats)
                .Add("Qkv", tokens * attention.Qkv.Columns, $"[3][{attention.Heads}][tokens][{attention.HeadColumns}] each head's queries, keys, values")
                .Add("Keys", (long)Panel.Pad(spec.MaxTokens) * attention.HeadSize, $"[keys / 16][{attention.HeadSize}][16] one head's keys, as panels")
                .Add("Scores", (long)attention.ScoreRows * attention.ScoreStride, $"[{attention.ScoreRows}][{attention.ScoreStride}] a block of queries against all keys")
                .Add("Inverses", attention.ScoreRows, $"[{attention.ScoreRows}] one over each row's sum of exponentials")
                .Add("Mixed", (long)attention.ScoreRows * attention.HeadColumns, $"[{attention.ScoreRows}][{attention.HeadColumns}] the block's weighted sums of values")
                .Build(),
            FeedForward = MemoryMap.At(whole.Floats)
                .Add("Inner", (long)feedForward.BlockRows * feedForward.Up.YStride, $"[{feedForward.BlockRows}][{feedForward.Up.YStride}] activations between the two products")
                .Build(),
        };
    }
}

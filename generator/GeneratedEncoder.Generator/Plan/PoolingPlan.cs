using System.Collections.Immutable;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>From the tokens' vectors to the text's: pooling, and the modules after it.</summary>
internal sealed record PoolingPlan
{
    /// <summary>How; several side by side.</summary>
    public required ImmutableArray<Pooling> Modes { get; init; }

    /// <summary>The steps after pooling.</summary>
    public required ImmutableArray<ModulePlan> Modules { get; init; }

    /// <summary>Width of an embedding.</summary>
    public required int Dimension { get; init; }

    /// <summary>Width of the vector that pooling gives.</summary>
    public required int PooledSize { get; init; }

    /// <summary>Whether the vector is wider on its way, or has further steps, so that it lies in memory of its own.</summary>
    public bool HasOwnMemory => Modes.Length > 1 || Modules.Length > 0;

    /// <summary>Floats of a vector on its way.</summary>
    public int MostFloats => Modules.Select(module => module.Columns).Append(Panel.Pad(PooledSize) + Panel.Width).Max();

    /// <summary>Whether a prompt's tokens are left out.</summary>
    public required bool LeavesOutPrompts { get; init; }

    /// <summary>Whether the first token is all that counts.</summary>
    public bool TakesFirstToken => !LeavesOutPrompts && Modes.All(mode => mode == Pooling.Cls);

    public static PoolingPlan For(EncoderSpec spec) => new()
    {
        Modes = [.. spec.Poolings],
        Modules = [.. spec.Modules.Select((module, index) => ModulePlan.For(module, index))],
        LeavesOutPrompts = spec.LeavesOutPrompts,
        Dimension = spec.EmbeddingDimension,
        PooledSize = spec.PooledSize,
    };
}

/// <summary>One step: a dense layer, a norm, or (both null) a scaling to length 1.</summary>
internal sealed record ModulePlan
{
    /// <summary>The region's name of its weights: "Module0".</summary>
    public required string Name { get; init; }

    public required ModuleBlock Block { get; init; }

    public LinearPlan? Dense { get; init; }

    public NormPlan? Norm { get; init; }

    /// <summary>Columns of its output.</summary>
    public int Columns => Dense?.Columns ?? Norm?.Columns ?? 0;

    public static ModulePlan For(ModuleBlock block, int index) => new()
    {
        Name = $"Module{index}",
        Block = block,
        Dense = block is not DenseModule dense ? null : LinearPlan.Of(
            dense.Layer, "dense module", dense.Activation?.ToString() ?? "Bias", Panel.RowStride(dense.Layer.In), Panel.RowStride(dense.Layer.Out),
            dense.Activation is null ? Epilogue.Bias : Epilogue.Activation, dense.Activation) with { HasBias = dense.Layer.HasBias },
        Norm = block is NormModule norm ? NormPlan.Of(norm.Norm, $"ModuleNorm{norm.Norm.Size}", Panel.RowStride(norm.Norm.Size)) : null,
    };
}

using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>The convolution beside the first layer: neighbouring tokens' embeddings side by side, times one matrix.</summary>
internal sealed record ConvolutionPlan
{
    public required ConvolutionBlock Block { get; init; }

    public required LinearPlan Product { get; init; }

    public required NormPlan Norm { get; init; }

    /// <summary>Rows of a block.</summary>
    public const int BlockRows = 24;

    public static ConvolutionPlan? For(EncoderSpec spec, EncoderBlocks blocks) => blocks.Convolution is not { } block ? null : new()
    {
        Block = block,
        Norm = NormPlan.For(block.Norm, spec.HiddenSize)!,
        Product = LinearPlan.Of(
            new Linear(block.Name, spec.HiddenSize, block.Kernel * spec.HiddenSize), "convolution", block.Activation.ToString(),
            Panel.RowStride(block.Kernel * spec.HiddenSize), Panel.RowStride(spec.HiddenSize), Epilogue.Activation, block.Activation),
    };
}

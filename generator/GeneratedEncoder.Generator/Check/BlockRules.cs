using System.Globalization;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Check;

/// <summary>What an encoder's blocks must be like to be computed, beside the ranges of sizes. Only a model folder can say otherwise.</summary>
internal static class BlockRules
{
    /// <summary>More taps than any model's convolution has.</summary>
    private const int MostTaps = 63;

    /// <summary>The first rule that is broken, in words; null if all hold.</summary>
    public static string? Broken(EncoderSpec spec)
    {
        if (spec.HeadSize is < 1 or > SpecLimits.HiddenSize)
        {
            return $"heads of {Text(spec.HeadSize)} columns";
        }

        EncoderBlocks blocks = spec.Blocks;
        AttentionBlock attention = blocks.Layer.Attention;
        if (attention.KeyValueHeads < 1 || attention.Heads % attention.KeyValueHeads != 0)
        {
            return $"{Text(attention.KeyValueHeads)} heads of keys and values, which don't divide the {Text(attention.Heads)} heads of queries";
        }

        if (!(attention.ScoreDivisor > 0) || double.IsInfinity(attention.ScoreDivisor))
        {
            return $"scores divided by the root of {Number(attention.ScoreDivisor)}, which is no positive number";
        }

        if (blocks.Rotaries.Count > 0 && attention.HeadSize % 2 != 0)
        {
            return $"heads of {Text(attention.HeadSize)} columns, which are no pairs that could be rotated";
        }

        return Positions(spec, blocks) ?? Convolution(spec, blocks);
    }

    private static string? Positions(EncoderSpec spec, EncoderBlocks blocks)
    {
        foreach (Rotary rotary in blocks.Rotaries)
        {
            if (!(rotary.Theta > 1) || double.IsInfinity(rotary.Theta) || !(rotary.Factor >= 1) || double.IsInfinity(rotary.Factor) || double.IsNaN(rotary.Mixed) || double.IsInfinity(rotary.Mixed))
            {
                return $"positions rotated with theta = {Number(rotary.Theta)}, factor {Number(rotary.Factor)}";
            }
        }

        foreach (LayerKind kind in blocks.Kinds)
        {
            if (kind.Reach is < 0 or > SpecLimits.Tokens)
            {
                return $"layers that attend to {Text(kind.Reach)} tokens on either side";
            }
        }

        if (blocks.RelativeBias is { Buckets: { } table } bias && (table.Rows < 4 || bias.MaxDistance <= table.Rows / 4))
        {
            return $"{Text(table.Rows)} buckets of relative positions up to a distance of {Text(bias.MaxDistance)}";
        }

        return blocks.Disentangled is { } positions
            && (positions.Span < 1 || positions.Span > SpecLimits.HiddenSize || (positions.Buckets == 1) || (positions.Buckets > 0 && positions.MaxDistance <= positions.Buckets / 2 + 1))
            ? $"{Text(positions.Buckets)} buckets of relative positions up to a distance of {Text(positions.MaxDistance)}"
            : null;
    }

    private static string? Convolution(EncoderSpec spec, EncoderBlocks blocks) => blocks.Convolution switch
    {
        { Kernel: > MostTaps } wide => $"a convolution over {Text(wide.Kernel)} tokens",
        not null when spec.NumHiddenLayers < 2 => "a convolution beside the only layer",
        _ => null,
    };

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

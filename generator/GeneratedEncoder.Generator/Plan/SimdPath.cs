using System.Collections.Immutable;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>
/// One way through the whole encoder: a vector width and the register tile that suits it. Emitters read these
/// numbers and no others, so that another width is another value, not another emitter.
/// </summary>
internal sealed record SimdPath
{
    /// <summary>Name of the class that holds the path's code, and suffix of its files.</summary>
    public required string Name { get; init; }

    /// <summary>The BCL's vector type without its argument.</summary>
    public required string Vector { get; init; }

    /// <summary>Floats in a vector.</summary>
    public required int Lanes { get; init; }

    /// <summary>Vector registers that the tile may use.</summary>
    public required int Registers { get; init; }

    /// <summary>Rows of the tallest tile; lower ones exist for every remainder.</summary>
    public required int TileRows { get; init; }

    /// <summary>Why the tile has this shape, as the emitted header says it.</summary>
    public required string TileReason { get; init; }

    /// <summary>Suffixes of the vectors that make up one panel's 16 columns, first columns first.</summary>
    public ImmutableArray<string> Parts => (Panel.Width / Lanes) switch
    {
        1 => [""],
        2 => ["Lo", "Hi"],
        _ => ["A", "B", "C", "D"],
    };

    /// <summary>Accumulators + the panel's vectors + one broadcast.</summary>
    public int RegistersUsed => TileRows * Parts.Length + Parts.Length + 1;

    /// <summary>FMA statements in the tallest tile, the unit of the code-size budget.</summary>
    public int FmaStatements => TileRows * Parts.Length;

    /// <summary>
    /// 256 bits. Six rows are the most that fit 16 registers, and no taller tile is faster: measured on Zen 4, one
    /// core, K = 384: 6x16 115, 8x16 99, 12x16 98 of 117 GFLOP/s, and a K step of 2 or 4 changes nothing.
    /// </summary>
    public static readonly SimdPath V256 = new()
    {
        Name = "V256",
        Vector = "Vector256",
        Lanes = 8,
        Registers = 16,
        TileRows = 6,
        TileReason = "fits AVX2's 16 registers; 12 independent chains keep two FMA units busy",
    };
}

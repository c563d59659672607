using System.Collections.Immutable;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>The tiles of eight-bit weights of a path: their shape, and the instructions that multiply.</summary>
internal sealed record Int8Path
{
    public required SimdPath Path { get; init; }

    /// <summary>Rows of the tallest tile, which spans one panel; lower ones exist for every remainder.</summary>
    public required int TileRows { get; init; }

    /// <summary>Lines in a tile's loop body.</summary>
    public required int LineStep { get; init; }

    /// <summary>Whether a loop body's lines are added up in 16 bits before their sums are added in 32.</summary>
    public bool AddsIn16Bits { get; init; }

    /// <summary>The rows that are used where registers are fewer, as an expression of the JIT's; null if TileRows fit everywhere.</summary>
    public string? RowLimit { get; init; }

    /// <summary>Registers beside the sums', the panels' and the broadcast's.</summary>
    public required string Registers { get; init; }

    /// <summary>Floats of the largest tile's sums.</summary>
    public static int MostSums => All.Max(path => path.TileRows) * Panel.Width;

    /// <summary>512 bits: what multiplies is busiest, so that four lines' pairs are added up before the instruction that makes 32 bits of them, five multiplications in place of eight.</summary>
    private static readonly Int8Path s_v512 = new()
    {
        Path = SimdPath.V512,
        TileRows = 16,
        LineStep = Int8Layout.SumLines,
        AddsIn16Bits = true,
        Registers = "16 sums + 4 lines of the panel + what the offset adds + 4 products + ones = 26 of 32 registers",
    };

    /// <summary>256 bits: AVX2 has 16 registers and no instruction that adds up what it multiplies.</summary>
    private static readonly Int8Path s_v256 = new()
    {
        Path = SimdPath.V256,
        TileRows = 5,
        LineStep = 2,
        Registers = "10 sums + 2 of the panel + a broadcast + its product + ones = 15 of 16 registers; AVX-VNNI needs neither of the last two",
    };

    /// <summary>128 bits: as for floats, six rows on arm64 and two where registers are 16.</summary>
    private static readonly Int8Path s_v128 = new()
    {
        Path = SimdPath.V128,
        TileRows = 6,
        LineStep = 1,
        RowLimit = SimdPath.V128.RowLimit,
        Registers = "24 sums + 4 of the panel + a broadcast = 29 of arm64's 32 registers; two rows where there are 16",
    };

    /// <summary>Those of all paths, widest first.</summary>
    public static readonly ImmutableArray<Int8Path> All = [s_v512, s_v256, s_v128];

    public static Int8Path Of(SimdPath path) => All.Single(one => one.Path == path);
}

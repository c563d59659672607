using System.Collections.Immutable;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>The tiles of eight-bit weights of a path: their shape, and the instructions that multiply.</summary>
internal sealed record Int8Path
{
    public required SimdPath Path { get; init; }

    /// <summary>Rows of the tallest tile; lower ones exist for every remainder.</summary>
    public required int TileRows { get; init; }

    /// <summary>Panels that a tile spans; where their number isn't a multiple of it, the last ones go one by one.</summary>
    public required int TilePanels { get; init; }

    /// <summary>Rows of the tallest tile of one panel, where tiles span two.</summary>
    public int SinglePanelRows { get; init; }

    /// <summary>Lines in a tile's loop body.</summary>
    public required int LineStep { get; init; }

    /// <summary>The rows that are used where registers are fewer, as an expression of the JIT's; null if TileRows fit everywhere.</summary>
    public string? RowLimit { get; init; }

    /// <summary>Registers beside the sums', the panels' and the broadcast's.</summary>
    public required string Registers { get; init; }

    /// <summary>Floats of the largest tile's sums.</summary>
    public static int MostSums => All.Max(path => path.TileRows * path.TilePanels * Panel.Width);

    /// <summary>Rows of the tallest tile that spans so many panels.</summary>
    public int RowsOf(int panels) => panels < TilePanels ? SinglePanelRows : TileRows;

    /// <summary>Vectors of the tallest tile's sums.</summary>
    public int Accumulators => TileRows * Path.Parts.Length * TilePanels;

    /// <summary>512 bits: 24 sums, 2 vectors of the panels, a broadcast, its product and the ones are 29 registers of 32.</summary>
    private static readonly Int8Path s_v512 = new()
    {
        Path = SimdPath.V512,
        TileRows = 12,
        TilePanels = 2,
        SinglePanelRows = 12,
        LineStep = 1,
        Registers = "24 sums + 2 of the panels + a broadcast + its product + ones = 29 of 32 registers",
    };

    /// <summary>256 bits: AVX2 has 16 registers and no instruction that adds up what it multiplies.</summary>
    private static readonly Int8Path s_v256 = new()
    {
        Path = SimdPath.V256,
        TileRows = 5,
        TilePanels = 1,
        LineStep = 2,
        Registers = "10 sums + 2 of the panel + a broadcast + its product + ones = 15 of 16 registers; AVX-VNNI needs neither of the last two",
    };

    /// <summary>128 bits: as for floats, six rows on arm64 and two where registers are 16.</summary>
    private static readonly Int8Path s_v128 = new()
    {
        Path = SimdPath.V128,
        TileRows = 6,
        TilePanels = 1,
        LineStep = 1,
        RowLimit = SimdPath.V128.RowLimit,
        Registers = "24 sums + 4 of the panel + a broadcast = 29 of arm64's 32 registers; two rows where there are 16",
    };

    /// <summary>Those of all paths, widest first.</summary>
    public static readonly ImmutableArray<Int8Path> All = [s_v512, s_v256, s_v128];

    public static Int8Path Of(SimdPath path) => All.Single(one => one.Path == path);
}

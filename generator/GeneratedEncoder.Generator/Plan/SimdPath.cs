using System.Collections.Immutable;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>One of the vectors that a tile's columns consist of.</summary>
/// <param name="Part">Suffix of its name: "Lo".</param>
/// <param name="Panel">The panel that it lies in, counted from the tile's first.</param>
/// <param name="Column">Its first column in that panel.</param>
internal sealed record TileVector(string Part, int Panel, int Column);

/// <summary>
/// One way through the whole encoder: a vector width and the register tile that suits it. Emitters read these
/// numbers and no others, so that another width is another value, not another emitter.
/// </summary>
internal sealed record SimdPath
{
    /// <summary>Name of the class that holds the path's code, and suffix of its files.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the class of the path's tiles, which all encoders of an assembly share.</summary>
    public string Tiles => $"Tiles{Name}";

    /// <summary>That of the tiles for weights in this format.</summary>
    public string TilesOf(WeightFormat format) => format == WeightFormat.Float32 ? Tiles : $"{format}{Tiles}";

    /// <summary>That of the functions that make rows of eight bits.</summary>
    public string Quantisation => $"Quantisation{Name}";

    /// <summary>Name of the class of the path's functions on vectors, which they share too.</summary>
    public string Functions => $"Math{Name}";

    /// <summary>The BCL's vector type without its argument.</summary>
    public required string Vector { get; init; }

    /// <summary>Floats in a vector.</summary>
    public required int Lanes { get; init; }

    /// <summary>Vector registers that the tile may use.</summary>
    public required int Registers { get; init; }

    /// <summary>Rows of the tallest tile; lower ones exist for every remainder.</summary>
    public required int TileRows { get; init; }

    /// <summary>Panels that a tile spans; where their number isn't a multiple of it, the last ones go one by one.</summary>
    public required int TilePanels { get; init; }

    /// <summary>Rows of the tallest tile of one panel, where tiles span two: fewer of them do, since it is the leftover's tile.</summary>
    public int SinglePanelRows { get; init; }

    /// <summary>Steps of k in a tile's loop body. More of them spend fewer instructions on the loop itself.</summary>
    public required int KStep { get; init; }

    /// <summary>Whether tiles prefetch the panels that come next.</summary>
    public required bool Prefetches { get; init; }

    /// <summary>Rows of the tallest tile that spans so many panels.</summary>
    public int RowsOf(int panels) => panels < TilePanels ? SinglePanelRows : TileRows;

    /// <summary>The rows that are used where registers are fewer, as an expression of the JIT's; null if TileRows fit everywhere.</summary>
    public string? RowLimit { get; init; }

    /// <summary>Whether the machine has fused multiply-add for these vectors, as an expression of the JIT's; null: wherever they are accelerated.</summary>
    public string? FusedTest { get; init; }

    /// <summary>Why the tile has this shape, as the emitted header says it.</summary>
    public required string TileReason { get; init; }

    /// <summary>Suffixes of the vectors that make up one panel's 16 columns, first columns first.</summary>
    public ImmutableArray<string> Parts => (Panel.Width / Lanes) switch
    {
        1 => [""],
        2 => ["Lo", "Hi"],
        _ => ["A", "B", "C", "D"],
    };

    /// <summary>The vectors of a row of a tile that spans this many panels.</summary>
    public ImmutableArray<TileVector> TileVectors(int panels) => panels == 1
        ? [.. Parts.Select((part, i) => new TileVector(part, 0, i * Lanes))]
        : [.. Enumerable.Range(0, panels).SelectMany(panel => Parts.Select((part, i) => new TileVector($"{(panel == 0 ? "L" : "R")}{part}", panel, i * Lanes)))];

    /// <summary>
    /// The same way with weights of 16 bits: two steps of k share a word, so that a loop body has two at least. A row less where the words need
    /// registers that there are not, beside the weights that are made of them.
    /// </summary>
    public SimdPath BFloat16 => Lanes == 16 ? this with { KStep = 2 } : this with
    {
        KStep = Math.Max(2, KStep),
        TileRows = TileRows - 1,
        RowLimit = RowLimit?.Replace($"{TileRows}", $"{TileRows - 1}"),
        TileReason = TileReason.Replace($"{Accumulators} independent", $"{Accumulators - Parts.Length} independent"),
    };

    /// <summary>The offsets that its tiles compute.</summary>
    public TileOffsets Offsets => new(this);

    /// <summary>Accumulators + a k's vectors of the panels + one broadcast.</summary>
    public int RegistersUsed => Accumulators + Parts.Length * TilePanels + 1;

    /// <summary>Vectors of the tallest tile's sums.</summary>
    public int Accumulators => TileRows * Parts.Length * TilePanels;

    /// <summary>FMA statements in the tallest tile, the unit of the code-size budget.</summary>
    public int FmaStatements => Accumulators * (KStep == 1 ? 1 : KStep + 1);

    /// <summary>
    /// 512 bits. Two panels, since with one each broadcast would serve a single FMA and loads would be the limit.
    /// Measured on Zen 4, one core, K = 384: 12x32 117 of 117 GFLOP/s. On Zen 5, whose two FMA units are 512 bits wide ("-- tiles", MiniLM's
    /// shape): 8, 10, 12 and 14 rows within 3 % of each other, K steps of 2 and 4 up to 8 % slower, since prefetches come in
    /// bunches, and 8 to 49 % slower with nothing prefetched.
    /// </summary>
    public static readonly SimdPath V512 = new()
    {
        Name = "V512",
        Vector = "Vector512",
        Lanes = 16,
        Registers = 32,
        TileRows = 12,
        TilePanels = 2,
        SinglePanelRows = 8,
        KStep = 1,
        Prefetches = true,
        TileReason = "a broadcast serves two FMAs, so that loads are not the limit; 24 chains hide their latency",
    };

    /// <summary>
    /// 256 bits. Six rows are the most that fit 16 registers. Four steps of k in a loop body: where nothing else is limited the
    /// FMA units are kept busy with any number of them, but a processor that shares its core with another thread decodes
    /// half as many instructions, and then those of the loop itself count. Measured with "-- peers" on Zen 3.
    /// </summary>
    public static readonly SimdPath V256 = new()
    {
        Name = "V256",
        Vector = "Vector256",
        Lanes = 8,
        Registers = 16,
        TileRows = 6,
        TilePanels = 1,
        KStep = 4,
        Prefetches = true,
        TileReason = "fits AVX2's 16 registers; 12 independent chains keep two FMA units busy",
    };

    /// <summary>128 bits: arm64, which has 32 registers; x64 without AVX2 has 16, and no fused multiply-add in hardware.</summary>
    public static readonly SimdPath V128 = new()
    {
        Name = "V128",
        Vector = "Vector128",
        Lanes = 4,
        Registers = 32,
        TileRows = 6,
        TilePanels = 1,
        KStep = 1,
        Prefetches = false,
        RowLimit = "AdvSimd.IsSupported ? 6 : 2",
        FusedTest = "Fma.IsSupported || AdvSimd.IsSupported",
        TileReason = "fits arm64's 32 registers; two rows where there are 16",
    };

    /// <summary>The paths that code is emitted for, widest first.</summary>
    public static readonly ImmutableArray<SimdPath> All = [V512, V256, V128];
}

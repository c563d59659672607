using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>The offsets within the tiles of eight-bit weights and the functions that make rows of eight bits. Both are the same for all encoders, so that their bounds are those of any legal spec.</summary>
internal sealed class Int8Offsets(Int8Path path)
{
    /// <summary>Blocks of the deepest product.</summary>
    private static readonly int s_mostBlocks = Int8Layout.Blocks(Math.Max(SpecLimits.IntermediateSize, SpecLimits.HiddenSize));

    private static readonly Offset s_xStride = Offset.Of("TProduct.XStride", (s_mostBlocks + 1) * Int8Layout.BlockInputs);
    private static readonly Offset s_yStride = Offset.Of("TProduct.YStride", TileOffsets.MostStride);
    private static readonly Offset s_panelFloats = Offset.Of("TProduct.PanelFloats", s_mostBlocks * Int8Layout.BlockFloats);
    private static readonly Offset s_blocks = Offset.Of("TProduct.Blocks", s_mostBlocks);

    /// <summary>Floats of the next panel that a line fetches.</summary>
    public const int LineFloats = Int8Layout.BlockFloats / Int8Layout.Lines;

    /// <summary>From a panel to the next.</summary>
    public static Offset NextPanel => s_panelFloats;

    /// <summary>From what a line fetches to what the next one does.</summary>
    public Offset NextPrefetch => Offset.Of("ahead", LineFloats);

    /// <summary>From what a tile fetches to what the next one does.</summary>
    public Offset TilePrefetch => s_blocks * Int8Layout.Lines * NextPrefetch;

    /// <summary>A row's input features of a line; null: the first row's.</summary>
    public static Offset? Element(int row, int line)
    {
        Offset? ofRow = row == 0 ? null : row == 1 ? s_xStride : row * s_xStride, ofLine = line == 0 ? null : line * Int8Layout.LineInputs;
        return ofRow is null ? ofLine : ofLine is null ? ofRow : ofRow + ofLine;
    }

    /// <summary>A row's scale of a block; null: the first row's.</summary>
    public static Offset? Scale(int row) => row == 0 ? null : row == 1 ? s_blocks : row * s_blocks;

    /// <summary>A line's vector in a panel, from the line that is next.</summary>
    public static Offset PanelVector(int line, int column) => line * Panel.Width + column;

    /// <summary>From a tile's rows to the next one's.</summary>
    public Offset NextX => TileRows * s_xStride;

    public Offset NextY => TileRows * s_yStride;

    public Offset NextScales => TileRows * s_blocks;

    /// <summary>A row of a tile's sums.</summary>
    public static Offset RowOfSums => Offset.Of("row", Int8Path.All.Max(path => path.TileRows) - 1) * Panel.Width;

    /// <summary>From a row of the result to the next.</summary>
    public static Offset NextRow => s_yStride;

    private Offset TileRows => Offset.Of("tileRows", path.TileRows);

    /// <summary>All of them, and those of the functions that make rows of eight bits.</summary>
    public IEnumerable<Offset> All()
    {
        IEnumerable<Offset?> offsets =
        [
            NextPanel, NextPrefetch, TilePrefetch, NextX, NextY, NextScales, NextRow, RowOfSums,
            .. Enumerable.Range(0, path.TileRows).SelectMany(row => Enumerable.Range(0, path.LineStep).Select(line => Element(row, line))),
            .. Enumerable.Range(0, path.TileRows).Select(Scale),
            .. Enumerable.Range(0, path.LineStep).SelectMany(line => path.Path.TileVectors(1).Select(vector => (Offset?)PanelVector(line, vector.Column))),
            Offset.Of("xStride", TileOffsets.MostStride), Offset.Of("stride", (s_mostBlocks + 1) * Int8Layout.BlockInputs), Offset.Of("scaleStride", s_mostBlocks),
        ];
        return offsets.OfType<Offset>();
    }
}

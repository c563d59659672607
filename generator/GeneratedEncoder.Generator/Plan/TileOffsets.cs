using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>The offsets within a path's tiles. Tiles are the same for all encoders, so that their bounds are those of any legal spec.</summary>
internal sealed class TileOffsets(SimdPath path)
{
    /// <summary>The largest row of any operand: scores of the longest text, past which a row may lie a cache line further.</summary>
    public static readonly int MostStride = Panel.RowStride(Math.Max(SpecLimits.Tokens, SpecLimits.IntermediateSize));

    /// <summary>The largest depth of any product: that of values weighted by scores.</summary>
    public const int MostDepth = SpecLimits.Tokens;

    /// <summary>The largest distance between two panels, or between this panel and the prefetched one.</summary>
    public const int MostPanels = 2 * SpecLimits.IntermediateSize * Panel.Width;

    private static readonly Offset s_xStride = Offset.Of("TProduct.XStride", MostStride);
    private static readonly Offset s_yStride = Offset.Of("TProduct.YStride", MostStride);
    private static readonly Offset s_panelStride = Offset.Of("TProduct.PanelStride", MostStride);
    private static readonly Offset s_nextPanel = Offset.Of("TProduct.NextPanel", MostPanels);

    /// <summary>Floats of the next panels that a loop body fetches.</summary>
    private Offset Ahead => Offset.Of("ahead", path.KStep * path.TilePanels * Panel.Width);

    private Offset TileRows => Offset.Of("tileRows", path.TileRows);

    /// <summary>From a tile's x to the next one's.</summary>
    public Offset NextX => TileRows * s_xStride;

    /// <summary>From a tile's y to the next one's.</summary>
    public Offset NextY => TileRows * s_yStride;

    /// <summary>From the first panel to what is prefetched.</summary>
    public Offset FirstPrefetch => Offset.Of("TProduct.Ahead", MostPanels);

    /// <summary>From what a tile prefetches to what the next one does.</summary>
    public Offset TilePrefetch => Offset.Of(path.KStep == 1 ? "k" : $"k / {path.KStep}", MostDepth / path.KStep) * Ahead;

    /// <summary>From what a loop body prefetches to what the next one does.</summary>
    public Offset NextPrefetch => Ahead;

    /// <summary>From a panel's first row to the row of a later step of k.</summary>
    public Offset PanelRow(int steps) => steps == 1 ? s_panelStride : steps * s_panelStride;

    /// <summary>The vectors of a step of k start here in a tile's panels; null: where those do.</summary>
    public Offset? PanelVector(int step, TileVector vector) => Sum(step == 0 ? null : PanelRow(step), vector.Panel == 0 ? null : s_nextPanel);

    /// <summary>A row's element of x for a step of k; null: the first one.</summary>
    public Offset? Element(int row, int step) => Sum(row == 0 ? null : row == 1 ? s_xStride : row * s_xStride, step == 0 ? null : step);

    /// <summary>A row's vector of y; null: the first one.</summary>
    public Offset? Result(int row, TileVector vector) => Sum(row == 0 ? null : row == 1 ? s_yStride : row * s_yStride, vector.Column == 0 ? null : vector.Column);

    /// <summary>From a row of x to the next, and likewise of y, where rows go one by one.</summary>
    public static Offset ScalarX => s_xStride;

    public static Offset ScalarY => s_yStride;

    /// <summary>All of them, those of every row and step.</summary>
    public IEnumerable<Offset> All()
    {
        IEnumerable<Offset?> offsets = [NextX, NextY, ScalarX, ScalarY, Offset.Of("i", MostDepth), .. path.Prefetches ? [FirstPrefetch, TilePrefetch, NextPrefetch] : Array.Empty<Offset>(), .. new[] { 1, path.KStep }.Select(PanelRow)];
        for (int step = 0; step < path.KStep; step++)
        {
            int k = step;
            TileVector[] vectors = [.. Enumerable.Range(1, path.TilePanels).SelectMany(panels => path.TileVectors(panels))];
            offsets = offsets.Concat(vectors.Select(vector => PanelVector(k, vector)))
                .Concat(Enumerable.Range(0, path.TileRows).Select(row => Element(row, k)))
                .Concat(Enumerable.Range(0, path.TileRows).SelectMany(row => vectors.Select(vector => Result(row, vector))));
        }

        return offsets.OfType<Offset>();
    }

    private static Offset? Sum(Offset? a, Offset? b) => a is null ? b : b is null ? a : a + b;
}

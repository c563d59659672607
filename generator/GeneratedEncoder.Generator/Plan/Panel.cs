namespace GeneratedEncoder.Generator.Plan;

/// <summary>The unit of every layout: 16 columns, one cache line of floats.</summary>
internal static class Panel
{
    /// <summary>
    /// Columns of a panel, and the number of virtual lanes of every reduction: the same for each vector width, so that
    /// weights are packed alike and results have the same bits on every machine.
    /// </summary>
    public const int Width = 16;

    /// <summary>Rounds up to whole panels.</summary>
    public static int Pad(int columns) => (columns + Width - 1) / Width * Width;

    /// <summary>
    /// Floats from one row to the next for rows of this width. A distance that is a multiple of 1 KiB would crowd the
    /// rows of a tile into a few sets of the L1 cache, so such rows stand one cache line further apart.
    /// </summary>
    public static int RowStride(int columns) => Pad(columns) % 256 == 0 ? Pad(columns) + Width : Pad(columns);
}

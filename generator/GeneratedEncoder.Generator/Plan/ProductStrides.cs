namespace GeneratedEncoder.Generator.Plan;

/// <summary>What a product tells the tiles about its operands, in floats.</summary>
/// <param name="X">From a row of x to the next.</param>
/// <param name="Panel">From a row of a panel to the next.</param>
/// <param name="NextPanel">From a panel to the next.</param>
/// <param name="Y">From a row of y to the next.</param>
/// <param name="Ahead">From a tile's first panel to the panels after it, which are prefetched meanwhile; 0 for none.</param>
/// <param name="AddsToY">Whether the product is added to what y holds.</param>
internal sealed record ProductStrides(int X, int Panel, int NextPanel, int Y, int Ahead, bool AddsToY);

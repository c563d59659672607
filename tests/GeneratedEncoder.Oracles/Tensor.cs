namespace GeneratedEncoder.Oracles;

/// <summary>A dense array of numbers in row-major order.</summary>
/// <param name="Shape">The dimensions; a linear layer's weight is [out, in].</param>
/// <param name="Values">As many values as the product of <paramref name="Shape"/>.</param>
public sealed record Tensor(int[] Shape, float[] Values);

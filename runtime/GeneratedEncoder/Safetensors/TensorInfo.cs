namespace GeneratedEncoder.Safetensors;

/// <summary>One entry of a safetensors header.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">Its element type, where this library reads it.</param>
/// <param name="TypeName">Its element type as the file spells it.</param>
/// <param name="Shape">Its dimensions, outermost first; row-major.</param>
/// <param name="Begin">Offset of its first byte, counted from the end of the header.</param>
/// <param name="End">Offset after its last byte.</param>
internal sealed record TensorInfo(string Name, TensorType Type, string TypeName, long[] Shape, long Begin, long End)
{
    /// <summary>The dimensions as a person writes them: [384, 1536].</summary>
    public string ShapeText => Describe(Shape);

    /// <summary>Any dimensions in the form of <see cref="ShapeText"/>.</summary>
    public static string Describe(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}

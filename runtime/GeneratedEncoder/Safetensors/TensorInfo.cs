using System.Text;

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
    /// <remarks>Without string.Join, which .NET has not precompiled for numbers: every start with kept weights would wait for that.</remarks>
    public static string Describe(ReadOnlySpan<long> shape)
    {
        StringBuilder text = new("[");
        for (int i = 0; i < shape.Length; i++)
        {
            text.Append(i == 0 ? "" : ", ").Append(shape[i]);
        }

        return text.Append(']').ToString();
    }
}

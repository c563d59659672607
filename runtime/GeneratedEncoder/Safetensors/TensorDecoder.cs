using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratedEncoder.Safetensors;

/// <summary>Turns stored elements into float32. Exact for every type: each is a subset of float32.</summary>
internal static class TensorDecoder
{
    /// <summary>Reads some of a tensor's elements. Allocates nothing, nor needs memory beside the destination.</summary>
    /// <param name="file">The file that has it.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="first">The first element.</param>
    /// <param name="destination">Is filled.</param>
    public static void Read(SafetensorsFile file, TensorInfo tensor, long first, Span<float> destination)
    {
        // Narrow elements are read to the destination's end and decoded from its start: no element is written over before its turn.
        int size = SafetensorsHeader.ElementSize(tensor.Type);
        Span<byte> stored = MemoryMarshal.AsBytes(destination)[((sizeof(float) - size) * destination.Length)..];
        file.Read(tensor, first * size, stored);
        if (tensor.Type != TensorType.F32)
        {
            Decode(stored, tensor.Type, destination);
        }
    }

    /// <summary>Moves rows that stand end to end at the end of a block to where each belongs, with zeros after it.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="width">Floats of a row.</param>
    /// <param name="stride">Floats from a row to the next.</param>
    /// <param name="block">[rows * stride]</param>
    public static void Spread(int rows, int width, int stride, Span<float> block)
    {
        for (int row = 0; row < rows && stride > width; row++)
        {
            block.Slice(block.Length - (rows - row) * width, width).CopyTo(block[(row * stride)..]);
            block.Slice(row * stride + width, stride - width).Clear();
        }
    }

    /// <summary>Where the first NaN or infinity stands; -1 if there is none.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        int i = 0;
        for (; i <= bits.Length - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            if (Vector.GreaterThanOrEqualAny(new Vector<uint>(bits[i..]) & new Vector<uint>(0x7FFF_FFFF), new Vector<uint>(0x7F80_0000)))
            {
                break;
            }
        }

        while (i < values.Length && float.IsFinite(values[i]))
        {
            i++;
        }

        return i < values.Length ? i : -1;
    }

    /// <summary>Decodes <paramref name="destination"/>.Length elements; the source need not be aligned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Decode(ReadOnlySpan<byte> source, TensorType type, Span<float> destination)
    {
        switch (type)
        {
            case TensorType.F16:
                ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(source)[..destination.Length];
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = (float)halves[i];
                }

                break;
            case TensorType.BF16:
                ReadOnlySpan<ushort> upper = MemoryMarshal.Cast<byte, ushort>(source)[..destination.Length];
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type that is decoded.");
        }
    }
}

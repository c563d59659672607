using System.Runtime.InteropServices;
using System.Text;

namespace GeneratedEncoder.Oracles;

/// <summary>
/// Writes the GGUF format, version 3, little-endian: magic, version, counts; keys with typed values; name, dimensions, type and offset of each
/// tensor; then the tensors, each at a multiple of 32 bytes. Dimensions stand the fastest first.
/// </summary>
internal sealed class GgufWriter
{
    private const uint Magic = 0x46554747, Version = 3;
    private const int Alignment = 32, BlockLength = 32, LargestInteger = 127;

    private enum ValueType : uint
    {
        Uint32 = 4,
        Float32 = 6,
        Bool = 7,
        String = 8,
    }

    private readonly List<(string Key, object Value)> _values = [];
    private readonly List<(string Name, Tensor Tensor, GgufType Type)> _tensors = [];

    /// <summary>Sets a key.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="value">A uint, float, bool or string.</param>
    public void Set(string key, object value) => _values.Add((key, value));

    /// <summary>Adds a tensor.</summary>
    /// <exception cref="ArgumentException">Its rows aren't whole blocks of Q8_0.</exception>
    public void Add(string name, Tensor tensor, GgufType type)
    {
        if (type == GgufType.Q8_0 && tensor.Shape[^1] % BlockLength != 0)
        {
            throw new ArgumentException($"Q8_0 wants rows of a multiple of {BlockLength} values; '{name}' has {tensor.Shape[^1]}.", nameof(tensor));
        }

        _tensors.Add((name, tensor, type));
    }

    /// <summary>Writes the file.</summary>
    public void Write(string path)
    {
        using FileStream file = File.Create(path);
        using BinaryWriter writer = new(file, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_values.Count);
        foreach ((string key, object value) in _values)
        {
            WriteString(writer, key);
            WriteValue(writer, value);
        }

        long offset = 0;
        foreach ((string name, Tensor tensor, GgufType type) in _tensors)
        {
            WriteString(writer, name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (int dimension in tensor.Shape.Reverse())
            {
                writer.Write((ulong)dimension);
            }

            writer.Write((uint)type);
            writer.Write((ulong)offset);
            offset += Aligned(Size(tensor, type));
        }

        foreach ((_, Tensor tensor, GgufType type) in _tensors)
        {
            Pad(writer);
            writer.Write(type == GgufType.F32 ? MemoryMarshal.AsBytes<float>(tensor.Values) : Quantised(tensor.Values));
        }

        Pad(writer);
    }

    /// <summary>Blocks of a float16 scale and 32 integers, the largest of them 127; rounded to nearest, ties away from zero.</summary>
    internal static byte[] Quantised(float[] values)
    {
        const int Bytes = sizeof(ushort) + BlockLength;
        byte[] blocks = new byte[values.Length / BlockLength * Bytes];
        for (int block = 0; block < values.Length / BlockLength; block++)
        {
            ReadOnlySpan<float> from = values.AsSpan(block * BlockLength, BlockLength);
            Span<byte> to = blocks.AsSpan(block * Bytes, Bytes);
            float largest = 0;
            foreach (float value in from)
            {
                largest = Math.Max(largest, Math.Abs(value));
            }

            float scale = largest / LargestInteger, inverse = scale == 0 ? 0 : 1 / scale;
            BitConverter.TryWriteBytes(to, (Half)scale);
            for (int i = 0; i < BlockLength; i++)
            {
                to[sizeof(ushort) + i] = (byte)(sbyte)MathF.Round(from[i] * inverse, MidpointRounding.AwayFromZero);
            }
        }

        return blocks;
    }

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number:
                writer.Write((uint)ValueType.Uint32);
                writer.Write(number);
                break;
            case float number:
                writer.Write((uint)ValueType.Float32);
                writer.Write(number);
                break;
            case bool truth:
                writer.Write((uint)ValueType.Bool);
                writer.Write(truth);
                break;
            case string text:
                writer.Write((uint)ValueType.String);
                WriteString(writer, text);
                break;
            default:
                throw new ArgumentException($"No value of type {value.GetType()} is written.", nameof(value));
        }
    }

    private static void WriteString(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void Pad(BinaryWriter writer)
    {
        writer.Flush();
        writer.Write(new byte[Aligned(writer.BaseStream.Position) - writer.BaseStream.Position]);
    }

    private static long Size(Tensor tensor, GgufType type) =>
        type == GgufType.F32 ? (long)tensor.Values.Length * sizeof(float) : (long)tensor.Values.Length / BlockLength * (sizeof(ushort) + BlockLength);

    private static long Aligned(long position) => (position + Alignment - 1) / Alignment * Alignment;
}

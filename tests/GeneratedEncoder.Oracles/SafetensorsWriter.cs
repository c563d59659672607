using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace GeneratedEncoder.Oracles;

/// <summary>
/// Writes the safetensors format: the header's length as a little-endian u64, a JSON header padded with spaces to a
/// multiple of eight, then the tensors' raw little-endian values without gaps.
/// </summary>
public static class SafetensorsWriter
{
    /// <summary>Writes all tensors of a file in one type.</summary>
    public static void Write(string path, WeightType type, IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        var entries = tensors.ToArray();
        using FileStream file = File.Create(path);

        byte[] header = Header(type, entries);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Write(length);
        file.Write(header);
        foreach ((_, Tensor tensor) in entries)
        {
            file.Write(Stored(type, tensor.Values));
        }
    }

    private static byte[] Header(WeightType type, (string Name, Tensor Tensor)[] entries)
    {
        using MemoryStream header = new();
        using (Utf8JsonWriter json = new(header))
        {
            long offset = 0;
            json.WriteStartObject();
            foreach ((string name, Tensor tensor) in entries)
            {
                long end = offset + (long)tensor.Values.Length * type.Size();
                json.WriteStartObject(name);
                json.WriteString("dtype", type.ToString());
                WriteNumbers(json, "shape", tensor.Shape.Select(dimension => (long)dimension));
                WriteNumbers(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }

            json.WriteEndObject();
        }

        while (header.Length % 8 != 0)
        {
            header.WriteByte((byte)' ');
        }

        return header.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    /// <summary>The bytes of the values as stored; the format and every platform of this project are little-endian.</summary>
    private static ReadOnlySpan<byte> Stored(WeightType type, float[] values) => type switch
    {
        WeightType.F32 => MemoryMarshal.AsBytes<float>(values),
        WeightType.F16 => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, value => (Half)value)),
        _ => MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(values, WeightTypes.ToBFloat16)),
    };
}

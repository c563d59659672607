using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>A safetensors file in memory, its header open to changes that no writer would make.</summary>
internal sealed class SafetensorsImage
{
    private SafetensorsImage(JsonObject header, byte[] data) => (Header, Data) = (header, data);

    public JsonObject Header { get; }

    public byte[] Data { get; set; }

    public static SafetensorsImage Of(RandomModel model, WeightType type = WeightType.F32, string? prefix = "")
    {
        using TempFolder folder = new();
        model.Save(folder["model.safetensors"], type, prefix);
        byte[] file = File.ReadAllBytes(folder["model.safetensors"]);
        int headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        return new(JsonNode.Parse(file.AsSpan(8, headerLength))!.AsObject(), file[(8 + headerLength)..]);
    }

    /// <summary>The file with the header as it is now.</summary>
    /// <param name="alignment">The data's first byte is at an offset of this remainder by 8.</param>
    public byte[] ToBytes(int alignment = 0)
    {
        string json = Header.ToJsonString();
        return ToBytes(json.PadRight(json.Length + (8 + alignment - json.Length % 8) % 8), Data);
    }

    /// <summary>A file of any header, sense or nonsense.</summary>
    public static byte[] ToBytes(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. data];
    }

    /// <summary>Adds a tensor at the end of the data.</summary>
    public void Append(string name, string dtype, long[] shape, int bytes)
    {
        Header.Remove(name);
        Header.Add(name, Entry(dtype, shape, Data.Length, Data.Length + bytes));
        Data = [.. Data, .. new byte[bytes]];
    }

    public static JsonObject Entry(string dtype, long[] shape, long begin, long end) => new()
    {
        ["dtype"] = dtype,
        ["shape"] = new JsonArray([.. shape.Select(dimension => JsonValue.Create(dimension))]),
        ["data_offsets"] = new JsonArray(begin, end),
    };
}

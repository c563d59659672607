using System.Globalization;

namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>A tensor as a safetensors header lists it.</summary>
/// <param name="Type">Its element type as the file spells it: "F32".</param>
/// <param name="Shape">Its dimensions, outermost first.</param>
/// <param name="End">Offset after its last byte, counted from the end of the header.</param>
internal sealed record SafetensorsEntry(string Name, string Type, long[] Shape, long End)
{
    public string ShapeText => Describe(Shape);

    /// <summary>Dimensions as a person writes them: [384, 1536].</summary>
    public static string Describe(IEnumerable<long> shape) =>
        $"[{string.Join(", ", shape.Select(dimension => dimension.ToString(CultureInfo.InvariantCulture)))}]";
}

/// <summary>Reads a safetensors header.</summary>
internal static class SafetensorsEntries
{
    /// <summary>The entries, in the file's order.</summary>
    /// <exception cref="JsonFormatException">It is no such header.</exception>
    public static IReadOnlyList<SafetensorsEntry> Parse(string header)
    {
        JsonValue json = JsonReader.Parse(header);
        if (json.Kind != JsonKind.Object)
        {
            throw new JsonFormatException($"expected an object of tensors, but found {json}");
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        List<SafetensorsEntry> entries = [];
        foreach (KeyValuePair<string, JsonValue> member in json.Members.Where(member => member.Key != "__metadata__"))
        {
            entries.Add(seen.Add(member.Key) ? Entry(member.Key, member.Value) : throw new JsonFormatException($"the tensor '{member.Key}' is listed twice"));
        }

        return entries;
    }

    private static SafetensorsEntry Entry(string name, JsonValue json)
    {
        long[]? shape = Wholes(json["shape"]), offsets = Wholes(json["data_offsets"]);
        return json["dtype"]?.AsString is { } type && shape is not null && offsets is { Length: 2 }
            ? new SafetensorsEntry(name, type, shape, offsets[1])
            : throw new JsonFormatException($"the entry of tensor '{name}' lacks dtype, shape or its two data_offsets");
    }

    private static long[]? Wholes(JsonValue? json) =>
        json is { Kind: JsonKind.Array } && json.Items.All(item => item.AsWhole is >= 0)
            ? [.. json.Items.Select(item => item.AsWhole!.Value)]
            : null;
}

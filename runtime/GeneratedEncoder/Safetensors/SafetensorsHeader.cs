using System.Text.Json;

namespace GeneratedEncoder.Safetensors;

/// <summary>
/// Parses and checks a safetensors header: a JSON object of name to {dtype, shape, data_offsets}.
/// Format: https://github.com/huggingface/safetensors#format.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>
    /// Bytes of the longest header. The format allows 100 MB; the largest encoders' have a hundredth of this, and what a file
    /// makes its reader allocate shall be bounded.
    /// </summary>
    public const int MaxLength = 16_000_000;

    /// <summary>Dimensions of the tensor that has most.</summary>
    private const int MaxRank = 32;

    /// <summary>Reads the entries and checks each against the data behind the header.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataLength">Bytes in the file after the header.</param>
    /// <exception cref="InvalidDataException">The header is not one, or contradicts itself or the file's length.</exception>
    public static Dictionary<string, TensorInfo> Parse(ReadOnlySpan<byte> json, long dataLength)
    {
        try
        {
            Dictionary<string, TensorInfo> tensors = ReadEntries(json);
            foreach (TensorInfo tensor in tensors.Values)
            {
                CheckExtent(tensor, dataLength);
            }

            CheckOverlaps(tensors.Values);
            return tensors;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The header is not valid JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // Utf8JsonReader reports text that is not UTF-8 this way.
            throw new InvalidDataException($"The header is not valid JSON: {e.Message}", e);
        }
    }

    private static Dictionary<string, TensorInfo> ReadEntries(ReadOnlySpan<byte> json)
    {
        Dictionary<string, TensorInfo> tensors = new(StringComparer.Ordinal);
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 8 });
        Expect(ref reader, JsonTokenType.StartObject, "the header");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (name == "__metadata__")
            {
                reader.Skip();
                continue;
            }

            if (!tensors.TryAdd(name, ReadEntry(ref reader, name)))
            {
                throw new InvalidDataException($"The tensor '{name}' is listed twice.");
            }
        }

        // Reading on to the end makes the reader check that nothing but white space follows.
        while (reader.Read())
        {
        }

        return tensors;
    }

    private static TensorInfo ReadEntry(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        long[]? shape = null, offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, $"the entry of tensor '{name}'");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = reader.GetString()!;
            switch (property)
            {
                case "dtype":
                    Expect(ref reader, JsonTokenType.String, $"dtype of tensor '{name}'");
                    type = reader.GetString();
                    break;
                case "shape":
                    shape = ReadNumbers(ref reader, $"shape of tensor '{name}'");
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(ref reader, $"data_offsets of tensor '{name}'");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (type is null || shape is null || offsets is not { Length: 2 })
        {
            throw new InvalidDataException($"The entry of tensor '{name}' lacks dtype, shape or its two data_offsets.");
        }

        return new TensorInfo(name, TypeOf(type), type, shape, offsets[0], offsets[1]);
    }

    private static long[] ReadNumbers(ref Utf8JsonReader reader, string what)
    {
        Expect(ref reader, JsonTokenType.StartArray, what);
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
            {
                throw new InvalidDataException($"The {what} holds something that is not a non-negative whole number.");
            }

            numbers.Add(numbers.Count < MaxRank ? number : throw new InvalidDataException($"The {what} holds more than {MaxRank} numbers."));
        }

        return [.. numbers];
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token, string what)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw new InvalidDataException($"Expected {token} for {what}, but found {reader.TokenType}.");
        }
    }

    private static void CheckExtent(TensorInfo tensor, long dataLength)
    {
        if (tensor.Begin > tensor.End || tensor.End > dataLength)
        {
            throw new InvalidDataException(
                $"The tensor '{tensor.Name}' is said to lie at bytes {tensor.Begin} to {tensor.End}, " +
                $"but the file has {dataLength} bytes of data; it may be truncated.");
        }

        if (tensor.Type == TensorType.Other)
        {
            return; // Its element size is not known here; it is refused by name if a model asks for it.
        }

        UInt128 bytes = (UInt128)ElementSize(tensor.Type);
        foreach (long dimension in tensor.Shape)
        {
            bytes *= (UInt128)dimension;
            if (bytes > long.MaxValue)
            {
                throw new InvalidDataException($"The tensor '{tensor.Name}' of shape {tensor.ShapeText} is larger than any file.");
            }
        }

        if (bytes != (UInt128)(tensor.End - tensor.Begin))
        {
            throw new InvalidDataException(
                $"The tensor '{tensor.Name}' of shape {tensor.ShapeText} and type {tensor.TypeName} needs {bytes} bytes, " +
                $"but its data_offsets span {tensor.End - tensor.Begin}.");
        }
    }

    private static void CheckOverlaps(IEnumerable<TensorInfo> tensors)
    {
        TensorInfo[] byPlace = [.. tensors.Where(t => t.End > t.Begin)];
        Array.Sort(byPlace, (one, other) => one.Begin.CompareTo(other.Begin));
        TensorInfo? previous = null;
        foreach (TensorInfo tensor in byPlace)
        {
            if (previous is not null && tensor.Begin < previous.End)
            {
                throw new InvalidDataException($"The tensors '{previous.Name}' and '{tensor.Name}' overlap.");
            }

            previous = tensor;
        }
    }

    /// <summary>Bytes of one element of a type that this library reads.</summary>
    public static int ElementSize(TensorType type) => type == TensorType.F32 ? 4 : 2;

    private static TensorType TypeOf(string dtype) => dtype switch
    {
        "F32" => TensorType.F32,
        "F16" => TensorType.F16,
        "BF16" => TensorType.BF16,
        _ => TensorType.Other,
    };
}

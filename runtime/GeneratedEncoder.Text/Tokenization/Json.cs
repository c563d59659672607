using System.Text.Json;

namespace GeneratedEncoder.Text;

/// <summary>A value in a JSON file, which knows its place there: what is missing or of another kind is said by file and key.</summary>
internal sealed class Json
{
    private readonly JsonElement _value;
    private readonly Json? _parent;
    private readonly string? _name;
    private readonly int _index;

    private Json(JsonElement value, Json? parent, string? name, int index) => (_value, _parent, _name, _index) = (value, parent, name, index);

    /// <param name="value">The file's value.</param>
    /// <param name="file">The file's name.</param>
    public Json(JsonElement value, string file)
        : this(value, null, file, -1)
    {
    }

    /// <summary>Whether it is an array.</summary>
    public bool IsArray => _value.ValueKind == JsonValueKind.Array;

    /// <summary>Whether it is a string.</summary>
    public bool IsText => _value.ValueKind == JsonValueKind.String;

    /// <summary>The file and the key: "tokenizer.json: model.vocab[3]".</summary>
    public string Place =>
        _parent is null ? _name! :
        _name is null ? $"{_parent.Place}[{_index}]" :
        _parent._parent is null ? $"{_parent.Place}: {_name}" : $"{_parent.Place}.{_name}";

    /// <summary>An object's value of a name; null where it has none, or a null.</summary>
    public Json? Find(string name)
    {
        Require(JsonValueKind.Object, "an object");
        return _value.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? Member(name, value) : null;
    }

    /// <summary>Whether an object has a name, be its value null.</summary>
    public bool Has(string name)
    {
        Require(JsonValueKind.Object, "an object");
        return _value.TryGetProperty(name, out _);
    }

    /// <summary>An object's value of a name.</summary>
    /// <exception cref="InvalidDataException">It has none.</exception>
    public Json Get(string name) =>
        Find(name) ?? throw new InvalidDataException($"{Member(name, default).Place} is missing.");

    /// <summary>An array's values.</summary>
    public List<Json> Items()
    {
        Require(JsonValueKind.Array, "an array");
        List<Json> items = new(_value.GetArrayLength());
        foreach (JsonElement item in _value.EnumerateArray())
        {
            items.Add(new Json(item, this, null, items.Count));
        }

        return items;
    }

    /// <summary>An array's value.</summary>
    public Json Item(int index)
    {
        Require(JsonValueKind.Array, "an array");
        return index < _value.GetArrayLength()
            ? new Json(_value[index], this, null, index)
            : throw new InvalidDataException($"{Place} has {_value.GetArrayLength()} values, but should have at least {index + 1}.");
    }

    /// <summary>An object's names and values, nulls among them.</summary>
    public List<(string Name, Json Value)> Members()
    {
        Require(JsonValueKind.Object, "an object");
        List<(string, Json)> members = [];
        foreach (JsonProperty member in _value.EnumerateObject())
        {
            string name = Unescaped(() => member.Name);
            members.Add((name, Member(name, member.Value)));
        }

        return members;
    }

    public string Text()
    {
        Require(JsonValueKind.String, "a string");
        return Unescaped(() => _value.GetString()!);
    }

    public int Number() =>
        _value.ValueKind == JsonValueKind.Number && _value.TryGetInt32(out int number) ? number : throw Wrong("a whole number of 32 bits");

    public double Fraction() =>
        _value.ValueKind == JsonValueKind.Number && _value.TryGetDouble(out double number) && double.IsFinite(number) ? number : throw Wrong("a number");

    public bool Flag() =>
        _value.ValueKind is JsonValueKind.True or JsonValueKind.False ? _value.GetBoolean() : throw Wrong("true or false");

    public byte[] Bytes()
    {
        Require(JsonValueKind.String, "a string");
        return _value.TryGetBytesFromBase64(out byte[]? bytes) ? bytes : throw Wrong("base64");
    }

    /// <summary>The place of a name in this object, be it there or not.</summary>
    private Json Member(string name, JsonElement value) => new(value, this, name, -1);

    private void Require(JsonValueKind kind, string what)
    {
        if (_value.ValueKind != kind)
        {
            throw Wrong(what);
        }
    }

    private InvalidDataException Wrong(string right)
    {
        string found = _value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.String => "a string",
            JsonValueKind.Number => $"the number {_value.GetRawText()}",
            JsonValueKind.Null => "null",
            _ => _value.GetRawText(),
        };
        return new InvalidDataException($"{Place} is {found}, but should be {right}.");
    }

    /// <summary>Half a surrogate pair in an escape, which no text can hold, is the reader's InvalidOperationException.</summary>
    private string Unescaped(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw new InvalidDataException($"{Place} has half a surrogate pair in a string.");
        }
    }
}

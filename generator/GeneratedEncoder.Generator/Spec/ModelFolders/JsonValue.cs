using System.Globalization;

namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>What a JSON value is.</summary>
internal enum JsonKind
{
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

/// <summary>A parsed JSON value. Asking for what isn't there gives null, never an exception.</summary>
internal sealed class JsonValue
{
    private JsonValue(JsonKind kind) => Kind = kind;

    public JsonKind Kind { get; }

    /// <summary>A string's characters; a number, true, false or null as it is written.</summary>
    public string Text { get; private init; } = "";

    /// <summary>An array's elements.</summary>
    public IReadOnlyList<JsonValue> Items { get; private init; } = [];

    /// <summary>An object's members in the file's order; a name may come twice.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonValue>> Members { get; private init; } = [];

    /// <summary>The member of that name, the last where there are several, as Python's reader does; null if there is none, or it is null.</summary>
    public JsonValue? this[string name]
    {
        get
        {
            for (int i = Members.Count - 1; i >= 0; i--)
            {
                if (Members[i].Key == name)
                {
                    return Members[i].Value is { Kind: JsonKind.Null } ? null : Members[i].Value;
                }
            }

            return null;
        }
    }

    public string? AsString => Kind == JsonKind.String ? Text : null;

    public bool? AsBoolean => Kind == JsonKind.Boolean ? Text == "true" : null;

    /// <summary>A whole number that 64 bits hold.</summary>
    public long? AsWhole =>
        Kind == JsonKind.Number && long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;

    public double? AsNumber =>
        Kind == JsonKind.Number && double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;

    /// <summary>The value as messages show it: strings quoted, what is long or nested only by its kind.</summary>
    public override string ToString() => Kind switch
    {
        JsonKind.String => $"\"{(Text.Length <= 60 ? Text : Text.Substring(0, 60) + "...")}\"",
        JsonKind.Array => "an array",
        JsonKind.Object => "an object",
        _ => Text.Length <= 60 ? Text : Text.Substring(0, 60) + "...",
    };

    internal static JsonValue Of(JsonKind kind, string text) => new(kind) { Text = text };

    internal static JsonValue Of(IReadOnlyList<JsonValue> items) => new(JsonKind.Array) { Items = items };

    internal static JsonValue Of(IReadOnlyList<KeyValuePair<string, JsonValue>> members) => new(JsonKind.Object) { Members = members };
}

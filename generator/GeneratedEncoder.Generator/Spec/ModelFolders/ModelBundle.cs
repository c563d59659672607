using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Generator.Spec.ModelFolders;

/// <summary>
/// A model folder as the build hands it to the compiler: one additional file with the small files' text and the tensor
/// headers. The compiler reads no other file, so that it sees a whole folder or none, and weights never.
/// </summary>
internal sealed record ModelBundle
{
    /// <summary>What a bundle's file name ends with.</summary>
    public const string Extension = ".encodermodel.json";

    /// <summary>The name by which attributes ask for it.</summary>
    public required string Name { get; init; }

    /// <summary>The folder as messages show it.</summary>
    public required string Folder { get; init; }

    /// <summary>Where its files are copied to, relative to the application: "Models/all-MiniLM-L6-v2".</summary>
    public required string OutputFolder { get; init; }

    /// <summary>Why the folder can't be used; null if nothing is known against it.</summary>
    public string? Problem { get; init; }

    /// <summary>Texts by path in the folder, with slashes; a safetensors file's is its header.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>The bundle's text; the same for equal content.</summary>
    public string Write()
    {
        StringBuilder json = new("{\n");
        Append(json, "  ", "name", Name).Append(",\n");
        Append(json, "  ", "folder", Folder).Append(",\n");
        Append(json, "  ", "outputFolder", OutputFolder).Append(",\n");
        if (Problem is not null)
        {
            Append(json, "  ", "problem", Problem).Append(",\n");
        }

        json.Append("  \"files\": {");
        string comma = "\n";
        foreach (KeyValuePair<string, string> file in Files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            Append(json.Append(comma), "    ", file.Key, file.Value);
            comma = ",\n";
        }

        return json.Append("\n  }\n}\n").ToString();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonFormatException">It didn't write this.</exception>
    public static ModelBundle Read(string text)
    {
        JsonValue json = JsonReader.Parse(text);
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (KeyValuePair<string, JsonValue> file in json["files"]?.Members ?? [])
        {
            files[file.Key] = file.Value.Text;
        }

        return new()
        {
            Name = json["name"]?.AsString ?? throw new JsonFormatException("it has no name"),
            Folder = json["folder"]?.AsString ?? "",
            OutputFolder = json["outputFolder"]?.AsString ?? "",
            Problem = json["problem"]?.AsString,
            Files = files,
        };
    }

    private static StringBuilder Append(StringBuilder json, string indentation, string name, string text) =>
        AppendQuoted(AppendQuoted(json.Append(indentation), name).Append(": "), text);

    private static StringBuilder AppendQuoted(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (char c in text)
        {
            if (c < ' ')
            {
                json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                json.Append(c is '"' or '\\' ? "\\" : "").Append(c);
            }
        }

        return json.Append('"');
    }
}

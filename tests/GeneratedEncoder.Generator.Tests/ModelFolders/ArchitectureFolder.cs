using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Generator.Spec.ModelFolders;
using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

/// <summary>The small model folders of all architectures, as the build hands them to the compiler.</summary>
internal static class ArchitectureFolder
{
    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => Directory.GetFiles(Root(), "config.json", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Root(), Path.GetDirectoryName(file)!)).Where(name => !name.Contains(Path.DirectorySeparatorChar)).Order(StringComparer.Ordinal);

    /// <summary>An encoder's declaration that names one.</summary>
    public static string Declaration(string name) => TinyFolder.Declaration.Replace("\"tiny\"", $"\"{name}\"");

    /// <summary>Likewise, with weights in this format.</summary>
    public static string Declaration(string name, string format) => TinyFolder.Declaration.Replace("\"tiny\"", $"\"{name}\", Weights = WeightFormat.{format}");

    /// <summary>The folder as an additional file.</summary>
    public static AdditionalText File(string name) => new TinyFolder.TextFile($"obj/EncoderModels/{name}{ModelBundle.Extension}", Text(name));

    /// <summary>The spec that the folder makes.</summary>
    public static EncoderSpec Spec(string name) => TinyFolder.Complete(Text(name), name).Spec;

    /// <summary>What the folder makes with members added to its config, where a key that comes again wins.</summary>
    public static (EncoderSpec Spec, IReadOnlyList<SpecProblem> Problems) Complete(string name, string members) => TinyFolder.Complete(Text(name, members), name);

    /// <summary>What is wrong with the folder when a tensor has another name in its file, behind whatever prefix.</summary>
    public static IReadOnlyList<SpecProblem> Renamed(string name, string tensor, string other)
    {
        Regex key = new($"\"([^\"]*\\.)?{Regex.Escape(tensor)}\":");
        string text = Text(name, header: header => key.Replace(header, match => $"\"{match.Groups[1].Value}{other}\":"));
        return TinyFolder.Complete(text, name).Problems;
    }

    private static string Text(string name, string members = "", Func<string, string>? header = null)
    {
        string folder = Path.Combine(Root(), name);
        return new ModelBundle
        {
            Name = name,
            Folder = "Models/" + name,
            OutputFolder = "Models/" + name,
            Files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("expected.json", StringComparison.Ordinal))
                .ToDictionary(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), file => file.EndsWith(".safetensors", StringComparison.Ordinal) ? header?.Invoke(Header(file)) ?? Header(file) : Config(file, members)),
        }.Write();
    }

    private static string Config(string file, string members)
    {
        string text = System.IO.File.ReadAllText(file);
        return members.Length > 0 && Path.GetFileName(Path.GetDirectoryName(file)) is { } folder && Names.Contains(folder) && Path.GetFileName(file) == "config.json"
            ? text.TrimEnd()[..^1] + ", " + members + "}"
            : text;
    }

    private static string Header(string file)
    {
        byte[] bytes = System.IO.File.ReadAllBytes(file);
        return Encoding.UTF8.GetString(bytes, 8, (int)BinaryPrimitives.ReadInt64LittleEndian(bytes));
    }

    private static string Root([CallerFilePath] string sourceFile = "") => Path.Combine(Path.GetDirectoryName(sourceFile)!, "../../GeneratedEncoder.Oracles/architectures");
}

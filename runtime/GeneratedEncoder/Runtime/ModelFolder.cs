using System.ComponentModel;
using System.Globalization;
using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Holds a folder that is to be loaded against the one that a class was compiled from. Other weights may be in it, but what the class
/// took from the small files they must say again: vectors would be wrong otherwise, and nothing would show it. They are read by the code that read them
/// for the compiler. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModelFolder
{
    /// <summary>The first few say it all: another model's folder has dozens.</summary>
    private const int MostDifferences = 8;

    /// <summary>Details of what follows the encoder, which only some folders have, and what holds without them.</summary>
    private static readonly (string Detail, string Absent)[] s_modules = [("poolings", "one"), ("include_prompt", "true"), ("modules", "none")];

    /// <summary>Refuses a folder that says something else than the class was compiled for.</summary>
    /// <param name="path">A model folder, or a file in one. Beside a file without a config.json nothing is compared: nothing there says what it is.</param>
    /// <param name="taken">What the class was made of.</param>
    /// <param name="info">What else it was made of: labels, prompts, how scores are computed. Null for a class without it.</param>
    /// <param name="name">The class, for messages.</param>
    /// <exception cref="InvalidDataException">The folder's files say something else, or can't be read; keys, files and both values are named.</exception>
    /// <exception cref="IOException">A file can't be opened.</exception>
    public static void Check(string path, ReadOnlySpan<ModelFact> taken, EncoderInfo? info, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        bool isFolder = Directory.Exists(path);
        string folder = isFolder ? path : Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        if (!isFolder && !File.Exists(Path.Combine(folder, FolderTexts.Config)))
        {
            return;
        }

        Check(ModelSource.OnDisk(folder), taken, info, name);
    }

    /// <summary>The same for a folder's files in memory.</summary>
    /// <param name="files">Each file's bytes by its path in the folder. Without a config.json nothing is compared: nothing there says what it is.</param>
    /// <param name="taken">What the class was made of.</param>
    /// <param name="info">What else it was made of: labels, prompts, how scores are computed. Null for a class without it.</param>
    /// <param name="name">The class, for messages.</param>
    /// <exception cref="InvalidDataException">The files say something else, or can't be read; keys, files and both values are named.</exception>
    public static void Check(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, ReadOnlySpan<ModelFact> taken, EncoderInfo? info, string name)
    {
        ModelSource source = ModelSource.InMemory(files);
        if (source.Find(FolderTexts.Config) is not null)
        {
            Check(source, taken, info, name);
        }
    }

    private static void Check(ModelSource source, ReadOnlySpan<ModelFact> taken, EncoderInfo? info, string name)
    {
        List<string> differences = [];
        try
        {
            FolderContent content = FolderContent.Of(FolderTexts.Read(file => Read(source, file)), HeadAskedFor(taken));
            Compare(content, taken, differences);
            CompareModules(content, taken, differences);
            if (info is not null)
            {
                Compare(content, info, differences);
            }
        }
        catch (FolderException e)
        {
            throw new InvalidDataException($"The model in {source.Place} is not one that {name} can load: {e.Message}", e);
        }

        if (differences.Count > 0)
        {
            string more = differences.Count > MostDifferences ? $"; and {differences.Count - MostDifferences} more" : "";
            throw new InvalidDataException(
                $"The model in {source.Place} is not the one that {name} was compiled from: {string.Join("; ", differences.Take(MostDifferences))}{more}. " +
                "Load the model that it was compiled from, or compile a class from this one.");
        }
    }

    private static string? Read(ModelSource source, string file) => source.Find(file) is { } path
        ? Decode(path, source.ReadAllBytes(path, FolderTexts.MostBytes).ToArray())
        : null;

    private static string Decode(string path, byte[] bytes)
    {
        try
        {
            return FolderTexts.Decode(bytes);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}' can't be read: {e.Message}", e);
        }
    }

    /// <summary>The head that the attribute asked for; null where the class has the folder's own.</summary>
    private static Head? HeadAskedFor(ReadOnlySpan<ModelFact> taken) => Find(taken, "Head") is { Source: null } head ? Enum.Parse<Head>(head.Value) : null;

    private static void Compare(FolderContent content, ReadOnlySpan<ModelFact> taken, List<string> differences)
    {
        foreach (ModelFact fact in taken)
        {
            FolderFact? found = fact.Property == "MaxTokens" ? content.MaxTokens : content.Facts.FirstOrDefault(f => f.Property == fact.Property);

            // What the attribute says counts where a folder says nothing, or only what is usual: so the compiler takes it, too.
            bool isFree = found is null || (fact.Source is null && found.IsDefault);
            if (!isFree && !IsSame(found!.Value, fact.Value))
            {
                differences.Add($"{fact.Property} is {found.Text} there ({found.Source}), but was {fact.Value} when it was compiled ({fact.Source ?? "in the attribute"})");
            }
        }
    }

    /// <summary>Two poolings, a Dense, or a prompt that is left out, where the other side has none.</summary>
    private static void CompareModules(FolderContent content, ReadOnlySpan<ModelFact> taken, List<string> differences)
    {
        foreach ((string detail, string absent) in s_modules)
        {
            FolderFact? found = content.Facts.FirstOrDefault(fact => fact.Property == detail);
            ModelFact? compiled = Find(taken, detail);
            if ((found is null) != (compiled is null))
            {
                string there = found?.Source ?? content.Facts.First(fact => fact.Property == "Pooling").Source;
                string then = (compiled ?? Find(taken, "Pooling"))?.Source ?? "in the attribute";
                differences.Add($"{detail} is {found?.Text ?? absent} there ({there}), but was {compiled?.Value ?? absent} when it was compiled ({then})");
            }
        }
    }

    private static ModelFact? Find(ReadOnlySpan<ModelFact> facts, string property)
    {
        foreach (ModelFact fact in facts)
        {
            if (fact.Property == property)
            {
                return fact;
            }
        }

        return null;
    }

    /// <summary>Numbers are compared as such: one may be written in several ways.</summary>
    private static bool IsSame(object found, string taken) => found is double number
        ? number == double.Parse(taken, CultureInfo.InvariantCulture)
        : FolderFact.TextOf(found) == taken;

    private static void Compare(FolderContent content, EncoderInfo info, List<string> differences)
    {
        for (int id = 0; id < Math.Min(info.Labels.Count, content.Labels.Count); id++)
        {
            AddIfOther($"label {id}", content.Labels[id], info.Labels[id], FolderTexts.Config, differences);
        }

        if (info.Head == Head.SequenceClassification)
        {
            AddIfOther("SigmoidScore", FolderFact.TextOf(content.SigmoidScore(info.NumLabels)), FolderFact.TextOf(info.SigmoidScore), FolderTexts.Config, differences);
        }

        Dictionary<string, string> prompts = content.Prompts.ToDictionary(prompt => prompt.Name, prompt => prompt.Text);
        foreach (string prompt in info.Prompts.Keys.Union(prompts.Keys))
        {
            AddIfOther($"the prompt \"{prompt}\"", prompts.GetValueOrDefault(prompt), info.Prompts.GetValueOrDefault(prompt), FolderTexts.Prompts, differences);
        }

        AddIfOther("the default prompt", content.DefaultPromptName, info.DefaultPromptName, FolderTexts.Prompts, differences);
    }

    private static void AddIfOther(string what, string? found, string? taken, string file, List<string> differences)
    {
        if (found != taken)
        {
            differences.Add($"{what} is {Quote(found)} there ({file}), but was {Quote(taken)} when it was compiled");
        }
    }

    private static string Quote(string? text) => text is null ? "none" : $"\"{(text.Length <= 60 ? text : text[..60] + "...")}\"";
}

using GeneratedEncoder.Generator.Diagnostics;
using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Check;

/// <summary>Holds the tensors that a model's files list against those that its encoder would load.</summary>
internal static class TensorCheck
{
    /// <summary>The first few say it all: a folder with the wrong config has hundreds.</summary>
    private const int MostProblems = 10;

    private const string Weights = "model.safetensors", Index = "model.safetensors.index.json", Ending = ".safetensors";

    /// <summary>The entries of all headers in the folder.</summary>
    /// <exception cref="FolderException">A header is none, or there is none.</exception>
    public static IReadOnlyDictionary<string, SafetensorsEntry> Entries(ModelBundle bundle, List<string> read)
    {
        Dictionary<string, SafetensorsEntry> tensors = new(StringComparer.Ordinal);
        Dictionary<string, string>? shardOf = bundle.Files.ContainsKey(Weights) ? null : ShardOf(bundle);
        string[] files = shardOf is null ? [Weights] : [.. shardOf.Values.Distinct().OrderBy(file => file, StringComparer.Ordinal)];
        foreach (string file in files)
        {
            string header = bundle.Files.TryGetValue(file, out string? text) ? text : throw new FolderException($"it has no {file}");
            foreach (SafetensorsEntry entry in Parse(file, header))
            {
                // As at load: a tensor counts where the index says that it is.
                if (shardOf is null || (shardOf.TryGetValue(entry.Name, out string? shard) && shard == file))
                {
                    tensors[entry.Name] = entry;
                }
            }
        }

        string types = string.Join(", ", tensors.Values.Select(entry => entry.Type).Distinct().OrderBy(type => type, StringComparer.Ordinal));
        read.Add($"{(files.Length == 1 ? files[0] : $"{files.Length} files *{Ending}")}: {tensors.Count} tensors, {types}");
        return tensors;
    }

    /// <summary>What the encoder of this spec would miss, or find otherwise than expected.</summary>
    public static IEnumerable<SpecProblem> Problems(EncoderSpec spec, IReadOnlyDictionary<string, SafetensorsEntry> tensors, ModelBundle bundle)
    {
        string model = spec.ModelName!, anchor = spec.Blocks.Anchor;
        string[] candidates = [.. tensors.Keys.Where(name => name == anchor || name.EndsWith("." + anchor, StringComparison.Ordinal)).OrderBy(name => name, StringComparer.Ordinal)];
        if (candidates.Length > 1)
        {
            return [new(DiagnosticDescriptors.ModelUnreadable, SpecProblem.ModelArgument, model,
                $"it holds several encoders ({string.Join(", ", candidates)}), and it is not clear which is meant")];
        }

        // Without the anchor there may be a prefix all the same: each name's own ending says whether it is there.
        string? prefix = candidates.Length == 1 ? candidates[0].Substring(0, candidates[0].Length - anchor.Length) : null;
        ExpectedTensor[] expected = [.. TensorList.For(spec).Where(tensor => tensor.Module is null)];
        IReadOnlyDictionary<string, SafetensorsEntry> byEnding = prefix is null ? ByEnding(expected, tensors.Values) : tensors;
        return expected.Select(tensor => Problem(model, tensor, prefix, tensors, byEnding))
            .Concat(TensorList.For(spec).Where(tensor => tensor.Module is not null).GroupBy(tensor => tensor.Module).SelectMany(module => ModuleProblems(model, module.Key!, module, bundle)))
            .Concat(TensorList.Refused(spec).Select(refused => Problem(model, refused, prefix ?? "", tensors)))
            .OfType<SpecProblem>()
            .Take(MostProblems);
    }

    /// <summary>A module has its tensors in a file of its own, by their full names.</summary>
    private static IEnumerable<SpecProblem?> ModuleProblems(string model, string folder, IEnumerable<ExpectedTensor> expected, ModelBundle bundle)
    {
        string file = $"{folder}/{Weights}";
        if (!bundle.Files.TryGetValue(file, out string? header))
        {
            return [new(DiagnosticDescriptors.ModelUnreadable, SpecProblem.ModelArgument, model, $"it has no {file} ({bundle.Folder})")];
        }

        Dictionary<string, SafetensorsEntry> tensors = Parse(file, header).ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        return expected.Select(tensor => Problem(model, tensor, "", tensors, tensors));
    }

    /// <summary>The tensors that have an expected name under whatever prefix, by that name. One pass, whatever else the files hold.</summary>
    private static Dictionary<string, SafetensorsEntry> ByEnding(ExpectedTensor[] expected, IEnumerable<SafetensorsEntry> tensors)
    {
        HashSet<string> names = new(expected.SelectMany(tensor => new[] { tensor.Name, tensor.LegacyName }).OfType<string>(), StringComparer.Ordinal);
        Dictionary<string, SafetensorsEntry> found = new(StringComparer.Ordinal);
        foreach (SafetensorsEntry entry in tensors)
        {
            for (int start = 0; start >= 0; start = entry.Name.IndexOf('.', start) is >= 0 and int dot ? dot + 1 : -1)
            {
                string ending = entry.Name.Substring(start);
                if (names.Contains(ending) && !found.ContainsKey(ending))
                {
                    found.Add(ending, entry);
                }
            }
        }

        return found;
    }

    private static Dictionary<string, string>? ShardOf(ModelBundle bundle)
    {
        if (FolderFile.TryRead(bundle.Files, Index) is not { } index)
        {
            return null;
        }

        Dictionary<string, string> shards = new(StringComparer.Ordinal);
        foreach (KeyValuePair<string, JsonValue> member in index["weight_map"]?.Members ?? [])
        {
            shards[member.Key] = member.Value.Text;
        }

        return shards;
    }

    private static SpecProblem? Problem(
        string model, ExpectedTensor expected, string? prefix, IReadOnlyDictionary<string, SafetensorsEntry> tensors, IReadOnlyDictionary<string, SafetensorsEntry> byEnding)
    {
        string shape = SafetensorsEntry.Describe(expected.Shape);
        prefix = expected.InRoot ? "" : prefix;
        IReadOnlyDictionary<string, SafetensorsEntry> all = prefix is null ? byEnding : tensors;
        SafetensorsEntry? found = Find(prefix + expected.Name, all) ?? (expected.LegacyName is { } legacy ? Find(prefix + legacy, all) : null);
        if (found is null)
        {
            return new(DiagnosticDescriptors.TensorMissing, SpecProblem.ModelArgument, model, prefix + expected.Name, shape);
        }

        if (!found.Shape.SequenceEqual(expected.Shape))
        {
            return new(DiagnosticDescriptors.TensorMisshapen, SpecProblem.ModelArgument, found.Name, model, found.ShapeText, shape);
        }

        return found.Type is "F32" or "F16" or "BF16"
            ? null
            : new(DiagnosticDescriptors.TensorType, SpecProblem.ModelArgument, found.Name, model, found.Type);
    }

    private static SpecProblem? Problem(string model, RefusedTensor refused, string prefix, IReadOnlyDictionary<string, SafetensorsEntry> tensors) =>
        tensors.TryGetValue(prefix + refused.Name, out SafetensorsEntry? found)
            ? new(DiagnosticDescriptors.TensorUnexpected, SpecProblem.ModelArgument, model, found.Name, found.ShapeText, refused.Because.TrimEnd('.'))
            : null;

    private static SafetensorsEntry? Find(string name, IReadOnlyDictionary<string, SafetensorsEntry> tensors) =>
        tensors.TryGetValue(name, out SafetensorsEntry? found) ? found : null;

    private static IReadOnlyList<SafetensorsEntry> Parse(string file, string header)
    {
        try
        {
            return SafetensorsEntries.Parse(header);
        }
        catch (JsonFormatException e)
        {
            throw new FolderException($"the header of {file} is not valid: {e.Message}");
        }
    }
}

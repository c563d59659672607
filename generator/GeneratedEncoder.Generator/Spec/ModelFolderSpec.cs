using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>What a model folder says beside the dimensions: nothing of it changes the computation.</summary>
internal sealed record ModelFolderSpec
{
    /// <summary>The folder's own name: "all-MiniLM-L6-v2".</summary>
    public required string Name { get; init; }

    /// <summary>Where its files are copied to, relative to the application: "Models/all-MiniLM-L6-v2".</summary>
    public required string OutputFolder { get; init; }

    /// <summary>What the class took from it, or has in its place.</summary>
    public EquatableArray<TakenFact> Facts { get; init; }

    /// <summary>Names of the labels, by their ids; empty where the model has none.</summary>
    public EquatableArray<string> Labels { get; init; }

    /// <summary>Prompts by name, in the order of the file.</summary>
    public EquatableArray<Prompt> Prompts { get; init; }

    public string? DefaultPromptName { get; init; }

    /// <summary>Whether scores are the logits' sigmoids.</summary>
    public bool SigmoidScore { get; init; }

    /// <summary>What was read, file by file, for the generated class's remarks: "config.json: bert, 384 wide, ...".</summary>
    public EquatableArray<string> Read { get; init; }
}

/// <summary>One thing that a class took from its folder.</summary>
/// <param name="Property">The attribute's property, or MaxTokens.</param>
/// <param name="Value">Its value, as messages show it.</param>
/// <param name="Source">Where the folder says so; null where the attribute does.</param>
internal sealed record TakenFact(string Property, string Value, string? Source);

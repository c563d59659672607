using System.ComponentModel;

namespace GeneratedEncoder.Runtime;

/// <summary>One thing that a class took from its model's folder when it was compiled. For generated code.</summary>
/// <param name="property">The attribute's property, or MaxTokens.</param>
/// <param name="value">Its value, as it is written in C# but without an enum's name.</param>
/// <param name="source">Where the folder said so: "hidden_size = 384 in config.json"; null where the attribute did.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ModelFact(string property, string value, string? source)
{
    /// <summary>The attribute's property, or MaxTokens.</summary>
    public string Property { get; } = property;

    /// <summary>Its value.</summary>
    public string Value { get; } = value;

    /// <summary>Where the folder said so; null where the attribute did.</summary>
    public string? Source { get; } = source;
}

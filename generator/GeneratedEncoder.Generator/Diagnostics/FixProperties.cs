namespace GeneratedEncoder.Generator.Diagnostics;

/// <summary>What diagnostics tell the code fixes: keys of their properties.</summary>
internal static class FixProperties
{
    /// <summary>The nearest legal value below the one at the diagnostic's place.</summary>
    public const string Below = nameof(Below);

    /// <summary>The nearest legal value above it.</summary>
    public const string Above = nameof(Above);

    /// <summary>A property that is missing, with the value that it has as a rule: "NumHiddenGroups = 1".</summary>
    public const string Missing = nameof(Missing);
}

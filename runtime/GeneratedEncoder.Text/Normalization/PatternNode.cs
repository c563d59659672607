namespace GeneratedEncoder.Text;

/// <summary>A part of a pattern.</summary>
internal abstract record PatternNode
{
    /// <summary>Whether it can match nothing at all.</summary>
    public abstract bool CanBeEmpty { get; }
}

/// <summary>One character of a set.</summary>
internal sealed record CharacterNode(CodePoints Set) : PatternNode
{
    public override bool CanBeEmpty => false;
}

/// <summary>A place between characters.</summary>
internal sealed record PlaceNode(PatternPlace Place) : PatternNode
{
    public override bool CanBeEmpty => true;
}

/// <summary>Parts one after the other.</summary>
internal sealed record SequenceNode(IReadOnlyList<PatternNode> Parts) : PatternNode
{
    public override bool CanBeEmpty => Parts.All(part => part.CanBeEmpty);
}

/// <summary>Alternatives, the first to be tried first.</summary>
internal sealed record ChoiceNode(IReadOnlyList<PatternNode> Parts) : PatternNode
{
    public override bool CanBeEmpty => Parts.Any(part => part.CanBeEmpty);
}

/// <summary>A part several times.</summary>
/// <param name="Part">The part, which can't be empty.</param>
/// <param name="Least">How often at least.</param>
/// <param name="Most">How often at most; null for any number.</param>
/// <param name="Lazy">Whether as few as possible are tried first.</param>
internal sealed record RepeatNode(PatternNode Part, int Least, int? Most, bool Lazy) : PatternNode
{
    public override bool CanBeEmpty => Least == 0;
}

/// <summary>Places between characters that a pattern can ask for.</summary>
internal enum PatternPlace
{
    /// <summary>^: the text's beginning, or behind a line feed that doesn't end the text.</summary>
    LineBegin,

    /// <summary>$: the text's end, or before a line feed.</summary>
    LineEnd,

    /// <summary>\A.</summary>
    TextBegin,

    /// <summary>\z.</summary>
    TextEnd,

    /// <summary>\Z: the text's end, or before the line feed that ends it.</summary>
    LastLineEnd,
}

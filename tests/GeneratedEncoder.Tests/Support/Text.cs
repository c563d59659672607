using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>What an encoder is given: token ids, with or without types, or vectors; one text or several end to end.</summary>
internal sealed record Text
{
    public int[] Ids { get; init; } = [];

    /// <summary>Null: the call without types is meant.</summary>
    public int[]? TypeIds { get; init; }

    public float[] Vectors { get; init; } = [];

    /// <summary>Tokens of each text.</summary>
    public required int[] Lengths { get; init; }

    public int Tokens => Lengths.Sum();

    /// <summary>The tokens whose words a masked language model is asked for: in no order, and one of them twice.</summary>
    public int[] Positions { get; init; } = [];

    /// <summary>Its parts as calls take them.</summary>
    public TextSpans Spans => new() { Ids = Ids, TypeIds = TypeIds, HasTypes = TypeIds is not null, Vectors = Vectors, Lengths = Lengths, Positions = Positions };

    /// <summary>A random text, with types where the encoder knows any.</summary>
    public static Text Random(EncoderShape shape, ulong seed, int tokens) => shape.VocabSize == 0
        ? OfVectors(RandomModel.Vectors(shape, seed, tokens), tokens)
        : new Text
        {
            Ids = RandomModel.Ids(shape, seed, tokens),
            TypeIds = shape.TypeVocabSize > 0 ? RandomModel.TypeIds(shape, seed, tokens) : null,
            Lengths = [tokens],
            Positions = [tokens / 2, 0, tokens - 1, tokens / 3, 0],
        };

    public static Text OfVectors(float[] vectors, int tokens) => new() { Vectors = vectors, Lengths = [tokens] };

    /// <summary>A batch of texts.</summary>
    public static Text Join(IReadOnlyCollection<Text> texts) => new()
    {
        Ids = [.. texts.SelectMany(text => text.Ids)],
        TypeIds = texts.Any(text => text.TypeIds is null) ? null : [.. texts.SelectMany(text => text.TypeIds!)],
        Vectors = [.. texts.SelectMany(text => text.Vectors)],
        Lengths = [.. texts.SelectMany(text => text.Lengths)],
    };
}

/// <summary>A text's parts, wherever they lie.</summary>
internal readonly ref struct TextSpans
{
    public required ReadOnlySpan<int> Ids { get; init; }

    public required ReadOnlySpan<int> TypeIds { get; init; }

    /// <summary>Whether the call with types is meant.</summary>
    public required bool HasTypes { get; init; }

    public required ReadOnlySpan<float> Vectors { get; init; }

    public required ReadOnlySpan<int> Lengths { get; init; }

    public required ReadOnlySpan<int> Positions { get; init; }
}

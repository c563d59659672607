using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratedEncoder.Runtime;

/// <summary>Checks a call's arguments before anything is computed or written. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CallGuard
{
    /// <summary>One text's length: at least 1, at most <paramref name="maxTokens"/>.</summary>
    public static void Length(int tokens, int maxTokens, string parameter)
    {
        if (tokens < 1)
        {
            ThrowEmpty(parameter);
        }

        if (tokens > maxTokens)
        {
            ThrowTooLong(tokens, maxTokens, parameter);
        }
    }

    /// <summary>Ids that each name a row of a table: "token id 30522 at position 7 is outside the vocabulary of 30522".</summary>
    public static void Ids(ReadOnlySpan<int> ids, int rows, string idName, string tableName, [CallerArgumentExpression(nameof(ids))] string? parameter = null)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            if ((uint)ids[i] >= (uint)rows)
            {
                ThrowId(ids[i], i, rows, idName, tableName, parameter);
            }
        }
    }

    /// <summary>Tokens of a text, by their index in it.</summary>
    public static void Positions(ReadOnlySpan<int> positions, int tokens)
    {
        for (int i = 0; i < positions.Length; i++)
        {
            if ((uint)positions[i] >= (uint)tokens)
            {
                ThrowPosition(positions[i], i, tokens);
            }
        }
    }

    /// <summary>Checks numbers of prompts' tokens, one a text and fewer than the text has.</summary>
    public static void Prompts(ReadOnlySpan<int> promptTokens, ReadOnlySpan<int> lengths)
    {
        if (promptTokens.Length != lengths.Length)
        {
            throw new ArgumentException($"There are {lengths.Length} texts, but {promptTokens.Length} numbers of prompts' tokens.", nameof(promptTokens));
        }

        for (int text = 0; text < lengths.Length; text++)
        {
            if ((uint)promptTokens[text] >= (uint)lengths[text])
            {
                throw new ArgumentException($"The prompt of text {text} has {promptTokens[text]} tokens, but the text {lengths[text]} in all; at least one must follow a prompt.", nameof(promptTokens));
            }
        }
    }

    /// <summary>Each token's type, or none: then all are of type 0.</summary>
    public static void TokenTypes(ReadOnlySpan<int> tokenTypeIds, int tokens, int rows)
    {
        if (!tokenTypeIds.IsEmpty)
        {
            Exactly(tokenTypeIds.Length, tokens, "one for each token", nameof(tokenTypeIds));
            Ids(tokenTypeIds, rows, "token type", "token types");
        }
    }

    /// <summary>Token types given to an encoder that has none: only an empty span is right.</summary>
    public static void NoTokenTypes(ReadOnlySpan<int> tokenTypeIds)
    {
        if (!tokenTypeIds.IsEmpty)
        {
            throw new ArgumentException("This encoder has no token types (TypeVocabSize is 0); leave them empty.", nameof(tokenTypeIds));
        }
    }

    /// <summary>A row of a table, checked where it is used: a span may have been changed by another thread since <see cref="Ids"/>.</summary>
    public static int Row(int row, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, rows);
        return row;
    }

    /// <summary>A span that must have exactly <paramref name="expected"/> elements; <paramref name="formula"/> says why.</summary>
    public static void Exactly(int actual, long expected, string formula, string parameter)
    {
        if (actual != expected)
        {
            ThrowLength(actual, expected, formula, parameter);
        }
    }

    /// <summary>Vectors end to end: a whole number of them. Returns how many.</summary>
    public static int Rows(int elements, int hiddenSize, string parameter)
    {
        (int rows, int rest) = Math.DivRem(elements, hiddenSize);
        if (rest != 0)
        {
            ThrowRows(elements, hiddenSize, parameter);
        }

        return rows;
    }

    /// <summary>A batch's lengths: each within bounds, and together the number of tokens given.</summary>
    public static void Lengths(ReadOnlySpan<int> lengths, int tokens, int maxTokens)
    {
        long sum = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1 || lengths[i] > maxTokens)
            {
                ThrowBatchLength(lengths[i], i, maxTokens);
            }

            sum += lengths[i];
        }

        if (sum != tokens)
        {
            ThrowSum(sum, tokens);
        }
    }

    /// <summary>An output that may take the input's own place, but not another part of it: that would destroy input still to be read.</summary>
    public static void SameOrApart(ReadOnlySpan<float> input, ReadOnlySpan<float> output, string parameter)
    {
        if (input.Overlaps(output, out int offset) && offset != 0)
        {
            ThrowOverlap(parameter);
        }
    }

    /// <summary>Two spans that must not share memory.</summary>
    public static void Apart(ReadOnlySpan<float> one, ReadOnlySpan<float> other, string parameter)
    {
        if (one.Overlaps(other))
        {
            ThrowOverlap(parameter);
        }
    }

    /// <summary>Whole numbers that are read, and floats that are written, in memory that somebody sees as either.</summary>
    public static void Apart(ReadOnlySpan<int> input, ReadOnlySpan<float> output, string parameter) =>
        Apart(MemoryMarshal.Cast<int, float>(input), output, parameter);

    [DoesNotReturn]
    private static void ThrowEmpty(string parameter) =>
        throw new ArgumentException("A text has at least one token, but this one has none.", parameter);

    [DoesNotReturn]
    private static void ThrowTooLong(int tokens, int maxTokens, string parameter) =>
        throw new ArgumentException($"The text has {tokens} tokens, but this encoder takes at most {maxTokens}.", parameter);

    [DoesNotReturn]
    private static void ThrowId(int id, int position, int rows, string idName, string tableName, string? parameter) =>
        throw new ArgumentOutOfRangeException(parameter, id, $"{idName} {id} at position {position} is outside the {tableName} of {rows}.");

    [DoesNotReturn]
    private static void ThrowPosition(int position, int index, int tokens) =>
        throw new ArgumentOutOfRangeException("positions", position, $"positions[{index}] = {position} is outside the text of {tokens} tokens.");

    [DoesNotReturn]
    private static void ThrowLength(int actual, long expected, string formula, string parameter) =>
        throw new ArgumentException($"Expected {expected} elements ({formula}), but got {actual}.", parameter);

    [DoesNotReturn]
    private static void ThrowRows(int elements, int hiddenSize, string parameter) =>
        throw new ArgumentException($"{elements} elements are not a whole number of vectors of {hiddenSize} (HiddenSize).", parameter);

    [DoesNotReturn]
    private static void ThrowOverlap(string parameter) =>
        throw new ArgumentException("The span overlaps another one of this call.", parameter);

    [DoesNotReturn]
    private static void ThrowBatchLength(int length, int index, int maxTokens) =>
        throw new ArgumentException($"Text {index} has {length} tokens, but each has 1 to {maxTokens}.", "lengths");

    [DoesNotReturn]
    private static void ThrowSum(long sum, int tokens) =>
        throw new ArgumentException($"The lengths add up to {sum}, but {tokens} tokens were given.", "lengths");
}

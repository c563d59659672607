using System.Text.Json;

namespace GeneratedEncoder.Oracles;

/// <summary>
/// Outputs of one random encoder in double precision, computed by PyTorch (goldens/make_goldens.py) and stored to 14 decimals.
/// </summary>
public sealed record Golden
{
    /// <summary>What tells this case from the others.</summary>
    public required string Name { get; init; }

    /// <summary>The encoder's shape.</summary>
    public required EncoderShape Shape { get; init; }

    /// <summary>What <see cref="RandomModel.Create"/> makes the weights from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What <see cref="RandomModel.Checksum"/> must give for the weights.</summary>
    public required string Checksum { get; init; }

    /// <summary>How many values at either end of a row are stored; 0 where rows are stored whole.</summary>
    public required int Ends { get; init; }

    /// <summary>The texts encoded.</summary>
    public required GoldenText[] Texts { get; init; }

    /// <summary>All goldens, in the order of their names.</summary>
    public static IReadOnlyList<Golden> All() =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "goldens"), "*.json")
            .Order(StringComparer.Ordinal)
            .Select(path => JsonSerializer.Deserialize<Golden>(File.ReadAllBytes(path))!)
            .ToList();

    /// <summary>The encoder that the outputs belong to.</summary>
    public RandomModel Model() => RandomModel.Create(Shape, Seed);

    /// <summary>The input of a text, where <see cref="EncoderShape.VocabSize"/> is 0.</summary>
    /// <returns>[tokens, H].</returns>
    public float[] Vectors(GoldenText text) => RandomModel.Vectors(Shape, Seed, text.Tokens);

    /// <summary>The largest absolute difference of a last hidden state [tokens, H] from the stored values.</summary>
    public double HiddenError(GoldenText text, ReadOnlySpan<double> hidden)
    {
        int width = hidden.Length / text.Tokens;
        int ends = Ends == 0 ? width / 2 : Ends;
        double error = 0;
        for (int token = 0; token < text.Tokens; token++)
        {
            ReadOnlySpan<double> row = hidden.Slice(token * width, width);
            ReadOnlySpan<double> stored = text.Hidden.AsSpan(token * 2 * ends, 2 * ends);
            error = Math.Max(error, Difference.Max(row[..ends], stored[..ends]));
            error = Math.Max(error, Difference.Max(row[^ends..], stored[ends..]));
        }

        return error;
    }

    /// <summary>The largest absolute difference of a last hidden state [tokens, H] from the stored values.</summary>
    public double HiddenError(GoldenText text, ReadOnlySpan<float> hidden) =>
        HiddenError(text, Array.ConvertAll(hidden.ToArray(), value => (double)value));

    /// <summary>The largest absolute difference of the head's output from the stored values.</summary>
    /// <param name="text">The text.</param>
    /// <param name="output">The pooler's output [H], or logits as <see cref="GoldenText.Logits"/> has them.</param>
    public double HeadError(GoldenText text, ReadOnlySpan<double> output) =>
        Difference.Max(output, Shape.Head == "Pooler" ? text.PoolerOutput : text.Logits);

    /// <summary>The largest absolute difference of the head's output from the stored values.</summary>
    public double HeadError(GoldenText text, ReadOnlySpan<float> output) =>
        HeadError(text, Array.ConvertAll(output.ToArray(), value => (double)value));

    /// <summary>The case's name, which is what a test runner shows.</summary>
    public override string ToString() => Name;
}

/// <summary>One text of a golden.</summary>
public sealed record GoldenText
{
    /// <summary>Length of the text.</summary>
    public required int Tokens { get; init; }

    /// <summary>Token ids [tokens]; empty where the encoder takes vectors.</summary>
    public int[] Ids { get; init; } = [];

    /// <summary>Segment ids [tokens]; empty where the encoder takes vectors.</summary>
    public int[] TypeIds { get; init; } = [];

    /// <summary>The last hidden state, [tokens, H], or the first and last <see cref="Golden.Ends"/> values of each row.</summary>
    public required double[] Hidden { get; init; }

    /// <summary>The attention probabilities [layers, heads, tokens, tokens], for short texts; otherwise empty.</summary>
    public required double[] Attentions { get; init; }

    /// <summary>The pooler's output [H]; empty without that head.</summary>
    public double[] PoolerOutput { get; init; } = [];

    /// <summary>Logits [labels], [tokens, labels] or, for words, [positions, V]; empty where the head gives none.</summary>
    public double[] Logits { get; init; } = [];

    /// <summary>The tokens whose words are predicted, by a masked language model.</summary>
    public int[] Positions { get; init; } = [];
}

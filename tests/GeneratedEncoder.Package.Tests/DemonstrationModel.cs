using System.Globalization;
using System.Text.Json;

namespace GeneratedEncoder.Package.Tests;

/// <summary>The quickstart's model, which is small, and what an independent program computed of it in double precision.</summary>
internal static class DemonstrationModel
{
    public const string Name = "demonstration-model";

    /// <summary>Columns that <see cref="AssertEmbedding"/> compares.</summary>
    public const int Columns = 8;

    public static string Folder { get; } = Path.Combine(Repository.Root, "samples", "Quickstart", "Model");

    /// <summary>Its first sentence's text and token ids.</summary>
    public static string Sentence => First.GetProperty("sentence").GetString()!;

    public static string[] Ids => [.. First.GetProperty("ids").EnumerateArray().Select(id => id.GetRawText())];

    private static JsonElement First { get; } =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "expected.json"))).RootElement.GetProperty("sentences")[0];

    /// <summary>A program's line is the first columns of the mean of the sentence's hidden states.</summary>
    public static void AssertEmbedding(string line)
    {
        double[][] rows = [.. First.GetProperty("last_hidden_state_first_8").EnumerateArray()
            .Select(row => row.EnumerateArray().Select(value => value.GetDouble()).ToArray())];
        double[] embedding = Array.ConvertAll(line.Trim().Split(' '), value => double.Parse(value, CultureInfo.InvariantCulture));
        Assert.Equal(Columns, embedding.Length);
        for (int column = 0; column < Columns; column++)
        {
            Assert.InRange(embedding[column] - rows.Average(row => row[column]), -3e-5, 3e-5);
        }
    }
}

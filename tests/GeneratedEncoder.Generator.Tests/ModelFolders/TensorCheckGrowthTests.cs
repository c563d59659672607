using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

/// <summary>What a folder's tensors cost the compiler grows with their number, not with its square.</summary>
public sealed class TensorCheckGrowthTests
{
    [Theory]
    [InlineData("one file")]
    [InlineData("an index")]
    [InlineData("no anchor")]
    public void Unrelated_tensors_cost_their_number(string layout)
    {
        _ = Seconds(layout, 1000);
        double small = Seconds(layout, 5_000), large = Seconds(layout, 20_000);

        // Four times as many: 4 if linear, 16 if quadratic, and what is fixed makes either less.
        Assert.True(large < 9 * small, FormattableString.Invariant($"5,000 tensors took {small:F3} s, 20,000 took {large:F3} s."));
    }

    /// <summary>The least of a few runs: others use the machine too.</summary>
    private static double Seconds(string layout, int tensors)
    {
        StringBuilder header = new(TinyFolder.Header(TinyFolder.Tensors()).TrimEnd()[..^1]), index = new("{\"weight_map\": {\"x\": \"a\"");
        foreach ((string name, _, _) in TinyFolder.Tensors())
        {
            index.Append(CultureInfo.InvariantCulture, $",\"{name}\":\"a\"");
        }

        for (int i = 0; i < tensors; i++)
        {
            header.Append(CultureInfo.InvariantCulture, $",\"unrelated.deeply.nested.{i}.weight\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}");
            index.Append(CultureInfo.InvariantCulture, $",\"unrelated.deeply.nested.{i}.weight\":\"a\"");
        }

        string text = header.Append('}').ToString();
        TinyFolder folder = layout switch
        {
            "an index" => new TinyFolder().With("model.safetensors", null).With("a", text).With("model.safetensors.index.json", index.Append("}}").ToString()),
            "no anchor" => new TinyFolder().With("model.safetensors", text.Replace("embeddings.word_embeddings", "embeddings.words")),
            _ => new TinyFolder().With("model.safetensors", text),
        };
        string bundle = folder.Text;
        return Enumerable.Range(0, 3).Min(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            Assert.Equal(layout == "no anchor" ? 1 : 0, TinyFolder.Complete(bundle, folder.Name).Problems.Count);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        });
    }
}

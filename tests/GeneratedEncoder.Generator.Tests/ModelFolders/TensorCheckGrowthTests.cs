using System.Globalization;
using System.Text;
using GeneratedEncoder.Tests;

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
        TinyFolder few = Folder(layout, 5_000), many = Folder(layout, 20_000);
        string fewText = few.Text, manyText = many.Text;

        Assert.Null(Growth.Fault(() => Check(few, fewText), () => Check(many, manyText)));

        void Check(TinyFolder folder, string bundle) =>
            Assert.Equal(layout == "no anchor" ? 1 : 0, TinyFolder.Complete(bundle, folder.Name).Problems.Count);
    }

    private static TinyFolder Folder(string layout, int tensors)
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
        return layout switch
        {
            "an index" => new TinyFolder().With("model.safetensors", null).With("a", text).With("model.safetensors.index.json", index.Append("}}").ToString()),
            "no anchor" => new TinyFolder().With("model.safetensors", text.Replace("embeddings.word_embeddings", "embeddings.words")),
            _ => new TinyFolder().With("model.safetensors", text),
        };
    }
}

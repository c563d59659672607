using System.Text.Json;
using System.Text.Json.Nodes;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>A model in several files that an index lists, or in a folder, is the model that it is in one file.</summary>
public sealed class ShardedFileTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";

    private static readonly EncoderCase s_case = EncoderCase.Of<OddGelu>();
    private static readonly Text s_text = Text.Random(s_case.Shape, seed: 4, tokens: 11);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_stands_for_its_model()
    {
        s_case.Model.Save(_folder["model.safetensors"]);

        AssertSameBits(_folder[""]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Index)]
    public void Shards_give_the_bits_of_the_whole(string path)
    {
        SaveShards(3);

        AssertSameBits(_folder[path]);
    }

    [Fact]
    public void A_file_is_preferred_to_an_index_beside_it()
    {
        s_case.Model.Save(_folder["model.safetensors"]);
        File.WriteAllText(_folder[Index], "nonsense");

        AssertSameBits(_folder[""]);
    }

    [Fact]
    public void A_byte_order_mark_before_an_index_is_passed_over()
    {
        SaveShards(2);
        File.WriteAllBytes(_folder[Index], [0xEF, 0xBB, 0xBF, .. File.ReadAllBytes(_folder[Index])]);

        AssertSameBits(_folder[""]);
    }

    [Fact]
    public void A_shard_that_is_missing_is_named()
    {
        SaveShards(3);
        File.Delete(_folder["model-2.safetensors"]);

        Assert.EndsWith("model-2.safetensors", Assert.Throws<FileNotFoundException>(() => OddGelu.Load(_folder[""])).FileName, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shard_without_the_tensor_that_the_index_promises_is_refused()
    {
        SaveShards(2);
        JsonNode index = JsonNode.Parse(File.ReadAllText(_folder[Index]))!;
        index["weight_map"]!["embeddings.LayerNorm.bias"] = "model-1.safetensors";
        index["weight_map"]!["embeddings.LayerNorm.weight"] = "model-1.safetensors";
        File.WriteAllText(_folder[Index], index.ToJsonString());

        AssertRefused("says that the tensor 'embeddings.LayerNorm.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"weight_map\": 1}")]
    [InlineData("{\"weight_map\": {\"a\": 1}}")]
    public void An_index_that_is_none_is_refused(string index)
    {
        File.WriteAllText(_folder[Index], index);

        AssertRefused(index.Length == 0 ? "has no bytes" : "is not an index of safetensors files");
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("\\\\server\\share\\a.safetensors")]
    [InlineData("//server/share/a.safetensors")]
    [InlineData("C:a.safetensors")]
    [InlineData("NUL")]
    [InlineData("com1.safetensors")]
    public void A_shard_elsewhere_is_refused_unseen(string shard)
    {
        File.WriteAllText(_folder[Index], $$$"""{"weight_map": {"a": {{{JsonSerializer.Serialize(shard)}}}}}""");

        AssertRefused($"puts the tensor 'a' into '{shard}', which is no file's name");
    }

    [Fact]
    public void A_shard_with_a_name_that_no_file_can_have_is_refused()
    {
        File.WriteAllText(_folder[Index], """{"weight_map": {"a": "b\u0000"}}""");

        AssertRefused("which is no file's name");
    }

    /// <summary>Deals the tensors out to files in turn, as no exporter would, so that every layer needs every file.</summary>
    private void SaveShards(int shards)
    {
        JsonObject map = [];
        string[] names = [.. s_case.Model.Tensors.Keys];
        for (int shard = 0; shard < shards; shard++)
        {
            string file = $"model-{shard + 1}.safetensors";
            string[] dealt = [.. names.Where((_, i) => i % shards == shard)];
            SafetensorsWriter.Write(_folder[file], WeightType.F32, dealt.Select(name => (name, s_case.Model.Tensors[name])));
            foreach (string name in dealt)
            {
                map[name] = file;
            }
        }

        File.WriteAllText(_folder[Index], new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = 0 }, ["weight_map"] = map }.ToJsonString());
    }

    private void AssertSameBits(string path)
    {
        using Subject expected = Subject.Load(s_case);
        float[] actual = new float[s_text.Ids.Length * OddGelu.HiddenSize];
        using OddGelu encoder = OddGelu.Load(path);
        encoder.Encode(s_text.Ids, s_text.TypeIds, actual);

        Bits.AssertSame(expected.Encode(s_text), actual);
    }

    private void AssertRefused(string message)
    {
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => OddGelu.Load(_folder[""]));
        Assert.Contains(_folder[""], exception.Message);
        Assert.Contains(message, exception.Message);
    }
}

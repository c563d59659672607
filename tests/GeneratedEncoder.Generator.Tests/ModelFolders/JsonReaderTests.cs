using System.Text.Json;
using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

/// <summary>The reader takes what System.Text.Json takes, reads the same from it, and refuses the rest.</summary>
public sealed class JsonReaderTests
{
    [Theory]
    [InlineData("{\"a\": [1, -2.5e-12, 0, 0.5E+3], \"b\": {\"__type\": \"x:#y\", \"\": true}, \"c d\": null, \"e\": false}")]
    [InlineData("\"\\u00e9\\n\\\"\\\\\\/\\b\\f\\r\\t\\ud83d\\ude00 \u00e9\"")]
    [InlineData(" [ ] ")]
    [InlineData("{}")]
    [InlineData("-0")]
    [InlineData("1000000000000000019884624838656")]
    public void Json_is_read(string text) => Assert.Equal(Text(JsonDocument.Parse(text).RootElement), Text(JsonReader.Parse(text)));

    [Theory]
    [InlineData("")]
    [InlineData("[1,]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1 2}")]
    [InlineData("{} {}")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("-")]
    [InlineData("1e")]
    [InlineData("+1")]
    [InlineData("NaN")]
    [InlineData("nul")]
    [InlineData("True")]
    [InlineData("'a'")]
    [InlineData("{a:1}")]
    [InlineData("{\"a\"}")]
    [InlineData("\"a")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12\"")]
    [InlineData("\"\n\"")]
    [InlineData("\"\\u+123\"")]
    [InlineData("\u00a01")]
    [InlineData("/* */ 1")]
    public void What_is_not_json_is_refused(string text)
    {
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(text));
        Assert.Throws<JsonFormatException>(() => JsonReader.Parse(text));
    }

    [Fact]
    public void The_last_of_two_members_of_one_name_counts() => Assert.Equal(2, JsonReader.Parse("{\"a\": 1, \"a\": 2}")["a"]!.AsWhole);

    [Fact]
    public void A_bundle_is_read_as_it_was_written()
    {
        ModelBundle bundle = new()
        {
            Name = "nä\"me\\", Folder = "../a b;c", OutputFolder = "Models/x", Problem = "line\nbreak\u0001",
            Files = new Dictionary<string, string> { ["b/c.json"] = "{\"a\":\t\"\\u0000\"}\r\n", ["a.json"] = "" },
        };

        ModelBundle read = ModelBundle.Read(bundle.Write());

        Assert.Equal((bundle.Name, bundle.Folder, bundle.OutputFolder, bundle.Problem), (read.Name, read.Folder, read.OutputFolder, read.Problem));
        Assert.Equal(bundle.Files.OrderBy(file => file.Key), read.Files.OrderBy(file => file.Key));
    }

    /// <summary>Some two bytes of text make an object of forty: what a file of 16 MB makes the compiler allocate is bounded.</summary>
    [Fact]
    public void More_values_than_any_model_s_file_has()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        JsonFormatException exception = Assert.Throws<JsonFormatException>(() => JsonReader.Parse($"[{string.Join(',', Enumerable.Repeat('0', 4_000_000))}]"));

        Assert.EndsWith(": more than 1000000 values", exception.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300_000_000);
    }

    private static string Text(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(",", json.EnumerateObject().Select(member => $"{member.Name}:{Text(member.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(",", json.EnumerateArray().Select(Text))}]",
        JsonValueKind.String => json.GetString()!,
        _ => json.GetRawText(),
    };

    private static string Text(JsonValue json) => json.Kind switch
    {
        JsonKind.Object => $"{{{string.Join(",", json.Members.Select(member => $"{member.Key}:{Text(member.Value)}"))}}}",
        JsonKind.Array => $"[{string.Join(",", json.Items.Select(Text))}]",
        _ => json.Text,
    };
}

using System.Text;

namespace GeneratedEncoder.Fuzz;

/// <summary>An index and the files that it names.</summary>
internal sealed class ShardsTarget : FuzzTarget
{
    private const string Index = "model.safetensors.index.json";

    private readonly Lazy<ScratchFolder> _folder = new(() => new ScratchFolder());

    public override string Name => "shards";

    public override IEnumerable<byte[]> Seeds =>
    [
        Sections.Join(
            (Index, $"{{\"metadata\":{{\"total_size\":1}},\"weight_map\":{{{string.Join(',', SmallModel.Names.Select((name, i) => $"\"{name}\":\"{(i % 2 == 0 ? "a" : "b")}\""))}}}}}"),
            ("a", SmallModel.Header(which: i => i % 2 == 0)), ("b", SmallModel.Header(which: i => i % 2 == 1))),
        Sections.Join((Index, "{\"weight_map\":{\"embeddings.word_embeddings.weight\":\"a\",\"x\":\"../a\"}}"), ("a", SmallModel.Header())),
    ];

    public override IReadOnlyList<string> Words => [.. SafetensorsInput.Words, "weight_map", "metadata", "a", "b", "../a", "/dev/null", "/dev/zero", "a/b", "c", "CON", "..", ".", "a\\u0000", "*"];

    /// <summary>A file that the index names may be missing, or be a folder.</summary>
    public override bool IsDocumented(Exception e) => e is InvalidDataException or IOException or UnauthorizedAccessException;

    public override void Run(byte[] input)
    {
        ScratchFolder folder = _folder.Value;
        List<string> written = [];
        foreach ((string name, byte[] bytes) in Sections.Split(input))
        {
            if (name is Index or "a" or "b")
            {
                folder.Write(name, name == Index ? [bytes] : [BitConverter.GetBytes((long)bytes.Length), bytes, new byte[SmallModel.DataBytes]]);
                written.Add(name);
            }
        }

        folder.KeepOnly(written);
        SmallEncoder.Load(folder.Path).Dispose();
    }
}

using System.Buffers.Binary;
using System.Text.Json.Nodes;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Package.Tests;

/// <summary>
/// <see cref="MiniLmFolder"/> is laid out as the published model is. That is not the repository's: the test looks for a folder
/// shared/models beside it, and skips where there is none.
/// </summary>
public sealed class RealLayoutTests
{
    private static readonly string s_folder = Path.Combine(Path.GetDirectoryName(Repository.Root)!, "shared", "models", MiniLmFolder.Name);

    [SkippableFact]
    public void The_small_files_say_what_the_real_ones_say()
    {
        Skip.IfNot(Directory.Exists(s_folder), $"There is no shared/models/{MiniLmFolder.Name} beside the repository.");

        foreach ((string path, string text) in MiniLmFolder.Texts)
        {
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(Path.Combine(s_folder, path))), JsonNode.Parse(text)), path);
        }
    }

    [SkippableFact]
    public void The_tensors_are_the_real_ones_in_their_order()
    {
        Skip.IfNot(Directory.Exists(s_folder), $"There is no shared/models/{MiniLmFolder.Name} beside the repository.");
        using FileStream file = File.OpenRead(Path.Combine(s_folder, "model.truncated.safetensors"));
        byte[] length = new byte[8];
        file.ReadExactly(length);
        byte[] header = new byte[BinaryPrimitives.ReadInt64LittleEndian(length)];
        file.ReadExactly(header);

        Assert.Equal(
            JsonNode.Parse(header)!.AsObject().Select(entry => $"{entry.Key} {entry.Value!.ToJsonString()}"),
            MiniLmFolder.Header(MiniLmFolder.CreateModel()).Select(entry => $"{entry.Key} {entry.Value!.ToJsonString()}"));
    }
}

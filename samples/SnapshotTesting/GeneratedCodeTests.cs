namespace SnapshotTesting;

/// <summary>The code generated for the encoder is the code that was read and approved.</summary>
public sealed class GeneratedCodeTests
{
    /// <summary>Few files, and those that matter here: public members and memory, which tensor goes where, the order of the layers.</summary>
    [Theory]
    [InlineData("SentenceEncoder.g.cs")]
    [InlineData("SentenceEncoder.Weights.g.cs")]
    [InlineData("SentenceEncoder.Forward.V256.g.cs")]
    public void It_is_as_approved(string file)
    {
        string text = File.ReadAllText(Path.Combine(
            Snapshot.FolderOf("GeneratedFiles"), "GeneratedEncoder.Generator", "GeneratedEncoder.Generator.EncoderGenerator", $"SnapshotTesting.{file}"));

        Snapshot.Verify(text, $"{nameof(GeneratedCodeTests)}.{nameof(It_is_as_approved)}#{file.Replace(".g.cs", "")}");
    }

    /// <summary>So that a new version of the package can't make a server need more memory unnoticed.</summary>
    [Fact]
    public void It_needs_no_more_memory_than_planned()
    {
        Assert.InRange(SentenceEncoder.WeightBytes, 1, 45_000_000);
        Assert.InRange(SentenceEncoder.WorkspaceBytes, 1, 10_000_000);
    }
}

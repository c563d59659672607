extern alias build;

using build::GeneratedEncoder.Build;
using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

/// <summary>
/// Folders of published models, without their weights. They are not the repository's: the tests look for a folder
/// shared/models beside it, and skip where there is none.
/// </summary>
public sealed class RealFolderTests
{
    [SkippableFact]
    public void MiniLM_is_understood_whole()
    {
        (EncoderSpec spec, IReadOnlyList<SpecProblem> problems) = Complete("all-MiniLM-L6-v2");

        Assert.Empty(problems);
        Assert.Equal(
            (ModelType.Bert, 384, 6, 12, 1536, 512, 30522, 2, 0),
            (spec.ModelType, spec.HiddenSize, spec.NumHiddenLayers, spec.NumAttentionHeads, spec.IntermediateSize,
                spec.MaxPositionEmbeddings, spec.VocabSize, spec.TypeVocabSize, spec.PositionOffset));
        Assert.Equal((HiddenAct.Gelu, 1e-12, Pooling.Mean, true, 256, Head.None), (spec.HiddenAct, spec.LayerNormEps, spec.Pooling, spec.Normalize, spec.MaxTokens, spec.Head));
        Assert.Equal(
            [
                "config.json: bert, 6 layers of 384, 12 heads, Gelu", "modules.json: Transformer, Pooling, Normalize",
                "1_Pooling/config.json: pooling_mode_mean_tokens", "sentence_bert_config.json: max_seq_length = 256", "model.safetensors: 104 tensors, F32, I64",
            ],
            spec.Model!.Read);
    }

    /// <summary>A twelve-layer sibling's config with the six layers' weights, and no pipeline.</summary>
    [SkippableFact]
    public void Gte_small_is_understood_and_the_tensors_of_another_model_are_missed()
    {
        (EncoderSpec spec, IReadOnlyList<SpecProblem> problems) = Complete("gte-small");

        Assert.Equal((384, 12, 12, 1536, 512), (spec.HiddenSize, spec.NumHiddenLayers, spec.NumAttentionHeads, spec.IntermediateSize, spec.MaxTokens));
        Assert.Equal(10, problems.Count);
        Assert.All(problems, problem => Assert.Equal("GE0024", problem.Rule.Id));
        Assert.Equal("encoder.layer.6.attention.self.query.weight", problems[0].Arguments[1]);
    }

    [SkippableFact]
    public void The_truncated_weights_are_refused_by_the_build() => Assert.Contains(
        "it may be truncated",
        Assert.Throws<InvalidDataException>(() => SafetensorsHeaderFile.Read(Path.Combine(Folder("all-MiniLM-L6-v2"), "model.truncated.safetensors"))).Message,
        StringComparison.Ordinal);

    /// <summary>The folder's bundle, with the header of the real weights, which are here only cut off.</summary>
    private static (EncoderSpec, IReadOnlyList<SpecProblem>) Complete(string name)
    {
        ModelBundle bundle = ModelBundle.Read(ModelFolder.Read(Folder(name), name, name).Bundle.Write());
        using FileStream weights = File.OpenRead(Path.Combine(Folder("all-MiniLM-L6-v2"), "model.truncated.safetensors"));
        using BinaryReader reader = new(weights);
        string header = System.Text.Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadInt64()));
        Dictionary<string, string> files = new(bundle.Files.ToDictionary()) { ["model.safetensors"] = header };
        return TinyFolder.Complete((bundle with { Problem = null, Files = files }).Write(), name);
    }

    private static string Folder(string name)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "GeneratedEncoder.sln")))
        {
            root = root.Parent;
        }

        string? folder = root?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "models", name) : null;
        Skip.IfNot(Directory.Exists(folder), $"There is no shared/models/{name} beside the repository.");
        return folder!;
    }
}

extern alias build;

using build::GeneratedEncoder.Build;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace GeneratedEncoder.Generator.Tests.ModelFolders;

// The weights of modules, which have files of their own.
public sealed partial class TaskTests
{
    [Theory]
    [InlineData("sentence_transformers.models.Dense", "2_Dense")]
    [InlineData("sentence_transformers.base.modules.dense.Dense", "2_Dense/")]
    [InlineData("sentence_transformers.models.LayerNorm", "2_Dense")]
    public void A_modules_weights_are_copied_and_their_header_is_seen(string type, string path)
    {
        WriteModule(type, path);

        ReadEncoderModels task = Run(Folder());

        Assert.Equal(DenseHeader, BundleOf(task).Files["2_Dense/model.safetensors"]);
        Assert.Null(BundleOf(task).Problem);
        ITaskItem copy = Assert.Single(task.Files, file => file.GetMetadata("Link") == "Models/tiny/2_Dense/model.safetensors");
        Assert.Equal(PathOf("2_Dense/model.safetensors"), copy.ItemSpec.Replace("%3B", ";"));
        Assert.Equal("models/tiny/2_Dense/", copy.GetMetadata("PackagePath"));
        Assert.NotEqual("0", copy.GetMetadata("Bytes"));
    }

    [Theory]
    [InlineData("sentence_transformers.models.Normalize", "2_Dense")]
    [InlineData("sentence_transformers.models.Dense", "../tiny/2_Dense")]
    public void Weights_that_no_module_has_are_left(string type, string path)
    {
        WriteModule(type, path);

        ReadEncoderModels task = Run(Folder());

        Assert.DoesNotContain("2_Dense/model.safetensors", BundleOf(task).Files.Keys);
        Assert.DoesNotContain(task.Files, file => file.ItemSpec.EndsWith("2_Dense/model.safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public void Weights_that_a_module_lacks_are_said_to_be_missing()
    {
        WriteModule("sentence_transformers.models.Dense", "2_Dense");
        File.Delete(PathOf("2_Dense/model.safetensors"));
        Assert.Equal("it has no 2_Dense/model.safetensors", BundleOf(Run(Folder())).Problem);

        Write("2_Dense/pytorch_model.bin", [1, 2, 3]);
        Assert.StartsWith("it has no 2_Dense/model.safetensors; its 2_Dense/pytorch_model.bin must be converted to safetensors", BundleOf(Run(Folder())).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_modules_weights_are_judged_as_the_models_are()
    {
        WriteModule("sentence_transformers.models.Dense", "2_Dense");
        Write("2_Dense/model.safetensors", Weights(DenseHeader).AsSpan(..^1));
        Assert.Contains("2_Dense/model.safetensors can't be read: the tensor 'linear.weight' is said to end at byte 4", BundleOf(Run(Folder())).Problem, StringComparison.Ordinal);

        if (!OperatingSystem.IsWindows())
        {
            Directory.Move(PathOf("2_Dense"), Path.Combine(_root.FullName, "elsewhere"));
            Directory.CreateSymbolicLink(PathOf("2_Dense"), Path.Combine(_root.FullName, "elsewhere"));
            Assert.Contains("outside of the folder", BundleOf(Run(Folder())).Problem, StringComparison.Ordinal);
        }
    }
}

using GeneratedEncoder.Oracles;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>Weights of the modules that come after an encoder: files of their own, in folders of the model's.</summary>
public sealed class ModuleFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ModuleFileTests()
    {
        Write("model/model.safetensors", "anchor", 0);
        Write("model/2_Dense/model.safetensors", "linear.weight", 1, 2, 3);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model", "2_Dense")]
    [InlineData("model", "2_Dense/")]
    [InlineData("model/model.safetensors", "2_Dense")]
    public void Are_found_from_what_the_model_was_loaded_by(string path, string folder)
    {
        using ModelTensors model = ModelTensors.Open(_folder[path], "anchor"), module = model.OpenModule(folder);
        float[] weight = new float[3];

        module.CopyVector("linear.weight", "", 3, weight);

        Assert.Equal([1, 2, 3], weight);
        Assert.False(module.HasTensor("anchor"));
    }

    [Fact]
    public void Outlive_the_models_file()
    {
        ModelTensors model = ModelTensors.Open(_folder["model"], "anchor");
        using ModelTensors module = model.OpenModule("2_Dense");
        model.Dispose();

        module.CopyVector("linear.weight", "", 3, new float[3]);
    }

    [Fact]
    public void Must_be_finite_if_the_models_must()
    {
        Write("model/2_Dense/model.safetensors", "linear.weight", 1, float.NaN, 3);
        using ModelTensors model = ModelTensors.Open(_folder["model"], "anchor");
        model.OpenModule("2_Dense").Dispose();
        model.RefuseNonFinite();
        using ModelTensors module = model.OpenModule("2_Dense");

        Assert.Contains("NaN", Assert.Throws<InvalidDataException>(() => module.CopyVector("linear.weight", "", 3, new float[3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void That_are_missing_are_said_to_be()
    {
        using ModelTensors model = ModelTensors.Open(_folder["model"], "anchor");
        Assert.EndsWith("3_Dense' has no model.safetensors.", Assert.Throws<FileNotFoundException>(() => model.OpenModule("3_Dense")).Message, StringComparison.Ordinal);

        Directory.CreateDirectory(_folder["model/3_Dense"]);
        File.WriteAllText(_folder["model/3_Dense/pytorch_model.bin"], "pickled");
        Assert.Contains("its pytorch_model.bin must be converted to safetensors", Assert.Throws<FileNotFoundException>(() => model.OpenModule("3_Dense")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void That_are_damaged_are_refused()
    {
        File.WriteAllText(_folder["model/2_Dense/model.safetensors"], "version https://git-lfs.github.com/spec/v1\n");
        using ModelTensors model = ModelTensors.Open(_folder["model"], "anchor");

        Assert.Contains("Git LFS pointer", Assert.Throws<InvalidDataException>(() => model.OpenModule("2_Dense")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../other")]
    [InlineData("/etc")]
    [InlineData("")]
    [InlineData("NUL")]
    [InlineData("a//b")]
    public void Lie_in_the_models_folder(string folder)
    {
        using ModelTensors model = ModelTensors.Open(_folder["model"], "anchor");

        Assert.Throws<ArgumentException>(() => model.OpenModule(folder));
    }

    [SkippableFact]
    public void Links_out_of_the_models_folder_are_not_followed()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need rights there.");
        Write("elsewhere/model.safetensors", "linear.weight", 1, 2, 3);
        Directory.CreateSymbolicLink(_folder["model/3_Dense"], _folder["elsewhere"]);
        Directory.CreateSymbolicLink(_folder["model/4_Dense"], _folder["model/2_Dense"]);
        using ModelTensors model = ModelTensors.Open(_folder["model"], "anchor");

        Assert.Contains("links out of model folders are not followed", Assert.Throws<InvalidDataException>(() => model.OpenModule("3_Dense")).Message, StringComparison.Ordinal);
        model.OpenModule("4_Dense").Dispose();
    }

    private void Write(string path, string tensor, params float[] values)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        SafetensorsWriter.Write(_folder[path], WeightType.F32, [(tensor, new Tensor([values.Length], values))]);
    }
}

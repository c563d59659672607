using System.Text;
using GeneratedEncoder.Generator.Spec.ModelFolders;
using GeneratedEncoder.Generator.Tests.ModelFolders;

namespace GeneratedEncoder.Generator.Tests.Hub;

/// <summary>A model with a module after the encoder that has weights: they are downloaded, locked and checked as the model's own are.</summary>
public sealed class HubModuleTests : IDisposable
{
    private const string Weights = "2_Dense/model.safetensors";

    private static readonly string s_header = TinyFolder.Header([("linear.weight", "F32", [4, 16])]);

    private readonly HubProject _project = new();

    public HubModuleTests()
    {
        Dictionary<string, byte[]> files = HubProject.Files(1);
        files["modules.json"] = Encoding.UTF8.GetBytes(TinyFolder.Modules.Replace("2_Normalize", "2_Dense", StringComparison.Ordinal).Replace("models.Normalize", "models.Dense", StringComparison.Ordinal));
        files["2_Dense/config.json"] = "{}"u8.ToArray();
        files[Weights] = HubProject.Weights(Encoding.UTF8.GetBytes(s_header), 3);
        files["2_Dense/pytorch_model.bin"] = [1, 2, 3];
        files["3_Dense/model.safetensors"] = [1, 2, 3];
        _project.Server.Commits[HubProject.Commit] = files;
    }

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Its_weights_come_with_the_model()
    {
        HubBuild build = _project.Build("main").AssertSuccess();

        ModelBundle bundle = ModelBundle.Read(File.ReadAllText(Assert.Single(build.Task.Bundles).ItemSpec));
        Assert.Null(bundle.Problem);
        Assert.Equal(s_header, bundle.Files[Weights]);
        var copy = Assert.Single(build.Task.Files, file => file.GetMetadata("Link") == "Models/tiny/" + Weights);
        Assert.Equal(_project.Server.Commits[HubProject.Commit][Weights], File.ReadAllBytes(copy.ItemSpec));
        Assert.Contains($"\"{Weights}\"", File.ReadAllText(_project.LockFile), StringComparison.Ordinal);
        Assert.DoesNotContain(_project.Server.Requests, request => request.Path.Contains("3_Dense", StringComparison.Ordinal) || request.Path.Contains("bin", StringComparison.Ordinal));
    }

    [Fact]
    public void Later_builds_make_no_request_and_see_a_change()
    {
        _project.Build("main").AssertSuccess();
        _project.Server.Forget();
        _project.Build("main").AssertSuccess();
        Assert.Empty(_project.Server.Requests);

        byte[] other = File.ReadAllBytes(_project.Snapshot(Weights));
        other[^1]++;
        File.Delete(_project.Snapshot(Weights));
        File.WriteAllBytes(_project.Snapshot(Weights), other);

        Assert.Contains($"{Weights} of 'org/tiny' at {HubProject.Commit} isn't the one that encoder-models.lock.json has", _project.Build("main").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_without_them_is_completed_at_its_commit()
    {
        _project.Build("main").AssertSuccess();
        string whole = File.ReadAllText(_project.LockFile);
        string[] lines = whole.Split('\n');
        File.WriteAllText(_project.LockFile, string.Join('\n', lines.Where(line => !line.Contains(Weights, StringComparison.Ordinal))).Replace("\"table\": 2", "\"table\": 1", StringComparison.Ordinal));
        Assert.NotEqual(whole, File.ReadAllText(_project.LockFile));

        _project.Build("main").AssertSuccess();

        Assert.Equal(whole, File.ReadAllText(_project.LockFile));
    }

    [Fact]
    public void Weights_that_are_pickles_only_are_refused()
    {
        _project.Server.Commits[HubProject.Commit] = _project.Server.Commits[HubProject.Commit].Where(file => file.Key != Weights).ToDictionary();

        Assert.StartsWith($"GE0116: 'org/tiny' at 'main' has no {Weights}, but 2_Dense/pytorch_model.bin. Pickles", _project.Build("main").Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_project.LockFile));
    }

    [Fact]
    public void A_cache_that_lacks_them_is_no_model_without_them()
    {
        _project.Build("main").AssertSuccess();
        File.Delete(_project.LockFile);
        File.Delete(_project.Snapshot(Weights));
        _project.Variables["HF_HUB_OFFLINE"] = "1";

        Assert.Contains($"doesn't tell whether the model has a {Weights}", _project.Build("main").Error, StringComparison.Ordinal);
    }
}

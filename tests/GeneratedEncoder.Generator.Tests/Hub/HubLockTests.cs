using System.Text.Json.Nodes;
using Microsoft.Build.Utilities;

namespace GeneratedEncoder.Generator.Tests.Hub;

/// <summary>The lock: what is written, what later builds hold against it, and when it changes.</summary>
public sealed class HubLockTests : IDisposable
{
    private readonly HubProject _project = new();

    public void Dispose() => _project.Dispose();

    private JsonObject Locked => JsonNode.Parse(File.ReadAllText(_project.LockFile))!.AsObject();

    [Fact]
    public void It_has_the_revision_the_commit_and_each_files_length_and_hash()
    {
        _project.Build("main").AssertSuccess();

        JsonNode model = Assert.Single(Locked["models"]!.AsArray())!;
        Assert.Equal(("org/tiny", "main", HubProject.Commit), (model["id"]!.GetValue<string>(), model["revision"]!.GetValue<string>(), model["commit"]!.GetValue<string>()));
        Assert.Equal(6, model["files"]!.AsObject().Count);
        foreach ((string file, JsonNode? entry) in model["files"]!.AsObject())
        {
            byte[] content = _project.Server.Commits[HubProject.Commit][file];
            Assert.Equal((content.Length, HubServer.Sha256(content)), (entry!["size"]!.GetValue<int>(), entry["sha256"]!.GetValue<string>()));
        }
    }

    [Fact]
    public void Without_a_revision_a_warning_says_how_to_pin_it()
    {
        HubBuild build = _project.Build().AssertSuccess();

        Assert.StartsWith("GE0110: The EncoderModel 'org/tiny' has no Revision", Assert.Single(build.Warnings), StringComparison.Ordinal);
        Assert.EndsWith($"Revision=\"{HubProject.Commit}\"", build.Warnings[0], StringComparison.Ordinal);

        _project.Server.Forget();
        HubBuild pinned = _project.Build(HubProject.Commit).AssertSuccess();

        Assert.Empty(pinned.Warnings);
        Assert.Empty(_project.Server.Requests);
        Assert.Equal(HubProject.Commit, Assert.Single(Locked["models"]!.AsArray())!["revision"]!.GetValue<string>());
    }

    [Fact]
    public void A_branch_stays_where_it_was_until_it_is_updated()
    {
        _project.Build("main").AssertSuccess();
        _project.Server.Commits[HubProject.Later] = HubProject.Files(2);
        _project.Server.Branches["main"] = HubProject.Later;
        _project.Server.Forget();

        _project.Build("main").AssertSuccess();
        Assert.Empty(_project.Server.Requests);

        HubBuild updated = _project.Build("main", task => task.Update = true).AssertSuccess();
        Assert.Equal(HubProject.Later, Locked["models"]![0]!["commit"]!.GetValue<string>());
        Assert.Equal(
            _project.Server.Commits[HubProject.Later]["vocab.txt"],
            File.ReadAllBytes(updated.Task.Files.Single(file => file.GetMetadata("Link").EndsWith("vocab.txt", StringComparison.Ordinal)).ItemSpec));
        Assert.Equal(HubProject.Later, File.ReadAllText(Path.Combine(_project.Cache, "refs/main")));
    }

    [Fact]
    public void A_model_whose_entry_is_deleted_is_looked_up_anew()
    {
        _project.Build("main").AssertSuccess();
        _project.Server.Commits[HubProject.Later] = HubProject.Files(2);
        _project.Server.Branches["main"] = HubProject.Later;
        File.Delete(_project.LockFile);

        _project.Build("main").AssertSuccess();

        Assert.Equal(HubProject.Later, Locked["models"]![0]!["commit"]!.GetValue<string>());
    }

    [Fact]
    public void Another_revision_in_the_project_takes_the_place_of_the_one_before_and_other_models_stay()
    {
        _project.Server.Commits[HubProject.Later] = HubProject.Files(2);
        _project.Server.Branches["v2"] = HubProject.Later;
        _project.Build("main").AssertSuccess();
        JsonObject text = Locked;
        JsonNode other = text["models"]![0]!.DeepClone();
        other["id"] = "org/other";
        text["models"]!.AsArray().Add(other);
        File.WriteAllText(_project.LockFile, text.ToJsonString());

        _project.Build("v2").AssertSuccess();

        Assert.Equal(["org/other main", "org/tiny v2"], Locked["models"]!.AsArray().Select(model => $"{model!["id"]} {model["revision"]}"));
    }

    [Fact]
    public void Two_revisions_of_a_model_in_a_project_are_both_locked()
    {
        _project.Server.Commits[HubProject.Later] = HubProject.Files(2);
        TaskItem first = HubProject.Item(revision: HubProject.Commit), second = HubProject.Item(revision: HubProject.Later);
        second.SetMetadata("ModelName", "later");

        HubBuild build = _project.Build(null, first, second).AssertSuccess();

        Assert.Equal(2, build.Task.Bundles.Length);
        Assert.Equal(2, Locked["models"]!.AsArray().Count);
        _project.Server.Forget();
        _project.Build(null, first, second).AssertSuccess();
        Assert.Empty(_project.Server.Requests);
    }

    [Theory]
    [InlineData("vocab.txt")]
    [InlineData("model.safetensors")]
    [InlineData("1_Pooling/config.json")]
    public void A_cached_file_that_differs_from_the_lock_is_an_error_with_both_hashes(string file)
    {
        _project.Build("main").AssertSuccess();
        string path = _project.Snapshot(file);
        byte[] content = File.ReadAllBytes(path), changed = [.. content];
        changed[^1] ^= 1;
        File.WriteAllBytes(path, changed);
        _project.Server.Forget();

        string error = _project.Build("main").Error;

        Assert.StartsWith($"GE0118: {file} of 'org/tiny' at {HubProject.Commit} isn't the one that encoder-models.lock.json has: '{path}' has ", error, StringComparison.Ordinal);
        Assert.Contains(HubServer.Sha256(content), error, StringComparison.Ordinal);
        Assert.Contains(HubServer.Sha256(changed), error, StringComparison.Ordinal);
        Assert.Empty(_project.Server.Requests);
    }

    [Fact]
    public void What_the_Hub_sends_later_must_be_what_was_locked()
    {
        _project.Build("main").AssertSuccess();
        Directory.Delete(_project.PathOf("home"), recursive: true);

        // A commit whose content isn't what it was: a Hub that lies consistently.
        _project.Server.Commits[HubProject.Commit] = HubProject.Files(2);

        string error = _project.Build("main").Error;

        Assert.StartsWith("GE0118: ", error, StringComparison.Ordinal);
        Assert.Contains(HubServer.Sha256(HubProject.Files(1)["model.safetensors"]), error, StringComparison.Ordinal);
        Assert.Contains(HubServer.Sha256(HubProject.Files(2)["model.safetensors"]), error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_the_cache_that_the_lock_does_not_have_is_not_used()
    {
        _project.Build("main").AssertSuccess();
        File.WriteAllText(_project.Snapshot("tokenizer_config.json"), "{}");

        Assert.Contains("has a tokenizer_config.json, and encoder-models.lock.json has none for 'org/tiny'", _project.Build("main").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "line 1, column 2")]
    [InlineData("{\"models\":[]}", "it has no version")]
    [InlineData("{\"version\":99,\"models\":[]}", "it has version 99, of another GeneratedEncoder")]
    [InlineData("{\"version\":1,\"models\":[{\"id\":\"../x\"}]}", "\"../x\" is no id")]
    [InlineData("{\"version\":1,\"models\":[{\"id\":\"org/tiny\",\"revision\":\"../x\"}]}", "\"../x\" is no revision")]
    [InlineData("{\"version\":1,\"models\":[{\"id\":\"org/tiny\",\"revision\":\"main\",\"commit\":\"../x\"}]}", "\"../x\" is no commit")]
    [InlineData("{\"version\":1,\"models\":[{\"id\":\"org/tiny\",\"revision\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\",\"commit\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}]}", "is no commit")]
    [InlineData("{\"version\":1,\"models\":[{\"id\":\"org/tiny\",\"revision\":\"main\",\"commit\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}]}", "'org/tiny' has no files")]
    [InlineData("{\"version\":1,\"models\":[{\"id\":\"org/tiny\",\"revision\":\"main\",\"commit\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"files\":{\"x\":{\"size\":1,\"sha256\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}}}]}", "'org/tiny' has no table")]
    [InlineData("{\"version\":1,\"models\":[{\"id\":\"org/tiny\",\"revision\":\"main\",\"commit\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"files\":{\"../x\":{}}}]}", "has a file '../x', which doesn't lie in its folder")]
    [InlineData("{\"version\":1,\"models\":[{\"id\":\"org/tiny\",\"revision\":\"main\",\"commit\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"files\":{\"x\":{\"size\":-1}}}]}", "x of 'org/tiny' has no size")]
    [InlineData("{\"version\":1,\"models\":[{\"id\":\"org/tiny\",\"revision\":\"main\",\"commit\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"files\":{\"x\":{\"size\":1,\"sha256\":\"y\"}}}]}", "\"y\" is no sha256")]
    public void A_lock_that_is_none_is_refused(string text, string message)
    {
        File.WriteAllText(_project.LockFile, text);

        string error = _project.Build("main").Error;

        Assert.StartsWith($"GE0118: '{_project.LockFile}' can't be read: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Empty(_project.Server.Requests);
    }

    [Fact]
    public void A_lock_that_knew_of_fewer_files_is_completed_at_its_commit()
    {
        _project.Build("main").AssertSuccess();
        JsonObject text = Locked;
        text["models"]![0]!["table"] = 0;
        text["models"]![0]!["files"]!.AsObject().Remove("vocab.txt");
        File.WriteAllText(_project.LockFile, text.ToJsonString());
        _project.Server.Commits[HubProject.Later] = HubProject.Files(2);
        _project.Server.Branches["main"] = HubProject.Later;

        _project.Build("main").AssertSuccess();

        Assert.Equal(2, Locked["models"]![0]!["table"]!.GetValue<int>());
        Assert.Equal(HubProject.Commit, Locked["models"]![0]!["commit"]!.GetValue<string>());
        Assert.NotNull(Locked["models"]![0]!["files"]!["vocab.txt"]);
    }

    [Fact]
    public void A_lock_that_may_not_change_does_not()
    {
        string error = _project.Build("main", task => task.LockedMode = true).Error;

        Assert.StartsWith("GE0118: encoder-models.lock.json has no 'org/tiny' at 'main', or it is to be looked up anew, and the lock may not change, since EncoderModelsLocked is set", error, StringComparison.Ordinal);
        Assert.Empty(_project.Server.Requests);
        Assert.False(File.Exists(_project.LockFile));
        _project.Build("main").AssertSuccess();
        _project.Build("main", task => task.LockedMode = true).AssertSuccess();
    }
}

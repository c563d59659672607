extern alias build;

using build::GeneratedEncoder.Build.Hub;

namespace GeneratedEncoder.Generator.Tests.Hub;

/// <summary>A cache that others filled, and a build without a network.</summary>
public sealed class HubCacheTests : IDisposable
{
    private readonly HubProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Offline_a_model_that_is_not_in_the_cache_is_an_error_that_says_so()
    {
        _project.Variables["HF_HUB_OFFLINE"] = "YES";

        string error = _project.Build("main").Error;

        Assert.StartsWith($"GE0112: HF_HUB_OFFLINE is set, and the cache '{_project.Cache}' doesn't have 'org/tiny' at 'main'", error, StringComparison.Ordinal);
        Assert.Empty(_project.Server.Requests);
    }

    [Fact]
    public void Offline_a_whole_cache_is_enough_for_another_project_without_a_lock()
    {
        _project.Build("main").AssertSuccess();
        File.Delete(_project.LockFile);
        _project.Server.Forget();
        _project.Variables["TRANSFORMERS_OFFLINE"] = "1";

        HubBuild build = _project.Build("main").AssertSuccess();

        Assert.Empty(HubProject.Complete(build).Problems);
        Assert.Empty(_project.Server.Requests);
        Assert.True(File.Exists(_project.LockFile));
    }

    [Theory]
    [InlineData("main")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_whole_repository_that_Python_downloaded_is_used_as_it_is(string revision)
    {
        FillAsPython([.. _project.Server.Commits[HubProject.Commit].Keys]);
        _project.Variables["HF_HUB_OFFLINE"] = "1";
        Assert.Empty(HubProject.Complete(_project.Build(revision).AssertSuccess()).Problems);

        File.Delete(_project.LockFile);
        _project.Variables.Remove("HF_HUB_OFFLINE");
        Assert.Empty(HubProject.Complete(_project.Build(revision).AssertSuccess()).Problems);

        // Online each file is held against what the Hub says of it, and none is downloaded.
        Assert.DoesNotContain(_project.Server.Requests, request => request.AtStore || (request.Method == "GET" && !request.Path.StartsWith("/api/models", StringComparison.Ordinal)));
        Assert.DoesNotContain("pytorch_model.bin", File.ReadAllText(_project.LockFile), StringComparison.Ordinal);
    }

    /// <summary>transformers leaves sentence-transformers' files out; without them the pooling would be another.</summary>
    [Fact]
    public void Offline_a_part_of_a_model_is_not_taken_for_the_whole()
    {
        FillAsPython(["config.json", "model.safetensors", "vocab.txt"]);
        _project.Variables["HF_HUB_OFFLINE"] = "1";

        Assert.Contains("doesn't tell whether the model has a modules.json", _project.Build("main").Error, StringComparison.Ordinal);

        _project.Variables.Remove("HF_HUB_OFFLINE");
        Assert.Empty(HubProject.Complete(_project.Build("main").AssertSuccess()).Problems);
        Assert.DoesNotContain(_project.Server.Requests, request => request.AtStore);
    }

    [Fact]
    public void Offline_a_locked_file_that_is_missing_is_named()
    {
        _project.Build("main").AssertSuccess();
        File.Delete(_project.Snapshot("vocab.txt"));
        _project.Variables["HF_HUB_OFFLINE"] = "1";

        Assert.Contains("has no vocab.txt. Build once without it", _project.Build("main").Error, StringComparison.Ordinal);

        _project.Variables.Remove("HF_HUB_OFFLINE");
        _project.Build("main").AssertSuccess();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_damaged_file_in_the_cache_is_refused(bool offline)
    {
        Skip.If(OperatingSystem.IsWindows(), "Without links there are no names to compare with.");
        FillAsPython([.. _project.Server.Commits[HubProject.Commit].Keys]);
        File.WriteAllText(_project.Snapshot("vocab.txt"), "damaged");
        if (offline)
        {
            _project.Variables["HF_HUB_OFFLINE"] = "1";
        }

        string error = _project.Build("main").Error;

        Assert.StartsWith("GE0115: ", error, StringComparison.Ordinal);
        Assert.Contains(_project.Snapshot("vocab.txt"), error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_link_to_a_content_that_is_gone_is_made_anew()
    {
        Skip.If(OperatingSystem.IsWindows(), "No links are made on Windows.");
        _project.Build("main").AssertSuccess();
        File.Delete(_project.Blob("vocab.txt"));

        _project.Build("main").AssertSuccess();

        Assert.True(File.Exists(_project.Blob("vocab.txt")));
    }

    [SkippableFact]
    public void A_link_out_of_the_cache_is_held_against_the_lock_like_any_file()
    {
        Skip.If(OperatingSystem.IsWindows(), "No links are made on Windows.");
        _project.Build("main").AssertSuccess();
        File.WriteAllText(_project.PathOf("secret"), "secret");
        File.Delete(_project.Snapshot("vocab.txt"));
        File.CreateSymbolicLink(_project.Snapshot("vocab.txt"), _project.PathOf("secret"));

        Assert.StartsWith("GE0118: vocab.txt of 'org/tiny'", _project.Build("main").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "~/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x", "/x/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x;HF_HOME=/y", "/y/hub")]
    [InlineData("HF_HOME=~/y", "~/y/hub")]
    [InlineData("HF_HOME=$PLACE/${PLACE}x/$NONE;PLACE=/z", "/z//zx/$NONE/hub")]
    [InlineData("HF_HOME=/y;HUGGINGFACE_HUB_CACHE=/z", "/z")]
    [InlineData("HF_HOME=/y;HUGGINGFACE_HUB_CACHE=/z;HF_HUB_CACHE=~", "~")]
    [InlineData("HF_HOME=;HF_HUB_CACHE=", "~/.cache/huggingface/hub")]
    public void The_cache_is_where_Pythons_library_has_it(string variables, string expected)
    {
        Dictionary<string, string> values = variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Append("HOME=/users/me").Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

        HubSettings settings = HubSettings.Read(name => values.GetValueOrDefault(name));

        Assert.Equal(Path.GetFullPath(expected.Replace("~", "/users/me", StringComparison.Ordinal)), settings.Cache);
    }

    [Theory]
    [InlineData(null, "https://huggingface.co/")]
    [InlineData("https://mirror.example/hub/", "https://mirror.example/hub")]
    public void The_endpoint_is_the_Hubs_unless_another_is_set(string? value, string expected) =>
        Assert.Equal(expected, HubSettings.Read(name => name == "HF_ENDPOINT" ? value : null).Endpoint.AbsoluteUri);

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("ON", true)]
    [InlineData("0", false)]
    [InlineData("no", false)]
    public void Offline_is_what_Pythons_library_takes_for_true(string value, bool expected) =>
        Assert.Equal(expected, HubSettings.Read(name => name == "HF_HUB_OFFLINE" ? value : null).Offline);

    /// <summary>The layout that snapshot_download leaves.</summary>
    private void FillAsPython(string[] files)
    {
        foreach (string file in files)
        {
            byte[] content = _project.Server.Commits[HubProject.Commit][file];
            string blob = _project.Blob(file), path = _project.Snapshot(file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
            if (OperatingSystem.IsWindows())
            {
                File.WriteAllBytes(path, content);
            }
            else
            {
                File.WriteAllBytes(blob, content);
                File.CreateSymbolicLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, blob));
            }
        }

        Directory.CreateDirectory(Path.Combine(_project.Cache, "refs"));
        File.WriteAllText(Path.Combine(_project.Cache, "refs/main"), HubProject.Commit);
    }
}

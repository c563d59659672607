using System.Text.RegularExpressions;
using TaskItem = Microsoft.Build.Utilities.TaskItem;

namespace GeneratedEncoder.Generator.Tests.Hub;

/// <summary>A model's first build, and those that follow: what is asked of the Hub, what is written, what is used.</summary>
public sealed class HubDownloadTests : IDisposable
{
    private static readonly string[] s_needed =
        ["1_Pooling/config.json", "config.json", "model.safetensors", "modules.json", "sentence_bert_config.json", "vocab.txt"];

    private readonly HubProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void The_first_build_downloads_what_is_needed_and_the_compiler_understands_it()
    {
        HubBuild build = _project.Build("main").AssertSuccess();

        Assert.Empty(HubProject.Complete(build).Problems);
        Assert.Empty(build.Warnings);
        Assert.Equal(s_needed, FilesIn(Path.Combine(_project.Cache, "snapshots", HubProject.Commit)));
        Assert.DoesNotContain(_project.Server.Requests, request => Regex.IsMatch(request.Path, "bin|onnx|openvino|h5|README"));
        Assert.Equal(s_needed, build.Task.Files.Select(file => file.GetMetadata("Link")["Models/tiny/".Length..]).Order(StringComparer.Ordinal));
        Assert.All(build.Task.Files, file => Assert.Equal("IfDifferent", file.GetMetadata("CopyToOutputDirectory")));
        Assert.All(build.Task.Files, file => Assert.Equal(
            _project.Server.Commits[HubProject.Commit][file.GetMetadata("Link")["Models/tiny/".Length..]], File.ReadAllBytes(file.ItemSpec)));
    }

    [SkippableFact]
    public void The_cache_is_laid_out_as_Pythons_library_does()
    {
        Skip.If(OperatingSystem.IsWindows(), "No links are made on Windows.");

        _project.Build("main").AssertSuccess();

        Assert.Equal(HubProject.Commit, File.ReadAllText(Path.Combine(_project.Cache, "refs/main")));
        foreach (string file in s_needed)
        {
            byte[] content = _project.Server.Commits[HubProject.Commit][file];
            string up = file.Contains('/', StringComparison.Ordinal) ? "../../../../" : "../../../";
            Assert.Equal(up[3..] + "blobs/" + _project.Server.EtagOf(content), new FileInfo(_project.Snapshot(file)).LinkTarget);
            Assert.Equal(content, File.ReadAllBytes(_project.Blob(file)));
        }

        Assert.Equal(s_needed.Length, Directory.GetFiles(Path.Combine(_project.Cache, "blobs")).Length);

        // Known not to be there, as Python's library notes it.
        Assert.True(File.Exists(Path.Combine(_project.Cache, ".no_exist", HubProject.Commit, "tokenizer_config.json")));
    }

    [Fact]
    public void Later_builds_make_no_request()
    {
        _project.Build("main").AssertSuccess();
        string text = File.ReadAllText(_project.LockFile);
        _project.Server.Forget();

        HubBuild build = _project.Build("main").AssertSuccess();

        Assert.Empty(_project.Server.Requests);
        Assert.Empty(HubProject.Complete(build).Problems);
        Assert.Equal(text, File.ReadAllText(_project.LockFile));
        Assert.Empty(build.Messages);

        _project.Server.Dispose();
        _project.Build("main").AssertSuccess();
        _project.Variables["HF_HUB_OFFLINE"] = "1";
        _project.Build("main").AssertSuccess();
    }

    [Fact]
    public void A_clean_checkout_with_the_lock_downloads_the_locked_files_and_asks_for_no_list()
    {
        _project.Build("main").AssertSuccess();
        string text = File.ReadAllText(_project.LockFile);
        Directory.Delete(_project.PathOf("home"), recursive: true);
        Directory.Delete(_project.PathOf("project/obj"), recursive: true);
        _project.Server.Forget();

        _project.Build("main").AssertSuccess();

        Assert.DoesNotContain(_project.Server.Requests, request => request.Path.StartsWith("/api/models", StringComparison.Ordinal));
        Assert.Equal(text, File.ReadAllText(_project.LockFile));
    }

    [Fact]
    public void The_token_is_shown_to_the_endpoint_and_to_no_other_host()
    {
        _project.Server.Token = _project.Variables["HF_TOKEN"] = "hf_secret";

        HubBuild build = _project.Build("main").AssertSuccess();

        Assert.Contains(_project.Server.Requests, request => request.AtStore);
        Assert.All(_project.Server.Requests, request => Assert.Equal(request.AtStore ? null : "Bearer hf_secret", request.Header("Authorization")));
        Assert.DoesNotContain("hf_secret", string.Join('\n', build.Messages) + File.ReadAllText(_project.LockFile), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HF_TOKEN", "user/none", "hf_1\n", "hf_1")]
    [InlineData("HUGGING_FACE_HUB_TOKEN", "user/none", "hf_2", "hf_2")]
    [InlineData(null, "home/token", "hf_3\r\n", "hf_3")]
    [InlineData("HF_HUB_DISABLE_IMPLICIT_TOKEN", "home/token", "1", null)]
    [InlineData(null, "user/none", "", null)]
    public void The_token_is_where_Pythons_library_finds_it(string? variable, string file, string value, string? expected)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_project.PathOf(file))!);
        File.WriteAllText(_project.PathOf(file), value);
        if (variable is not null)
        {
            _project.Variables[variable] = value;
        }

        _project.Build("main").AssertSuccess();

        Assert.All(_project.Server.Requests.Where(request => !request.AtStore), request => Assert.Equal(expected is null ? null : "Bearer " + expected, request.Header("Authorization")));
    }

    [Fact]
    public void HF_TOKEN_PATH_names_the_tokens_file()
    {
        File.WriteAllText(_project.PathOf("elsewhere"), "hf_4");
        _project.Variables["HF_TOKEN_PATH"] = "$PLACE/elsewhere";
        _project.Variables["PLACE"] = _project.PathOf("");

        _project.Build("main").AssertSuccess();

        Assert.Equal("Bearer hf_4", _project.Server.Requests[0].Header("Authorization"));
    }

    [Fact]
    public void Weights_may_be_in_shards()
    {
        Dictionary<string, byte[]> files = HubProject.Files(1);
        byte[] whole = files["model.safetensors"];
        files.Remove("model.safetensors");
        string header = System.Text.Encoding.UTF8.GetString(whole, 8, (int)BitConverter.ToInt64(whole));
        string[] names = [.. Regex.Matches(header, "\"([^\"]+)\":\\{\"dtype\"").Select(match => match.Groups[1].Value)];
        files["model-00001-of-00001.safetensors"] = whole;
        files["model.safetensors.index.json"] = System.Text.Encoding.UTF8.GetBytes(
            $"{{\"weight_map\":{{{string.Join(',', names.Select(name => $"\"{name}\":\"model-00001-of-00001.safetensors\""))}}}}}");
        _project.Server.Commits[HubProject.Commit] = files;

        HubBuild build = _project.Build("main").AssertSuccess();

        Assert.Empty(HubProject.Complete(build).Problems);
        Assert.Contains(build.Task.Files, file => file.GetMetadata("Link") == "Models/tiny/model-00001-of-00001.safetensors");
    }

    [Fact]
    public void What_is_beside_the_application_is_the_users_choice_as_with_a_folder()
    {
        TaskItem item = HubProject.Item(revision: "main");
        item.SetMetadata("ModelName", "other");
        item.SetMetadata("CopyToOutputDirectory", "Never");

        HubBuild build = _project.Build(null, item).AssertSuccess();

        Assert.Empty(build.Task.Files);
        Assert.Equal("other.encodermodel.json", Path.GetFileName(build.Task.Bundles[0].ItemSpec));
    }

    /// <summary>A download of 300 kB and a clock that runs half a second with each look at it.</summary>
    [Fact]
    public void Progress_is_said_with_percent_megabytes_and_rate_but_rarely()
    {
        _project.Clock.Look = TimeSpan.FromSeconds(0.5);

        HubBuild build = _project.Build("main").AssertSuccess();

        Assert.Contains(build.Messages, message => message.StartsWith($"Downloading org/tiny at {HubProject.Commit} from {_project.Server.Address}", StringComparison.Ordinal));
        string[] progress = [.. build.Messages.Where(message => Regex.IsMatch(message, @"^org/tiny: \d+ % of 0\.30 MB, \d+\.\d\d MB/s \(model\.safetensors\)$"))];
        Assert.InRange(progress.Length, 1, 10);
        Assert.Contains(build.Messages, message => Regex.IsMatch(message, @"^org/tiny: 0\.30 MB are there, 0\.30 MB of them downloaded"));
    }

    [Fact]
    public void A_design_time_build_makes_no_request_and_takes_what_is_there()
    {
        HubBuild before = _project.Build("main", task => task.DesignTime = true).AssertSuccess();

        Assert.Empty(_project.Server.Requests);
        Assert.False(File.Exists(_project.LockFile));
        Assert.Contains("it isn't downloaded yet; a build does that", Assert.Single(HubProject.Complete(before).Problems).Arguments[1], StringComparison.Ordinal);

        _project.Build("main").AssertSuccess();
        _project.Server.Forget();
        HubBuild after = _project.Build("main", task => task.DesignTime = true).AssertSuccess();

        Assert.Empty(_project.Server.Requests);
        Assert.Empty(HubProject.Complete(after).Problems);
    }

    [Fact]
    public void A_design_time_build_says_what_is_wrong_through_the_compiler()
    {
        File.WriteAllText(_project.LockFile, "{");

        HubBuild build = _project.Build("main", task => task.DesignTime = true).AssertSuccess();

        Assert.Contains("can't be read: line 1", Assert.Single(HubProject.Complete(build).Problems).Arguments[1], StringComparison.Ordinal);
    }

    /// <summary>Two projects that are built at the same time, as a solution's are.</summary>
    [Fact]
    public async Task Builds_at_once_share_the_cache_and_download_each_content_once()
    {
        using HubProject other = new();
        foreach ((string name, string value) in _project.Variables)
        {
            other.Variables[name] = value;
        }

        HubBuild[] builds = await Task.WhenAll(
            Task.Run(() => _project.Build("main")), Task.Run(() => other.Build("main")), Task.Run(() => _project.Build("main", task => task.IntermediateFolder = "obj/net9/")));

        Assert.All(builds, build => Assert.Empty(HubProject.Complete(build.AssertSuccess()).Problems));
        Assert.Single(_project.Server.Requests, request => request.AtStore && request.Method == "GET");
    }

    [Fact]
    public void A_model_that_moved_is_found_through_its_redirection()
    {
        _project.Server.Instead = request => request.Path.Contains("old/name", StringComparison.Ordinal)
            ? new HubServerAnswer(307, []) { Headers = { ["Location"] = request.Path.Replace("old/name", "org/tiny", StringComparison.Ordinal) } }
            : null;

        HubBuild build = _project.Build(null, HubProject.Item("old/name", "main")).AssertSuccess();

        Assert.Equal("name.encodermodel.json", Path.GetFileName(build.Task.Bundles[0].ItemSpec));
        Assert.True(Directory.Exists(_project.PathOf("home/hub/models--old--name/snapshots/" + HubProject.Commit)));
    }

    private static string[] FilesIn(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}

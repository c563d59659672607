using System.Text;
using GeneratedEncoder.Generator.Check;
using GeneratedEncoder.Generator.Spec;
using Microsoft.Build.Utilities;

namespace GeneratedEncoder.Generator.Tests.Hub;

/// <summary>What the Hub refuses, what it doesn't have, and what is refused of it.</summary>
public sealed class HubRefusalTests : IDisposable
{
    private readonly HubProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData(401, "GatedRepo", null, "GE0113: 'org/tiny' is for those only who were given access (\"said\"). Ask for it at {0}/org/tiny, and set HF_TOKEN")]
    [InlineData(403, "GatedRepo", "hf_1", "GE0113: 'org/tiny' is for those only who were given access (\"said\"). The token that is set doesn't have it; ask for it at {0}/org/tiny")]
    [InlineData(401, "", null, "GE0113: {0} refuses 'org/tiny' with 401 (\"said\"). It doesn't exist, or is private: see {0}/org/tiny, and set HF_TOKEN")]
    [InlineData(401, "", "hf_1", "the token that is set (HF_TOKEN or its file) may be wrong")]
    [InlineData(403, "", "hf_1", "GE0113: {0} refuses 'org/tiny' with 403")]
    [InlineData(401, "RepoNotFound", null, "GE0114: {0} has no model 'org/tiny', or it is private and needs HF_TOKEN: {0}/org/tiny")]
    [InlineData(404, "RepoNotFound", "hf_1", "GE0114: {0} has no model 'org/tiny', or it is private and the token that is set doesn't open it")]
    [InlineData(404, "", null, "GE0114: {0} has no model 'org/tiny'")]
    [InlineData(404, "RevisionNotFound", null, "GE0114: 'org/tiny' has no revision 'main'; {0}/org/tiny has its branches")]
    [InlineData(418, "", null, "GE0119: The list of files of 'org/tiny' at 'main': {0} doesn't answer as the Hub does; it answers with 418 (\"said\")")]
    public void What_the_Hub_refuses_is_said_with_what_to_do(int status, string code, string? token, string message)
    {
        if (token is not null)
        {
            _project.Variables["HF_TOKEN"] = token;
        }

        _project.Server.Instead = _ => new(status, code, "said");

        string error = _project.Build("main").Error;

        Assert.Contains(message.Replace("{0}", _project.Server.Address, StringComparison.Ordinal), error, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_1", error, StringComparison.Ordinal);
        Assert.Empty(_project.Clock.Waits);
        Assert.False(File.Exists(_project.LockFile));
    }

    [Fact]
    public void A_file_that_is_gone_is_named()
    {
        _project.Server.Instead = request => request.Path.EndsWith("modules.json", StringComparison.Ordinal) ? new(404, "EntryNotFound") : null;

        Assert.StartsWith($"GE0114: modules.json of 'org/tiny' doesn't exist at '{HubProject.Commit}'", _project.Build("main").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_pickles_only_is_refused_and_none_is_downloaded()
    {
        Dictionary<string, byte[]> files = HubProject.Files(1);
        files.Remove("model.safetensors");
        _project.Server.Commits[HubProject.Commit] = files;

        string error = _project.Build("main").Error;

        Assert.StartsWith("GE0116: 'org/tiny' at 'main' has no model.safetensors, but pytorch_model.bin, onnx/model.onnx, openvino/model.safetensors, tf_model.h5. Pickles", error, StringComparison.Ordinal);
        Assert.Single(_project.Server.Requests);
    }

    [Theory]
    [InlineData("../x.safetensors")]
    [InlineData("/etc/x.safetensors")]
    [InlineData("onnx/x.safetensors")]
    [InlineData("pytorch_model.bin")]
    [InlineData("..")]
    public void An_index_may_name_safetensors_files_beside_it_and_no_others(string shard)
    {
        Dictionary<string, byte[]> files = HubProject.Files(1);
        files.Remove("model.safetensors");
        files["model.safetensors.index.json"] = Encoding.UTF8.GetBytes($"{{\"weight_map\":{{\"a\":\"{shard}\"}}}}");
        files[shard] = [1, 2, 3];
        _project.Server.Commits[HubProject.Commit] = files;

        string error = _project.Build("main").Error;

        Assert.StartsWith($"GE0116: model.safetensors.index.json of 'org/tiny' names '{shard}', which is no safetensors file beside it", error, StringComparison.Ordinal);
        Assert.DoesNotContain(_project.Server.Requests, request => request.Path.EndsWith(shard, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("x\\\\..\\\\..\\\\y.safetensors")]
    [InlineData("c:y.safetensors")]
    public void A_shard_whose_name_leads_elsewhere_on_another_system_is_not_downloaded(string shard)
    {
        Dictionary<string, byte[]> files = HubProject.Files(1);
        files.Remove("model.safetensors");
        files["model.safetensors.index.json"] = Encoding.UTF8.GetBytes($"{{\"weight_map\":{{\"a\":\"{shard}\"}}}}");
        files[shard.Replace("\\\\", "\\", StringComparison.Ordinal)] = [1, 2, 3];
        _project.Server.Commits[HubProject.Commit] = files;

        SpecProblem problem = Assert.Single(HubProject.Complete(_project.Build("main")).Problems);

        Assert.Contains("which is no file's name", problem.Arguments[1], StringComparison.Ordinal);
        Assert.DoesNotContain(_project.Server.Requests, request => request.Path.Contains("y.safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_of_files_that_lead_out_of_the_folder_are_never_asked_for()
    {
        Dictionary<string, byte[]> files = HubProject.Files(1);
        foreach (string name in new[] { "../config.json", "/config.json", "..", "", "a/../vocab.txt", "C:\\vocab.txt", "../../sentence_x_config.json", "sentence_../_config.json", "a/../../config.json" })
        {
            files[name] = [1];
        }

        files["modules.json"] = """[{"path":"../.."},{"path":"a/../.."},{"path":"/etc"},{"path":"..\\x"},{"path":"C:"},{"path":"1_Pooling"}]"""u8.ToArray();
        files["../../config.json"] = files["a/../../config.json"] = files["C:/config.json"] = [1];
        _project.Server.Commits[HubProject.Commit] = files;

        _project.Build("main").AssertSuccess();

        string[] asked = [.. _project.Server.Requests.Where(request => request.Path.Contains("/resolve/", StringComparison.Ordinal))
            .Select(request => Uri.UnescapeDataString(request.Path).Split("/resolve/" + HubProject.Commit + "/")[1]).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["1_Pooling/config.json", "config.json", "model.safetensors", "modules.json", "sentence_bert_config.json", "vocab.txt"], asked);
    }

    [Theory]
    [InlineData("""{"sha":"../../x","siblings":[]}""", "its answer has no 'sha'")]
    [InlineData("""{"sha":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","siblings":[]}""", "its answer has no 'sha'")]
    [InlineData("""{"sha":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", "no 'siblings'")]
    [InlineData("<html>Sign in</html>", "its answer is not JSON (line 1, column 1")]
    [InlineData("", "its answer is not JSON")]
    public void A_list_that_is_none_is_refused(string text, string message)
    {
        _project.Server.Instead = request => request.Path.StartsWith("/api/models", StringComparison.Ordinal) ? new HubServerAnswer(200, Encoding.UTF8.GetBytes(text)) : null;

        string error = _project.Build("main").Error;

        Assert.StartsWith("GE0119: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_commit_than_the_one_asked_for_is_refused()
    {
        _project.Server.Branches[HubProject.Later] = HubProject.Commit;

        Assert.EndsWith($"answers with commit {HubProject.Commit}.", _project.Build(HubProject.Later).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Linked-Etag", "\"../../../x\"", "GE0119", "the file's ETag is '../../../x'")]
    [InlineData("X-Linked-Etag", "\"0123\"", "GE0119", "the file's ETag is '0123'")]
    [InlineData("X-Linked-Size", "many", "GE0119", "and its length 'many'")]
    [InlineData("X-Repo-Commit", "cccccccccccccccccccccccccccccccccccccccc", "GE0115", "answers with one that it calls 'cccccccccccccccccccccccccccccccccccccccc'")]
    [InlineData("Location", "file:///etc/passwd", "GE0119", "it redirects to 'file://', which is no https address")]
    [InlineData("Location", "/org/tiny/resolve/main/model.safetensors", "GE0119", "it redirects more than 10 times")]
    public void A_description_that_makes_no_sense_is_refused(string header, string value, string code, string message)
    {
        _project.Server.Instead = request =>
        {
            if (!request.Path.EndsWith("/model.safetensors", StringComparison.Ordinal))
            {
                return null;
            }

            HubServerAnswer answer = _project.Server.Usual(request);
            answer.Headers[header] = value;
            return answer;
        };

        string error = _project.Build("main").Error;

        Assert.StartsWith(code + ": ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_without_the_Hubs_headers_is_not_the_Hub()
    {
        _project.Server.Instead = request => request.Method == "HEAD" ? new HubServerAnswer(200, []) { Headers = { ["ETag"] = "\"x\"" } } : null;

        Assert.Contains("its answer has no X-Repo-Commit. A proxy, or another HF_ENDPOINT, may stand between", _project.Build("main").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("org/tiny", "../x")]
    [InlineData("org/tiny", "a b")]
    [InlineData("org/tiny", "a..b")]
    [InlineData("org/tiny", "/a")]
    [InlineData("org/tiny", "x.lock")]
    [InlineData("org/ti--ny", "main")]
    [InlineData("a/b/c", "main")]
    [InlineData("org/tiny.git", "main")]
    [InlineData("../tiny", "main")]
    [InlineData("org/ti ny", "main")]
    public void An_id_or_revision_that_is_none_is_refused_before_any_request(string id, string revision)
    {
        Assert.StartsWith("GE0111: The EncoderModel '" + id, _project.Build(null, HubProject.Item(id, revision)).Error, StringComparison.Ordinal);
        Assert.Empty(_project.Server.Requests);
    }

    [Theory]
    [InlineData("HF_ENDPOINT", "huggingface.co", "HF_ENDPOINT is 'huggingface.co', which is no address")]
    [InlineData("HF_ENDPOINT", "ftp://x", "which is no address")]
    [InlineData("HF_HUB_DOWNLOAD_TIMEOUT", "soon", "HF_HUB_DOWNLOAD_TIMEOUT is 'soon'; it is a number of seconds")]
    [InlineData("HF_TOKEN", "hf_a b", "What HF_TOKEN has is no token")]
    public void A_setting_that_makes_no_sense_is_refused(string variable, string value, string message)
    {
        _project.Variables[variable] = value;

        string error = _project.Build("main").Error;

        Assert.StartsWith("GE0111: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_there_wins_over_an_id()
    {
        string folder = _project.PathOf("project/org/tiny");
        Directory.CreateDirectory(folder);
        TaskItem item = new(folder);

        HubBuild build = _project.Build(null, item).AssertSuccess();

        Assert.Empty(_project.Server.Requests);
        Assert.Contains("it has no model.safetensors", Assert.Single(HubProject.Complete(build).Problems).Arguments[1], StringComparison.Ordinal);
        item.SetMetadata("Revision", "main");
        Assert.StartsWith($"GE0111: The EncoderModel '{folder}' is the folder '", _project.Build(null, item).Error, StringComparison.Ordinal);
    }

    /// <summary>A folder that wasn't checked out must not become somebody's model of that name.</summary>
    [Fact]
    public void A_path_into_a_folder_that_is_there_is_no_id_without_a_revision()
    {
        string here = Path.GetRelativePath(Environment.CurrentDirectory, Directory.CreateDirectory("models-of-this-test").FullName);

        HubBuild build = _project.Build(null, new TaskItem(here + "/tiny")).AssertSuccess();

        Assert.Empty(_project.Server.Requests);
        string problem = Assert.Single(HubProject.Complete(build).Problems).Arguments[1];
        Assert.Contains("there is no folder '", problem, StringComparison.Ordinal);
        Assert.Contains("(if 'models-of-this-test/tiny' is a model's id at the Hub, give the EncoderModel a Revision", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_reads_as_an_id_gets_a_message_with_both_readings()
    {
        string error = _project.Build(null, HubProject.Item("Modells/tiny")).Error;

        Assert.StartsWith($"GE0114: {_project.Server.Address} has no model 'Modells/tiny'", error, StringComparison.Ordinal);
        Assert.Contains("('Modells/tiny' is taken for an id at the Hub: there is no folder '", error, StringComparison.Ordinal);
    }
}

extern alias build;

namespace GeneratedEncoder.Generator.Tests.Hub;

/// <summary>Networks and servers that fail: what passes is tried again, what doesn't is said, and nothing half-written is ever used.</summary>
public sealed class HubFailureTests : IDisposable
{
    private readonly HubProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void A_connection_that_is_cut_is_resumed_where_it_ended()
    {
        int cuts = 3;
        _project.Server.Instead = request => request.AtStore && cuts-- > 0 ? _project.Server.Usual(request) with { CutAfter = 50_000 } : null;

        HubBuild build = _project.Build("main").AssertSuccess();

        Assert.Equal([null, "bytes=50000-", "bytes=100000-", "bytes=150000-"], _project.Server.Requests.Where(request => request.AtStore).Select(request => request.Header("Range")));
        Assert.Empty(HubProject.Complete(build).Problems);
        Assert.Equal([1, 1, 1], _project.Clock.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public void A_server_that_ignores_ranges_sends_it_anew()
    {
        _project.Server.IgnoresRanges = true;
        int cuts = 2;
        _project.Server.Instead = request => request.AtStore && cuts-- > 0 ? _project.Server.Usual(request) with { CutAfter = 50_000 } : null;

        Assert.Empty(HubProject.Complete(_project.Build("main").AssertSuccess()).Problems);
    }

    [Theory]
    [InlineData("bytes 7-9/10")]
    [InlineData("bytes 0-299999/300000")]
    [InlineData("nonsense")]
    public void A_range_that_was_not_asked_for_is_not_taken(string range)
    {
        bool isCut = false, isWrong = false;
        _project.Server.Instead = request =>
        {
            if (!request.AtStore || isWrong)
            {
                return null;
            }

            (bool first, isWrong) = (!isCut, isCut);
            isCut = true;
            return first ? _project.Server.Usual(request) with { CutAfter = 50_000 } : new HubServerAnswer(206, [1, 2, 3]) { Headers = { ["Content-Range"] = range } };
        };

        Assert.Empty(HubProject.Complete(_project.Build("main").AssertSuccess()).Problems);
        Assert.True(isWrong);
    }

    /// <summary>A server that never sends more than half must not be asked for ever.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_download_that_never_ends_fails_and_the_next_build_goes_on(bool ignoresRanges)
    {
        _project.Server.IgnoresRanges = ignoresRanges;
        _project.Server.Instead = request => !request.AtStore ? null
            : request.Header("Range") is null || ignoresRanges ? _project.Server.Usual(request) with { CutAfter = 100_000 } : _project.Server.Usual(request) with { CutAfter = 0 };

        string error = _project.Build("main").Error;

        Assert.StartsWith("GE0119: model.safetensors of 'org/tiny' can't be had: the connection ", error, StringComparison.Ordinal);
        Assert.False(File.Exists(_project.LockFile));
        Assert.False(File.Exists(_project.Blob("model.safetensors")));
        Assert.False(File.Exists(_project.Snapshot("model.safetensors")));
        Assert.Equal(100_000, new FileInfo(_project.Blob("model.safetensors") + ".incomplete").Length);
        Assert.InRange(_project.Server.Requests.Count(request => request.AtStore), 5, 7);

        (_project.Server.Instead, _project.Server.IgnoresRanges) = (_ => null, false);
        _project.Server.Forget();
        Assert.Empty(HubProject.Complete(_project.Build("main").AssertSuccess()).Problems);
        Assert.Equal("bytes=100000-", Assert.Single(_project.Server.Requests, request => request.AtStore).Header("Range"));
        Assert.False(File.Exists(_project.Blob("model.safetensors") + ".incomplete"));
    }

    [Fact]
    public void A_build_that_is_cancelled_stops_and_the_next_one_goes_on()
    {
        build::GeneratedEncoder.Build.ReadEncoderModels? task = null;
        _project.Server.Instead = request =>
        {
            if (!request.AtStore)
            {
                return null;
            }

            if (request.Header("Range") is not null)
            {
                task!.Cancel();
            }

            return _project.Server.Usual(request) with { CutAfter = 60_000 };
        };

        HubBuild build = _project.Build("main", created => task = created);

        Assert.False(build.Success);
        Assert.Empty(build.Errors);
        Assert.Contains(build.Messages, message => message.Contains("was cancelled; the next build goes on from there", StringComparison.Ordinal));
        Assert.False(File.Exists(_project.Blob("model.safetensors")));
        _project.Server.Instead = _ => null;
        Assert.Empty(HubProject.Complete(_project.Build("main").AssertSuccess()).Problems);
    }

    [Theory]
    [InlineData("HEAD", false)]
    [InlineData("GET", false)]
    [InlineData("GET", true)]
    public void Server_errors_are_tried_again_after_longer_and_longer_waits(string method, bool atStore)
    {
        int failures = 4;
        _project.Server.Instead = request => request.Method == method && request.AtStore == atStore && failures-- > 0 ? new HubServerAnswer(503 - failures, []) : null;

        Assert.Empty(HubProject.Complete(_project.Build("main").AssertSuccess()).Problems);
        Assert.Equal([1, 2, 4, 8], _project.Clock.Waits.Select(wait => wait.TotalSeconds));
    }

    [Theory]
    [InlineData("Retry-After", "7", 7)]
    [InlineData("Retry-After", "0", 0)]
    [InlineData("RateLimit", "\"api\";r=0;t=55", 55)]
    public void A_server_that_is_asked_too_often_says_when_to_come_again(string header, string value, double seconds)
    {
        int failures = 1;
        _project.Server.Instead = _ => failures-- > 0 ? new HubServerAnswer(429, []) { Headers = { [header] = value } } : null;

        HubBuild build = _project.Build("main").AssertSuccess();

        Assert.Equal(seconds, Assert.Single(_project.Clock.Waits).TotalSeconds);
        Assert.Contains(build.Messages, message => message.Contains($"answers with 429; trying again in {seconds} s.", StringComparison.Ordinal));
    }

    [Fact]
    public void Nobody_waits_for_an_hour()
    {
        _project.Server.Instead = _ => new HubServerAnswer(429, []) { Headers = { ["Retry-After"] = "3600" } };

        Assert.Contains("the server asks to wait 3600 s", _project.Build("main").Error, StringComparison.Ordinal);
        Assert.Empty(_project.Clock.Waits);
    }

    [Fact]
    public void A_hub_that_is_not_there_is_an_error_that_names_it()
    {
        _project.Server.Dispose();

        string error = _project.Build("main").Error;

        Assert.StartsWith($"GE0119: The list of files of 'org/tiny' at 'main' can't be had: there is no connection with {new Uri(_project.Server.Address).Authority}", error, StringComparison.Ordinal);
        Assert.Equal(4, _project.Clock.Waits.Count);
    }

    [Fact]
    public void A_server_that_says_nothing_is_not_waited_for_longer_than_the_timeout()
    {
        using ManualResetEventSlim end = new();
        _project.Variables["HF_HUB_ETAG_TIMEOUT"] = "1";
        int silences = 1;
        _project.Server.Instead = _ =>
        {
            if (Interlocked.Decrement(ref silences) >= 0)
            {
                end.Wait(TimeSpan.FromSeconds(30));
            }

            return null;
        };

        HubBuild build = _project.Build("main");
        end.Set();

        build.AssertSuccess();
        Assert.Contains(build.Messages, message => message.Contains("doesn't answer within 1 s; trying again", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("model.safetensors", "SHA-256")]
    [InlineData("vocab.txt", "git's SHA-1")]
    public void Content_with_another_hash_is_refused_and_not_kept(string file, string hash)
    {
        byte[] right = _project.Server.Commits[HubProject.Commit][file], wrong = [.. right];
        wrong[^1] ^= 1;
        _project.Server.Instead = request => Brings(request, file) ? new HubServerAnswer(200, wrong) : null;

        string error = _project.Build("main").Error;

        Assert.StartsWith($"GE0115: {file} of 'org/tiny' at {HubProject.Commit} has {right.Length} bytes with {hash} {_project.Server.EtagOf(right)}, says the Hub; what ", error, StringComparison.Ordinal);
        Assert.Contains(right.Length >= 10_000 ? HubServer.Sha256(wrong) : HubServer.Git(wrong), error, StringComparison.Ordinal);
        Assert.False(File.Exists(_project.Blob(file)));
        Assert.False(File.Exists(_project.Blob(file) + ".incomplete"));
        Assert.False(File.Exists(_project.Snapshot(file)));
        Assert.False(File.Exists(_project.LockFile));
    }

    [Fact]
    public void More_content_than_was_said_is_refused()
    {
        byte[] right = _project.Server.Commits[HubProject.Commit]["model.safetensors"];
        _project.Server.Instead = request => request.AtStore ? new HubServerAnswer(200, [.. right, 1]) : null;

        Assert.Contains("but more come", _project.Build("main").Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_project.Blob("model.safetensors")));
    }

    [Fact]
    public void Less_content_than_was_said_is_not_used()
    {
        byte[] right = _project.Server.Commits[HubProject.Commit]["model.safetensors"];
        _project.Server.IgnoresRanges = true;
        _project.Server.Instead = request => request.AtStore ? new HubServerAnswer(200, right[..^1]) : null;

        Assert.Contains($"the connection ended after {right.Length - 1} of {right.Length} bytes", _project.Build("main").Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_project.Blob("model.safetensors")));
    }

    [Theory]
    [InlineData(40_000)]
    [InlineData(400_000)]
    public void A_part_of_something_else_is_noticed_and_downloaded_anew(int length)
    {
        string part = _project.Blob("model.safetensors") + ".incomplete";
        Directory.CreateDirectory(Path.GetDirectoryName(part)!);
        File.WriteAllBytes(part, new byte[length]);

        Assert.Empty(HubProject.Complete(_project.Build("main").AssertSuccess()).Problems);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_an_error_that_says_which()
    {
        File.WriteAllText(_project.PathOf("home"), "a file");

        string error = _project.Build("main").Error;

        Assert.StartsWith($"GE0117: The cache of models, '{_project.PathOf("home/hub")}', can't be used for 'org/tiny': ", error, StringComparison.Ordinal);
    }

    private bool Brings(HubServerRequest request, string file) => request.Method == "GET"
        && (request.AtStore ? request.Path.Contains(HubServer.Sha256(_project.Server.Commits[HubProject.Commit][file]), StringComparison.Ordinal)
            : request.Path.Contains("resolve-cache", StringComparison.Ordinal) && request.Path.EndsWith("/" + file, StringComparison.Ordinal));
}

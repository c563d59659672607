using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using GeneratedEncoder.Generator.Spec.ModelFolders;

namespace GeneratedEncoder.Build.Hub;

/// <summary>A model at the Hub.</summary>
/// <param name="Commit">The commit that the revision is at.</param>
/// <param name="Files">All files of it, by their paths.</param>
internal sealed record HubListing(string Commit, IReadOnlyList<string> Files);

/// <summary>A file at the Hub.</summary>
/// <param name="Path">Its path in the model's folder.</param>
/// <param name="Etag">The hash that its content has: 64 digits are a SHA-256, 40 git's SHA-1. The cache's name for it, too.</param>
/// <param name="Size">Its length in bytes.</param>
internal sealed record HubFile(string Path, string Etag, long Size);

/// <summary>
/// The requests that are made: what a model has, what a file is, and a file's content. Redirections are followed here and not by
/// HttpClient, since the token is for the endpoint and goes to no other host.
/// </summary>
internal sealed class HubClient(HubSettings settings, HubClock clock, Action<string> say, CancellationToken cancellation) : IDisposable
{
    private const int MostRedirections = 10;

    /// <summary>Far above what the Hub says of any model.</summary>
    private const int MostListingBytes = 16_000_000;

    private static readonly string s_program = "GeneratedEncoder/" + typeof(HubClient).Assembly.GetName().Version;

    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly string? _token = settings.ReadToken();

    private readonly Retries _retries = new(clock, say, cancellation);

    public void Dispose() => _http.Dispose();

    /// <summary>Asks what commit a revision is at, and which files it has.</summary>
    /// <exception cref="HubException">It can't be known.</exception>
    public HubListing List(string id, string revision)
    {
        Uri address = new($"{settings.Address}/api/models/{id}/revision/{Uri.EscapeDataString(revision)}");
        string what = $"The list of files of '{id}' at '{revision}'";
        string text = _retries.Run(what, () =>
        {
            using HttpResponseMessage answer = Send(HttpMethod.Get, address, settings.AnswerTimeout);
            Check(answer, what, id, revision);
            using MemoryStream content = new();
            Read(answer, settings.AnswerTimeout, (buffer, count) =>
            {
                content.Write(buffer, 0, count);
                return content.Length <= MostListingBytes ? true : throw NotTheHub(what, $"its answer has more than {MostListingBytes} bytes");
            });
            return Encoding.UTF8.GetString(content.ToArray());
        });
        try
        {
            JsonValue model = JsonReader.Parse(text);
            string commit = model["sha"]?.AsString ?? "";
            if (HubId.IsCommit(commit) && HubId.IsCommit(revision) && commit != revision)
            {
                throw new HubException(HubException.OtherContent, $"{what}: {settings.Address} answers with commit {commit}.");
            }

            return HubId.IsCommit(commit) && model["siblings"] is { Kind: JsonKind.Array } files
                ? new(commit, [.. files.Items.Select(file => file["rfilename"]?.AsString).OfType<string>()])
                : throw NotTheHub(what, "its answer has no 'sha' or no 'siblings'");
        }
        catch (JsonFormatException e)
        {
            throw NotTheHub(what, $"its answer is not JSON ({e.Message})");
        }
    }

    /// <summary>Asks what a file is.</summary>
    /// <exception cref="HubException">It can't be known.</exception>
    public HubFile Describe(string id, string commit, string path)
    {
        string what = $"{path} of '{id}'";
        return _retries.Run(what, () =>
        {
            using HttpResponseMessage answer = Send(HttpMethod.Head, Address(id, commit, path), settings.AnswerTimeout);
            if (!IsDescription(answer))
            {
                Check(answer, what, id, commit);
            }

            string? found = Header(answer, "X-Repo-Commit"), etag = Normal(Header(answer, "X-Linked-Etag") ?? Header(answer, "ETag"));
            string? size = Header(answer, "X-Linked-Size") ?? (IsRedirection(answer) ? null : answer.Content.Headers.ContentLength?.ToString());
            if (found != commit)
            {
                throw found is null
                    ? NotTheHub(what, "its answer has no X-Repo-Commit")
                    : new HubException(HubException.OtherContent, $"{what}: asked for commit {commit}, {settings.Address} answers with one that it calls '{found}'.");
            }

            return etag is { Length: 40 or 64 } && HubId.IsHexadecimal(etag) && long.TryParse(size, out long bytes) && bytes >= 0
                ? new HubFile(path, etag, bytes)
                : throw NotTheHub(what, $"the file's ETag is '{etag}' and its length '{size}', where a SHA-256 or git's SHA-1 and a number are needed to check it by");
        });
    }

    /// <summary>Appends a file's content to what of it is there, or starts anew where the server can't go on.</summary>
    /// <param name="target">The file so far; afterwards it has the whole length, but nobody has checked its content.</param>
    /// <param name="report">Called with each new length.</param>
    /// <exception cref="HubException">It doesn't come.</exception>
    public void Download(string id, string commit, HubFile file, FileStream target, Action<long> report)
    {
        string what = $"{file.Path} of '{id}'";
        _retries.Run(what, () => Attempt(what, id, commit, file, target, report), () => target.Length);
    }

    private bool Attempt(string what, string id, string commit, HubFile file, FileStream target, Action<long> report)
    {
        if (target.Length > file.Size)
        {
            target.SetLength(0);
        }

        long start = target.Length;
        if (start == file.Size)
        {
            return true;
        }

        using HttpResponseMessage answer = Send(HttpMethod.Get, Address(id, commit, file.Path), settings.DownloadTimeout, request =>
        {
            if (start > 0)
            {
                // A large file comes from a store that has ETags of its own; there the commit in the address and the hash say that it is the same.
                request.Range = new(start, null);
                if (file.Etag.Length == 40)
                {
                    request.IfRange = new(new EntityTagHeaderValue($"\"{file.Etag}\""));
                }
            }
        });
        if (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            target.SetLength(0);
            throw new PassingException($"the server has nothing from byte {start} on");
        }

        Check(answer, what, id, commit);
        if (answer.StatusCode == HttpStatusCode.PartialContent && start > 0)
        {
            ContentRangeHeaderValue? range = answer.Content.Headers.ContentRange;
            if (range?.From != start || (range.Length is { } whole && whole != file.Size))
            {
                target.SetLength(0);
                throw new PassingException($"asked for what comes from byte {start} of {file.Size} on, the server sends '{range}'");
            }
        }
        else if (answer.StatusCode == HttpStatusCode.OK)
        {
            target.SetLength(0);
        }
        else
        {
            throw NotTheHub(what, $"it answers with {(int)answer.StatusCode}");
        }

        target.Position = target.Length;
        Read(answer, settings.DownloadTimeout, (buffer, count) =>
        {
            if (target.Position + count > file.Size)
            {
                target.SetLength(0);
                throw new HubException(HubException.OtherContent, $"{what} has {file.Size} bytes, says {settings.Address}, but more come.");
            }

            Store(target, buffer, count);
            report(target.Position);
            return target.Position < file.Size;
        });
        return target.Length == file.Size ? true : throw new PassingException($"the connection ended after {target.Length} of {file.Size} bytes");
    }

    private static void Store(FileStream target, byte[] buffer, int count)
    {
        try
        {
            target.Write(buffer, 0, count);
        }
        catch (IOException e)
        {
            throw new HubException(HubException.CacheUnusable, $"'{target.Name}' can't be written: {e.Message}", e);
        }
    }

    private HttpResponseMessage Send(HttpMethod method, Uri address, TimeSpan timeout, Action<HttpRequestHeaders>? more = null)
    {
        for (int redirections = 0; ; redirections++)
        {
            HttpResponseMessage answer = SendOnce(method, address, timeout, more);
            if (!IsRedirection(answer) || answer.Headers.Location is not { } location || (method == HttpMethod.Head && location.IsAbsoluteUri && IsDescription(answer)))
            {
                return answer;
            }

            answer.Dispose();
            Uri next = new(address, location);
            address = redirections == MostRedirections ? throw NotTheHub(address.ToString(), $"it redirects more than {MostRedirections} times")
                : next.Scheme == "https" || (next.Scheme == "http" && address.Scheme == "http") ? next
                : throw NotTheHub(address.ToString(), $"it redirects to '{next.Scheme}://{next.Authority}', which is no https address");
        }
    }

    private HttpResponseMessage SendOnce(HttpMethod method, Uri address, TimeSpan timeout, Action<HttpRequestHeaders>? more)
    {
        using HttpRequestMessage request = new(method, address);
        request.Headers.TryAddWithoutValidation("User-Agent", s_program);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (_token is not null && (address.Scheme, address.Host, address.Port) == (settings.Endpoint.Scheme, settings.Endpoint.Host, settings.Endpoint.Port))
        {
            request.Headers.Authorization = new("Bearer", _token);
        }

        more?.Invoke(request.Headers);
        using CancellationTokenSource timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(timeout);
        try
        {
            return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timer.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new PassingException($"{address.Authority} doesn't answer within {timeout.TotalSeconds} s");
        }
        catch (HttpRequestException e)
        {
            string reason = e.GetBaseException().Message;
            throw e.GetBaseException() is AuthenticationException || e.InnerException is AuthenticationException
                ? new HubException(HubException.NoAnswer, $"There is no secure connection with {address.Authority}: {reason}", e)
                : new PassingException($"there is no connection with {address.Authority} ({reason})", null, e);
        }
    }

    /// <summary>Reads an answer's content until it ends or is enough.</summary>
    /// <param name="take">Takes the next bytes; whether more are wanted.</param>
    private void Read(HttpResponseMessage answer, TimeSpan timeout, Func<byte[], int, bool> take)
    {
        byte[] buffer = new byte[1 << 17];
        using Stream content = answer.Content.ReadAsStreamAsync().GetAwaiter().GetResult();
        for (int count = 1; count > 0;)
        {
            // A read that hangs isn't cancelled on every runtime; it ends when the answer is disposed of.
            using CancellationTokenSource timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            timer.CancelAfter(timeout);
            using CancellationTokenRegistration registration = timer.Token.Register(answer.Dispose);
            try
            {
                count = content.ReadAsync(buffer, 0, buffer.Length, timer.Token).GetAwaiter().GetResult();
            }
            catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
            {
                cancellation.ThrowIfCancellationRequested();
                throw new PassingException(timer.IsCancellationRequested ? $"nothing came for {timeout.TotalSeconds} s" : $"the connection was cut ({e.GetBaseException().Message})", null, e);
            }

            if (count > 0 && !take(buffer, count))
            {
                return;
            }
        }
    }

    /// <summary>Throws what an answer means that isn't what was asked for.</summary>
    private void Check(HttpResponseMessage answer, string what, string id, string revision)
    {
        int status = (int)answer.StatusCode;
        if (status is >= 200 and < 300)
        {
            return;
        }

        string error = Header(answer, "X-Error-Code") ?? "", said = Said(answer), page = $"{settings.Address}/{id}";
        throw (status, error) switch
        {
            (408 or 429 or >= 500, _) => new PassingException($"{settings.Address} answers with {status}{said}", After(answer)),
            (_, "RevisionNotFound") => new HubException(HubException.NotFound, $"'{id}' has no revision '{revision}'; {page} has its branches, tags and commits."),
            (_, "EntryNotFound") => new HubException(HubException.NotFound, $"{what} doesn't exist at '{revision}'."),
            (_, "GatedRepo") => new HubException(HubException.NoAccess, $"'{id}' is for those only who were given access{said}. " + (_token is null
                ? $"Ask for it at {page}, and set HF_TOKEN to a token of yours."
                : $"The token that is set doesn't have it; ask for it at {page}.")),
            (_, "RepoNotFound") or (404, _) => new HubException(HubException.NotFound, $"{settings.Address} has no model '{id}', or it is private"
                + (_token is null ? " and needs HF_TOKEN" : " and the token that is set doesn't open it") + $": {page}."),
            (401 or 403, _) => new HubException(HubException.NoAccess, $"{settings.Address} refuses '{id}' with {status}{said}. It doesn't exist, or is private: " + (_token is null
                ? $"see {page}, and set HF_TOKEN to a token that may read it."
                : $"see {page}; the token that is set (HF_TOKEN or its file) may be wrong or have expired.")),
            _ => NotTheHub(what, $"it answers with {status}{said}"),
        };
    }

    private HubException NotTheHub(string what, string reason) =>
        new(HubException.NoAnswer, $"{what}: {settings.Address} doesn't answer as the Hub does; {reason}. A proxy, or another HF_ENDPOINT, may stand between.");

    private Uri Address(string id, string commit, string path) =>
        new($"{settings.Address}/{id}/resolve/{commit}/{string.Join("/", path.Split('/').Select(Uri.EscapeDataString))}");

    private static bool IsRedirection(HttpResponseMessage answer) => (int)answer.StatusCode is 301 or 302 or 303 or 307 or 308;

    /// <summary>Whether an answer tells what a file is, be it that its content is elsewhere.</summary>
    private static bool IsDescription(HttpResponseMessage answer) => IsRedirection(answer) && Header(answer, "X-Repo-Commit") is not null;

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;

    private static string? Normal(string? etag) => (etag?.StartsWith("W/", StringComparison.Ordinal) == true ? etag.Substring(2) : etag)?.Trim('"');

    /// <summary>What the server says of an error, in one line of no more than a message can bear.</summary>
    private static string Said(HttpResponseMessage answer)
    {
        string text = new([.. (Header(answer, "X-Error-Message") ?? "").Where(c => !char.IsControl(c)).Take(200)]);
        return text.Length == 0 ? "" : $" (\"{text}\")";
    }

    /// <summary>When to come again: Retry-After, or the time that RateLimit gives, as in <c>"api";r=0;t=55</c>.</summary>
    private TimeSpan? After(HttpResponseMessage answer)
    {
        TimeSpan? after = answer.Headers.RetryAfter is { } wanted ? wanted.Delta ?? wanted.Date - DateTimeOffset.UtcNow : null;
        if (after is null && Header(answer, "RateLimit") is { } limit && (int)answer.StatusCode == 429)
        {
            string? time = limit.Split(';').Select(part => part.Trim()).FirstOrDefault(part => part.StartsWith("t=", StringComparison.Ordinal));
            after = int.TryParse(time?.Substring(2), out int seconds) ? TimeSpan.FromSeconds(seconds) : null;
        }

        return after < TimeSpan.Zero ? TimeSpan.Zero : after;
    }
}

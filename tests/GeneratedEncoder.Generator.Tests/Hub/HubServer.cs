using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace GeneratedEncoder.Generator.Tests.Hub;

/// <summary>A request as it came.</summary>
/// <param name="AtStore">Whether it came to the store of large files, which is another host.</param>
/// <param name="Path">The path, still escaped, with the query.</param>
internal sealed record HubServerRequest(bool AtStore, string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.TryGetValue(name, out string? value) ? value : null;
}

/// <summary>What is answered.</summary>
internal sealed record HubServerAnswer(int Status, byte[] Body)
{
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Bytes of the body after which the connection is cut; null: it is sent whole.</summary>
    public int? CutAfter { get; init; }

    /// <summary>The length that is claimed of the body; null: its own.</summary>
    public long? Length { get; init; }

    public HubServerAnswer(int status, string code, string message = "")
        : this(status, "{\"error\":\"no\"}"u8.ToArray())
    {
        Headers["X-Error-Code"] = code;
        Headers["X-Error-Message"] = message;
    }
}

/// <summary>
/// Behaves as the Hub does, on this machine: a list of files for each revision; small files through a redirection without a host, with git's SHA-1
/// as their ETag; large ones through a redirection to another host (another port here), with their SHA-256 in X-Linked-Etag.
/// </summary>
internal sealed class HubServer : IDisposable
{
    public const string Id = "org/tiny";

    private readonly TcpListener _hub = new(IPAddress.Loopback, 0), _store = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<HubServerRequest> _requests = new();

    public HubServer()
    {
        foreach (TcpListener listener in new[] { _hub, _store })
        {
            listener.Start();
            _ = Accept(listener);
        }

        (Address, StoreAddress) = ("http://" + _hub.LocalEndpoint, "http://" + _store.LocalEndpoint);
    }

    public string Address { get; }

    public string StoreAddress { get; }

    /// <summary>Commits with their files, by path.</summary>
    public ConcurrentDictionary<string, IReadOnlyDictionary<string, byte[]>> Commits { get; } = [];

    /// <summary>Branches and their commits.</summary>
    public ConcurrentDictionary<string, string> Branches { get; } = [];

    /// <summary>Files from this length on are in the store.</summary>
    public int LargeFrom { get; set; } = 10_000;

    public bool IgnoresRanges { get; set; }

    /// <summary>Who asks without it is refused; null: nobody is.</summary>
    public string? Token { get; set; }

    /// <summary>Answers in another way, or null as usual. Called from many threads.</summary>
    public Func<HubServerRequest, HubServerAnswer?> Instead { get; set; } = _ => null;

    public IReadOnlyList<HubServerRequest> Requests => [.. _requests];

    public void Forget() => _requests.Clear();

    public void Dispose()
    {
        _hub.Stop();
        _store.Stop();
    }

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static string Git(byte[] content) =>
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length.ToString(CultureInfo.InvariantCulture)}\0"), .. content]));

    public string EtagOf(byte[] content) => content.Length >= LargeFrom ? Sha256(content) : Git(content);

    /// <summary>What the Hub does.</summary>
    public HubServerAnswer Usual(HubServerRequest request)
    {
        string[] parts = [.. request.Path.Split('?')[0].Trim('/').Split('/').Select(Uri.UnescapeDataString)];
        if (request.AtStore)
        {
            return Content(Commits.Values.SelectMany(files => files.Values).First(file => Sha256(file) == parts[0]), "\"store-" + parts[0][..8] + "\"", request);
        }

        if (Token is not null && request.Header("Authorization") != "Bearer " + Token)
        {
            return new(401, "GatedRepo", "Access to model org/tiny is restricted.");
        }

        bool isList = parts is ["api", "models", _, _, "revision", _], isFile = parts is [_, _, "resolve", _, _, ..], isCached = parts is ["api", "resolve-cache", "models", _, _, _, _, ..];
        string id = string.Join('/', isList ? parts[2..4] : isFile ? parts[..2] : isCached ? parts[3..5] : []);
        string revision = isList ? parts[5] : isFile ? parts[3] : isCached ? parts[5] : "";
        if (id != Id)
        {
            return new(401, "RepoNotFound", "Repository not found");
        }

        string commit = Branches.GetValueOrDefault(revision, revision);
        if (!Commits.TryGetValue(commit, out IReadOnlyDictionary<string, byte[]>? files))
        {
            return new(404, "RevisionNotFound", "Invalid rev id");
        }

        if (isList)
        {
            string siblings = string.Join(',', files.Keys.Select(file => $"{{\"rfilename\":{System.Text.Json.JsonSerializer.Serialize(file)}}}"));
            return new(200, Encoding.UTF8.GetBytes($"{{\"id\":\"{id}\",\"sha\":\"{commit}\",\"private\":false,\"siblings\":[{siblings}]}}"));
        }

        string path = string.Join('/', isFile ? parts[4..] : parts[6..]);
        if (!files.TryGetValue(path, out byte[]? content))
        {
            return new(404, "EntryNotFound", "Entry not found");
        }

        HubServerAnswer answer = content.Length >= LargeFrom ? new(302, []) { Headers = { ["Location"] = $"{StoreAddress}/{Sha256(content)}?Signature=secret" } }
            : isFile ? new(307, []) { Headers = { ["Location"] = $"/api/resolve-cache/models/{id}/{commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}" } }
            : Content(content, $"\"{Git(content)}\"", request);
        if (content.Length >= LargeFrom)
        {
            answer.Headers["X-Linked-Etag"] = $"\"{Sha256(content)}\"";
            answer.Headers["X-Linked-Size"] = content.Length.ToString(CultureInfo.InvariantCulture);
        }

        if (content.Length >= LargeFrom || isCached)
        {
            answer.Headers["X-Repo-Commit"] = commit;
        }

        return answer;
    }

    private HubServerAnswer Content(byte[] content, string etag, HubServerRequest request)
    {
        if (request.Header("Range") is not { } range || IgnoresRanges || (request.Header("If-Range") is { } condition && condition != etag))
        {
            return new(200, content) { Headers = { ["ETag"] = etag } };
        }

        int start = int.Parse(range.AsSpan("bytes=".Length..^1), CultureInfo.InvariantCulture);
        return start >= content.Length
            ? new(416, []) { Headers = { ["Content-Range"] = $"bytes */{content.Length}" } }
            : new(206, content[start..]) { Headers = { ["ETag"] = etag, ["Content-Range"] = $"bytes {start}-{content.Length - 1}/{content.Length}" } };
    }

    private async Task Accept(TcpListener listener)
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                _ = Task.Run(() => Serve(client, listener == _store));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Serve(TcpClient client, bool atStore)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
                string[] line = (await reader.ReadLineAsync() ?? "").Split(' ');
                if (line.Length < 2)
                {
                    return;
                }

                Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
                while (await reader.ReadLineAsync() is { Length: > 0 } header)
                {
                    headers[header[..header.IndexOf(':')]] = header[(header.IndexOf(':') + 1)..].Trim();
                }

                HubServerRequest request = new(atStore, line[0], line[1], headers);
                _requests.Enqueue(request);
                HubServerAnswer answer = Instead(request) ?? Usual(request);
                StringBuilder head = new($"HTTP/1.1 {answer.Status} X\r\nConnection: close\r\nContent-Length: {answer.Length ?? answer.Body.Length}\r\n");
                foreach ((string name, string value) in answer.Headers)
                {
                    head.Append(name).Append(": ").Append(value).Append("\r\n");
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
                if (request.Method != "HEAD")
                {
                    await stream.WriteAsync(answer.Body.AsMemory(0, answer.CutAfter ?? answer.Body.Length));
                }
            }
            catch (IOException)
            {
                // The client went away.
            }
        }
    }
}

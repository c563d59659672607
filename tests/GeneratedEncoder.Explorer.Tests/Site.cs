using System.Net;
using System.Reflection;

namespace GeneratedEncoder.Explorer.Tests;

/// <summary>The published folder, served on loopback as a static host does: the file, or the compressed copy beside it.</summary>
internal sealed class Site : IDisposable
{
    private static readonly Dictionary<string, string> s_types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html", [".js"] = "text/javascript", [".css"] = "text/css", [".svg"] = "image/svg+xml",
        [".json"] = "application/json", [".txt"] = "text/plain", [".wasm"] = "application/wasm",
    };

    private readonly HttpListener _listener;
    private long _bytes;

    private Site(HttpListener listener, string address)
    {
        _listener = listener;
        Address = address;
        _ = Task.Run(Serve);
    }

    public static string Repository { get; } =
        typeof(Site).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Repository").Value!;

    public static string Folder { get; } = Path.Combine(Repository, "samples", "AttentionExplorer", "bin", Configuration, "net10.0", "publish", "wwwroot");

    public string Address { get; }

    /// <summary>Bytes of bodies sent so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    private static string Configuration => typeof(Site).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    public static Site Start()
    {
        for (int attempt = 0; ; attempt++)
        {
            string address = $"http://127.0.0.1:{Random.Shared.Next(20_000, 60_000)}/";
            HttpListener listener = new();
            listener.Prefixes.Add(address);
            try
            {
                listener.Start();
                return new Site(listener, address);
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                // The port is taken: another one.
            }
        }
    }

    public void Dispose() => _listener.Close();

    private async Task Serve()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => Answer(context));
        }
    }

    private void Answer(HttpListenerContext context)
    {
        using HttpListenerResponse response = context.Response;
        string path = Uri.UnescapeDataString(context.Request.Url!.AbsolutePath);
        string file = Path.GetFullPath(Path.Combine(Folder, (path == "/" ? "index.html" : path[1..])));
        if (!file.StartsWith(Folder, StringComparison.Ordinal) || !File.Exists(file))
        {
            response.StatusCode = 404;
            return;
        }

        response.ContentType = s_types.GetValueOrDefault(Path.GetExtension(file), "application/octet-stream");
        bool compressed = File.Exists(file + ".br") && (context.Request.Headers["Accept-Encoding"] ?? "").Contains("br", StringComparison.Ordinal);
        if (compressed)
        {
            response.Headers["Content-Encoding"] = "br";
        }

        byte[] content = File.ReadAllBytes(compressed ? file + ".br" : file);
        Interlocked.Add(ref _bytes, content.Length);
        response.ContentLength64 = content.Length;
        response.OutputStream.Write(content);
    }
}

using System.Net;

namespace EmbeddingServer;

/// <summary>Who can reach the server.</summary>
internal static partial class Network
{
    /// <summary>Whether addresses are this machine's own, which no other reaches.</summary>
    public static bool IsLoopback(string urls) => Array.TrueForAll(
        urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        url => BindingAddress.Parse(url) is var address && (address.IsUnixPipe || address.Host == "localhost" || (IPAddress.TryParse(address.Host, out IPAddress? ip) && IPAddress.IsLoopback(ip))));

    /// <summary>Says so where other machines may call without a key.</summary>
    public static void Warn(WebApplication app, string urls, ServerOptions options)
    {
        if (options.ApiKeys.Length == 0 && !IsLoopback(urls))
        {
            Open(app.Logger, urls);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Urls} can be reached by other machines, and no key is asked for (Server:ApiKeys).")]
    private static partial void Open(ILogger logger, string urls);
}

using System.Globalization;
using System.Text;

namespace GeneratedEncoder.Build.Hub;

/// <summary>
/// What the environment says of the Hub, in the variables that Python's huggingface_hub reads, with its defaults. A variable that is set
/// to nothing is not set.
/// </summary>
internal sealed class HubSettings
{
    private readonly Func<string, string?> _variable;

    private HubSettings(Func<string, string?> variable) => _variable = variable;

    /// <summary>Where the Hub is.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The same without a slash at the end, to which paths are added, and as messages show it.</summary>
    public string Address => Endpoint.AbsoluteUri.TrimEnd('/');

    /// <summary>The folder with the models' folders.</summary>
    public required string Cache { get; init; }

    /// <summary>Where a token may lie.</summary>
    public required string Home { get; init; }

    /// <summary>No request is made.</summary>
    public required bool Offline { get; init; }

    /// <summary>How long an answer about a model or a file may take.</summary>
    public required TimeSpan AnswerTimeout { get; init; }

    /// <summary>How long a file's next bytes may take.</summary>
    public required TimeSpan DownloadTimeout { get; init; }

    /// <summary>Reads them.</summary>
    /// <param name="variable">A variable's value; null if there is none of that name.</param>
    /// <exception cref="HubException">A value makes no sense.</exception>
    public static HubSettings Read(Func<string, string?> variable)
    {
        string? Value(string name) => variable(name) is { Length: > 0 } value ? value : null;
        string home = Expand(Value("HF_HOME") ?? Path.Combine(Value("XDG_CACHE_HOME") ?? Path.Combine("~", ".cache"), "huggingface"), Value);
        return new(Value)
        {
            Endpoint = Parse(Value("HF_ENDPOINT") ?? "https://huggingface.co"),
            Cache = Path.GetFullPath(Expand(Value("HF_HUB_CACHE") ?? Value("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub"), Value)),
            Offline = IsTrue(Value("HF_HUB_OFFLINE") ?? Value("TRANSFORMERS_OFFLINE")),
            AnswerTimeout = Seconds(Value, "HF_HUB_ETAG_TIMEOUT"),
            DownloadTimeout = Seconds(Value, "HF_HUB_DOWNLOAD_TIMEOUT"),
            Home = home,
        };
    }

    /// <summary>The token to show to the Hub; null if there is none, or it shall not be shown unasked. No message has it.</summary>
    /// <exception cref="HubException">The file that has it can't be read, or what it has is no token.</exception>
    public string? ReadToken()
    {
        if (IsTrue(_variable("HF_HUB_DISABLE_IMPLICIT_TOKEN")))
        {
            return null;
        }

        (string? token, string from) = (_variable("HF_TOKEN"), "HF_TOKEN");
        if (Clean(token) is null)
        {
            (token, from) = (_variable("HUGGING_FACE_HUB_TOKEN"), "HUGGING_FACE_HUB_TOKEN");
        }

        if (Clean(token) is null)
        {
            from = Path.GetFullPath(Expand(_variable("HF_TOKEN_PATH") ?? Path.Combine(Home, "token"), _variable));
            token = ReadFile(from);
        }

        return Clean(token) is not { } clean ? null
            : clean.All(c => c is > ' ' and < '\x7f') ? clean
            : throw new HubException(HubException.Malformed, $"What {from} has is no token: tokens are of ASCII characters without spaces.");
    }

    private static string? Clean(string? token) => token?.Trim() is { Length: > 0 } clean ? clean : null;

    private static string? ReadFile(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HubException(HubException.CacheUnusable, $"The Hub's token in '{path}' can't be read: {e.Message}", e);
        }
    }

    private static Uri Parse(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" && address.Query.Length == 0 && address.Fragment.Length == 0
            ? address
            : throw new HubException(HubException.Malformed, $"HF_ENDPOINT is '{text}', which is no address; the default is https://huggingface.co.");

    private static TimeSpan Seconds(Func<string, string?> value, string name) =>
        value(name) is not { } text ? TimeSpan.FromSeconds(10)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is > 0 and <= 86_400 ? TimeSpan.FromSeconds(seconds)
        : throw new HubException(HubException.Malformed, $"{name} is '{text}'; it is a number of seconds from 1 to 86400.");

    private static bool IsTrue(string? value) => value?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

    /// <summary>A path with the user's folder for '~' and variables' values for $NAME and ${NAME}; one that isn't set stays as it is written.</summary>
    private static string Expand(string path, Func<string, string?> value)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith("~\\", StringComparison.Ordinal))
        {
            string user = value("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            path = user + path.Substring(1);
        }

        StringBuilder expanded = new();
        for (int i = 0; i < path.Length; i++)
        {
            bool braced = i + 1 < path.Length && path[i + 1] == '{';
            int start = i + (braced ? 2 : 1), end = start;
            while (path[i] == '$' && end < path.Length && (char.IsLetterOrDigit(path[end]) || path[end] == '_'))
            {
                end++;
            }

            if (path[i] == '$' && end > start && (!braced || (end < path.Length && path[end] == '}')) && value(path.Substring(start, end - start)) is { } known)
            {
                expanded.Append(known);
                i = braced ? end : end - 1;
            }
            else
            {
                expanded.Append(path[i]);
            }
        }

        return expanded.ToString();
    }
}

using System.Globalization;

namespace GeneratedEncoder.Build.Hub;

/// <summary>Says how far a download is, every two seconds at most.</summary>
/// <param name="total">Bytes of all files that aren't there yet.</param>
internal sealed class DownloadProgress(string id, long total, HubClock clock, Action<string> say)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _start = clock.Now;
    private TimeSpan _last = clock.Now;
    private long _finished, _loaded, _position;

    /// <summary>A file starts, of which some bytes are there.</summary>
    public void Start(long position) => _position = position;

    /// <summary>The file has come this far.</summary>
    public void At(string file, long position)
    {
        _loaded += Math.Max(0, position - _position);
        _position = position;
        if (clock.Now - _last >= s_pause)
        {
            _last = clock.Now;
            long done = _finished + position;
            say($"{id}: {(total > 0 ? done * 100 / total : 100).ToString(CultureInfo.InvariantCulture)} % of {Megabytes(total)}, {Rate()} ({file})");
        }
    }

    /// <summary>The file is there.</summary>
    public void End(long size) => (_finished, _position) = (_finished + size, 0);

    /// <summary>All files are there.</summary>
    public void Finish() => say($"{id}: {Megabytes(total)} are there, {Megabytes(_loaded)} of them downloaded, {Rate()}.");

    public static string Megabytes(long bytes) => (bytes / 1e6).ToString(bytes < 10_000_000 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + " MB";

    private string Rate() => Megabytes((long)(_loaded / Math.Max(0.001, (clock.Now - _start).TotalSeconds))) + "/s";
}

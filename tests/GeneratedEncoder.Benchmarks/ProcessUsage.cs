using System.Buffers.Text;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// What this process uses. Memory is asked for every second, and so without allocating, or a soak would see its own questions pile up;
/// threads and handles, which takes some kilobytes, once in a minute.
/// </summary>
internal sealed class ProcessUsage
{
    private const string MemoryFile = "/proc/self/statm", HandlesFolder = "/proc/self/fd";
    private const int Often = 60;

    private readonly SafeFileHandle? _memory = File.Exists(MemoryFile) ? File.OpenHandle(MemoryFile) : null;
    private readonly byte[] _text = new byte[200];
    private int _asked, _threads, _handles;

    /// <summary>A sample of now.</summary>
    public SoakSample Sample(double seconds, long calls)
    {
        if (_asked++ % Often == 0)
        {
            using Process process = Process.GetCurrentProcess();
            (_threads, _handles) = (process.Threads.Count, Directory.Exists(HandlesFolder) ? Directory.GetFiles(HandlesFolder).Length : process.HandleCount);
        }

        return new(seconds, calls, ResidentBytes() / 1e6, _threads, _handles, GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));
    }

    private long ResidentBytes()
    {
        if (_memory is null)
        {
            using Process process = Process.GetCurrentProcess();
            return process.WorkingSet64;
        }

        // The second number is resident pages.
        ReadOnlySpan<byte> text = _text.AsSpan(0, RandomAccess.Read(_memory, _text, 0));
        text = text[(text.IndexOf((byte)' ') + 1)..];
        return Utf8Parser.TryParse(text, out long pages, out _) ? pages * Environment.SystemPageSize : throw new InvalidDataException($"{MemoryFile} has no number of resident pages.");
    }
}

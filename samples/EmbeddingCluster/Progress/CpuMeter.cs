using System.Globalization;
using System.Text;

namespace EmbeddingCluster;

/// <summary>
/// Measures <see cref="CpuTime"/> from its making on. The encoder's threads end when they have had nothing to do for half a minute, and what the system knows of them ends, too; so
/// it looks every few seconds.
/// </summary>
internal sealed class CpuMeter : IDisposable
{
    private const int NameBytes = 15; // What Linux keeps of a thread's name.
    private const double TicksPerSecond = 100; // USER_HZ, which is the same for all that a Linux system tells its programs.

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly string _threadName;
    private readonly Dictionary<string, double> _seen = []; // of each thread, in ticks
    private readonly double _process0 = ProcessSeconds(), _encoder0;
    private readonly Timer _timer;

    /// <param name="model">Name of the model, which the encoder's threads have in theirs.</param>
    public CpuMeter(string model)
    {
        byte[] name = Encoding.UTF8.GetBytes($"{model} encoder");
        _threadName = Encoding.UTF8.GetString(name.AsSpan(0, Math.Min(name.Length, NameBytes)));
        _encoder0 = LookAtThreads();
        _timer = new Timer(_ => LookAtThreads(), state: null, s_interval, s_interval);
    }

    /// <summary>Since its making.</summary>
    public CpuTime Read() => new(ProcessSeconds() - _process0, OperatingSystem.IsLinux() ? LookAtThreads() - _encoder0 : null);

    public void Dispose() => _timer.Dispose();

    private static double ProcessSeconds() => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Time of all encoder's threads that were ever seen, in seconds.</summary>
    private double LookAtThreads()
    {
        lock (_gate)
        {
            if (OperatingSystem.IsLinux())
            {
                foreach (string thread in Directory.EnumerateDirectories("/proc/self/task"))
                {
                    LookAt(thread);
                }
            }

            return _seen.Values.Sum() / TicksPerSecond;
        }
    }

    private void LookAt(string thread)
    {
        string stat;
        try
        {
            stat = File.ReadAllText(Path.Combine(thread, "stat"));
        }
        catch (IOException)
        {
            return; // The thread has ended between two looks.
        }

        // "4711 (name) S ...": the name may have blanks and brackets; behind it, utime and stime are the 12th and 13th, and the 20th is when it began.
        int open = stat.IndexOf('('), close = stat.LastIndexOf(')');
        if (stat.AsSpan(open + 1, close - open - 1).SequenceEqual(_threadName))
        {
            string[] fields = stat[(close + 2)..].Split(' ');
            _seen[$"{stat[..open]}{fields[19]}"] = double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
        }
    }
}

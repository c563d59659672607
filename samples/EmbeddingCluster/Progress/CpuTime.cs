using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EmbeddingCluster;

/// <summary>
/// Time that this process has been on processors, and the share of it that its encoder's threads had: what is left is what engine, database and the reading of the
/// corpus cost.
/// </summary>
/// <param name="Process">All threads, in seconds.</param>
/// <param name="Encoder">The encoder's threads, in seconds; null where the system doesn't tell (it does on Linux).</param>
internal readonly record struct CpuTime(double Process, double? Encoder)
{
    private const int NameBytes = 15; // What Linux keeps of a thread's name.
    private const double TicksPerSecond = 100; // USER_HZ, which is the same for all that a Linux system tells its programs.

    /// <summary>Until now. The encoder's threads end when they have had nothing to do for half a minute, and their time with them.</summary>
    /// <param name="model">Name of the model, which the threads have in theirs.</param>
    public static CpuTime Read(string model) => new(Environment.CpuUsage.TotalTime.TotalSeconds, OperatingSystem.IsLinux() ? ReadThreads($"{model} encoder") : null);

    public static CpuTime operator -(CpuTime left, CpuTime right) => new(left.Process - right.Process, left.Encoder - right.Encoder);

    /// <summary>"cpu=12.3 encoder-cpu=11.9", in seconds.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"cpu={Process:F2}{(Encoder is { } encoder ? string.Create(CultureInfo.InvariantCulture, $" encoder-cpu={encoder:F2}") : "")}");

    private static double ReadThreads(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        string kept = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, NameBytes)));
        double ticks = 0;
        foreach (string thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            try
            {
                // "4711 (name) S ...": the name may have blanks and brackets; behind it, utime and stime are the 12th and 13th.
                string stat = File.ReadAllText(Path.Combine(thread, "stat"));
                int open = stat.IndexOf('('), close = stat.LastIndexOf(')');
                if (stat.AsSpan(open + 1, close - open - 1).SequenceEqual(kept))
                {
                    string[] fields = stat[(close + 2)..].Split(' ');
                    ticks += double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
                }
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or IOException)
            {
                Debug.WriteLine(e); // The thread has ended between two looks.
            }
        }

        return ticks / TicksPerSecond;
    }
}

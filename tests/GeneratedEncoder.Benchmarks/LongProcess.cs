using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// What happens with long texts in processes of their own: a contender's memory is measured alone, and one that the system ends for want of
/// memory takes nobody along.
/// </summary>
internal static class LongProcess
{
    private const char Separator = '\t';

    /// <summary>
    /// A child: loads one contender, computes one text, prints the most bytes that were resident until then, and writes the hidden state to a file.
    /// </summary>
    public static int RunCall(string[] args)
    {
        if (args is not [string name, string folder, string who, string tokens, string output] || !LongShape.Contenders.Contains(who))
        {
            throw new UsageException($"long-call takes <shape> <folder> <{string.Join('|', LongShape.Contenders)}> <tokens> <output file>.");
        }

        LongShape shape = LongShape.Named(name);
        int[] ids = shape.Ids(int.Parse(tokens, CultureInfo.InvariantCulture));
        float[] hidden = new float[ids.Length * shape.Shape.HiddenSize];
        using LoadedEncoder encoder = shape.Open(who, folder);
        encoder.Encode(ids, hidden);
        using (Process process = Process.GetCurrentProcess())
        {
            process.Refresh();
            Console.WriteLine(process.PeakWorkingSet64.ToString(CultureInfo.InvariantCulture));
        }

        File.WriteAllBytes(output, MemoryMarshal.AsBytes<float>(hidden));
        return 0;
    }

    /// <summary>A child: times contenders in turn, and prints median, spread and number of calls of each.</summary>
    public static int RunTimes(string[] args)
    {
        if (args is not [string name, string folder, string tokens, string seconds, .. string[] contenders] || contenders.Length == 0)
        {
            throw new UsageException("long-times takes <shape> <folder> <tokens> <seconds> <contender> ...");
        }

        LongShape shape = LongShape.Named(name);
        int[] ids = shape.Ids(int.Parse(tokens, CultureInfo.InvariantCulture));
        float[] hidden = new float[ids.Length * shape.Shape.HiddenSize];
        LoadedEncoder[] encoders = Array.ConvertAll(contenders, who => shape.Open(who, folder));
        Timing[] timings = Rounds.Measure([.. encoders.Select(encoder => new Contestant(() => encoder.Encode(ids, hidden)))], double.Parse(seconds, CultureInfo.InvariantCulture));
        foreach (Timing timing in timings)
        {
            Console.WriteLine(string.Join(Separator, timing.Median, timing.Spread, timing.Calls));
        }

        Array.ForEach(encoders, encoder => encoder.Dispose());
        return 0;
    }

    /// <summary>Computes one text in a process of its own.</summary>
    /// <param name="shape">The model.</param>
    /// <param name="folder">Its files.</param>
    /// <param name="who">The contender.</param>
    /// <param name="tokens">The text's length.</param>
    public static LongCall Call(LongShape shape, TemporaryFolder folder, string who, int tokens)
    {
        Progress.Report($"{shape.Name}, n = {tokens}: memory and output of '{who}'");
        string output = folder["output"];
        File.Delete(output);
        ChildResult child = ChildProcess.Run("long-call", shape.Name, folder[""], who, $"{tokens}", output);
        return child.Failure is null
            ? new(who, double.Parse(child.Output, CultureInfo.InvariantCulture), Array.ConvertAll(MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(output)).ToArray(), value => (double)value), null)
            : new(who, 0, [], child.Failure);
    }

    /// <summary>Times contenders in turn in a process of their own. A failure is that of all.</summary>
    public static (Timing[] Timings, string? Failure) Times(LongShape shape, TemporaryFolder folder, int tokens, double seconds, string[] contenders)
    {
        Progress.Report($"{shape.Name}, n = {tokens}: times of {string.Join(", ", contenders)}");
        ChildResult child = ChildProcess.Run(
            ["long-times", shape.Name, folder[""], $"{tokens}", seconds.ToString(CultureInfo.InvariantCulture), .. contenders]);
        return child.Failure is null
            ? ([.. child.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)], null)
            : ([], child.Failure);
    }

    /// <summary>How far two hidden states are apart.</summary>
    public static double DifferenceOf(LongCall one, LongCall other) => Difference.Max(one.Hidden, other.Hidden);

    private static Timing Parse(string line) => line.Split(Separator) is [string median, string spread, string calls]
        ? new(double.Parse(median, CultureInfo.InvariantCulture), double.Parse(spread, CultureInfo.InvariantCulture), int.Parse(calls, CultureInfo.InvariantCulture))
        : throw new InvalidDataException($"'{line}' is no timing.");
}

/// <summary>What came of one text in a process of its own.</summary>
/// <param name="Who">The contender.</param>
/// <param name="PeakBytes">The most bytes that the process had resident.</param>
/// <param name="Hidden">The last hidden state [tokens, H].</param>
/// <param name="Failure">How the process ended, if it failed; then there is nothing else.</param>
internal sealed record LongCall(string Who, double PeakBytes, double[] Hidden, string? Failure);

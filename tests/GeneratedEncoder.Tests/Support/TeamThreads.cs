namespace GeneratedEncoder.Tests;

/// <summary>The threads of this process that teams have started. Linux keeps the first 15 letters of a thread's name.</summary>
internal static class TeamThreads
{
    public static bool AreKnown => OperatingSystem.IsLinux();

    /// <summary>How many carry the encoder's name, in any state or in that of a letter.</summary>
    public static int Of(EncoderCase encoder, string state = "") => Ids(encoder, state).Length;

    /// <summary>The system's numbers of them.</summary>
    public static int[] Ids(EncoderCase encoder, string state = "") =>
        [.. Directory.GetDirectories("/proc/self/task").Where(task => Is(task, encoder, state)).Select(task => int.Parse(Path.GetFileName(task), System.Globalization.CultureInfo.InvariantCulture))];

    private static bool Is(string task, EncoderCase encoder, string state)
    {
        try
        {
            string[] lines = File.ReadAllLines(Path.Combine(task, "status"));
            return Value(lines, "Name:").StartsWith(encoder.Name[..Math.Min(13, encoder.Name.Length)], StringComparison.Ordinal)
                && Value(lines, "State:").StartsWith(state, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // It ended meanwhile.
        }

        static string Value(string[] lines, string label) => lines.First(line => line.StartsWith(label, StringComparison.Ordinal))[label.Length..].Trim();
    }
}

using System.Globalization;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Numbers as text, the same in every culture.</summary>
internal static class Units
{
    public static string Kibibytes(long bytes) => Text(bytes / 1024.0, "0.#") + " KiB";

    public static string Megabytes(long bytes) => Text(bytes / 1e6, "0.00") + " MB";

    public static string Gibibytes(long bytes) => Text(bytes / (double)(1L << 30), "0.0") + " GiB";

    /// <summary>A number as C# has it where a float is meant.</summary>
    public static string Single(double value) => value == Math.Floor(value) ? value.ToString("R", CultureInfo.InvariantCulture) : ((float)value).ToString("R", CultureInfo.InvariantCulture) + "f";

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Numbers of bytes as a person reads them, the same in every culture.</summary>
internal static class Units
{
    public static string Kibibytes(long bytes) => Text(bytes / 1024.0, "0.#") + " KiB";

    public static string Megabytes(long bytes) => Text(bytes / 1e6, "0.00") + " MB";

    public static string Gibibytes(long bytes) => Text(bytes / (double)(1L << 30), "0.0") + " GiB";

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

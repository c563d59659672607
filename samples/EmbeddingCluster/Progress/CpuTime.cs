using System.Globalization;

namespace EmbeddingCluster;

/// <summary>
/// Time that this process was on processors, and the share of it that its encoder's threads had: what is left is what engine, database and the reading of the corpus
/// cost.
/// </summary>
/// <param name="Process">All threads, in seconds.</param>
/// <param name="Encoder">The encoder's threads, in seconds; null where the system doesn't tell (it does on Linux).</param>
internal readonly record struct CpuTime(double Process, double? Encoder)
{
    /// <summary>"cpu=12.3 encoder-cpu=11.9", in seconds.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"cpu={Process:F2}{(Encoder is { } encoder ? string.Create(CultureInfo.InvariantCulture, $" encoder-cpu={encoder:F2}") : "")}");
}

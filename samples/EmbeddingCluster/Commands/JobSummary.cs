using System.Globalization;

namespace EmbeddingCluster;

/// <summary>What `embed` says at its end.</summary>
/// <param name="Rows">Rows of the corpus.</param>
/// <param name="Distinct">Different texts.</param>
/// <param name="Computed">Texts that this process computed and committed.</param>
/// <param name="Time">From the moment when the model was loaded and the corpus read.</param>
/// <param name="Cpu">Processors' time of this process since then.</param>
internal sealed record JobSummary(long Rows, long Distinct, long Computed, TimeSpan Time, CpuTime Cpu)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"complete: rows={Rows} distinct={Distinct} computed={Computed} seconds={Time.TotalSeconds:F2} {Cpu}");
}

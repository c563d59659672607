using System.Globalization;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>A dimension that doesn't fill its panels, so that products compute columns that nobody needs.</summary>
/// <param name="Property">The attribute's property that decides it.</param>
/// <param name="Name">The dimension: "HeadSize = HiddenSize / NumAttentionHeads".</param>
/// <param name="Columns">The dimension's value.</param>
internal sealed record PaddingNote(string Property, string Name, int Columns)
{
    /// <summary>Columns that are computed in their place.</summary>
    public int Computed => Panel.Pad(Columns);

    /// <summary>What the padding costs, as the emitted header says it too.</summary>
    public string Cost => string.Format(CultureInfo.InvariantCulture,
        "products compute {0} columns for {1}, {2:F0} % of them padding; a multiple of {3} has none",
        Computed, Columns, 100.0 * (Computed - Columns) / Computed, Panel.Width);

    /// <summary>The header's line about it.</summary>
    public string Text => $"{Name} = {Columns.ToString(CultureInfo.InvariantCulture)}: {Cost}";

    /// <summary>The dimensions of an encoder that don't fill their panels: those of attention, or of the feed-forward network.</summary>
    public static IEnumerable<PaddingNote> OfAttention(EncoderSpec spec) => Partial(
        new("HiddenSize", "HiddenSize", spec.HiddenSize),
        new("NumAttentionHeads", "HeadSize = HiddenSize / NumAttentionHeads", spec.HeadSize));

    /// <inheritdoc cref="OfAttention"/>
    public static IEnumerable<PaddingNote> OfFeedForward(EncoderSpec spec) => Partial(
        new PaddingNote("IntermediateSize", "IntermediateSize", spec.IntermediateSize));

    private static IEnumerable<PaddingNote> Partial(params PaddingNote[] notes) => notes.Where(note => note.Computed != note.Columns);
}

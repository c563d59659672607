using System.Collections.Immutable;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>A named stretch of a memory map.</summary>
/// <param name="Name">The constant that holds its offset.</param>
/// <param name="Offset">Its first float, counted from the map's start.</param>
/// <param name="Floats">Its length in floats.</param>
/// <param name="Meaning">Shape and use, for the emitted comment.</param>
internal sealed record Region(string Name, long Offset, long Floats, string Meaning);

/// <summary>Regions one after another, each starting on a cache line.</summary>
internal sealed record MemoryMap(ImmutableArray<Region> Regions)
{
    /// <summary>Floats up to the end of the last region.</summary>
    public long Floats => Regions.Max(region => region.Offset + region.Floats);

    /// <summary>First float of a region.</summary>
    public long Offset(string name) => Regions.Single(region => region.Name == name).Offset;

    public static Builder At(long offset) => new(offset);

    internal sealed class Builder(long next)
    {
        private readonly ImmutableArray<Region>.Builder _regions = ImmutableArray.CreateBuilder<Region>();

        /// <summary>First float after the regions so far.</summary>
        public long Next => next;

        public Builder Add(string name, long floats, string meaning)
        {
            floats = (floats + Panel.Width - 1) / Panel.Width * Panel.Width;
            _regions.Add(new Region(name, next, floats, meaning));
            next += floats;
            return this;
        }

        public Builder AddIf(bool condition, string name, long floats, string meaning) =>
            condition ? Add(name, floats, meaning) : this;

        public MemoryMap Build() => new(_regions.ToImmutable());
    }
}

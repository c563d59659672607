using System.Collections.Immutable;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>Something that a model folder says of its architecture and the attribute has no property for.</summary>
/// <param name="Key">The key of config.json that says it, or a name in its place.</param>
/// <param name="Value">An int, a double, a bool or a string.</param>
internal sealed record Detail(string Key, object Value);

/// <summary>All of them, by their keys. Empty for an encoder that is written by hand.</summary>
internal readonly struct Details(ImmutableArray<Detail> items) : IEquatable<Details>
{
    private ImmutableArray<Detail> Items => items.IsDefault ? [] : items;

    public int Whole(string key) => (int)Value(key);

    public double Number(string key) => Value(key) is int whole ? whole : (double)Value(key);

    public bool Flag(string key) => (bool)Value(key);

    public string Word(string key) => (string)Value(key);

    public bool Has(string key) => Items.Any(detail => detail.Key == key);

    /// <summary>These with another value for a key.</summary>
    public Details With(string key, object value) => new([.. Items.Where(detail => detail.Key != key), new Detail(key, value)]);

    public bool Equals(Details other) => Items.SequenceEqual(other.Items);

    public override bool Equals(object? obj) => obj is Details other && Equals(other);

    public override int GetHashCode() => Items.Aggregate(17, (hash, detail) => unchecked(hash * 31 + detail.GetHashCode()));

    private object Value(string key) => Items.FirstOrDefault(detail => detail.Key == key)?.Value
        ?? throw new InvalidOperationException($"The architecture reads no '{key}'.");
}

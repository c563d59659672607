using System.Globalization;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>
/// A number of floats that emitted code computes: its text, and the largest value that it can have. Both grow by the same operators, so
/// that neither changes without the other. It is computed in int, and from the first step on that could exceed one, in nint.
/// </summary>
internal sealed class Offset
{
    private readonly string _text;
    private readonly Binding _binding;

    private Offset(string text, long most, Binding binding)
    {
        _text = text;
        Most = most;
        _binding = binding;
    }

    /// <summary>How tightly the text's last operator binds.</summary>
    private enum Binding
    {
        Sum,
        Product,
        Name,
    }

    /// <summary>The largest value; the least is at least zero.</summary>
    public long Most { get; }

    /// <summary>Whether an int can't hold it.</summary>
    public bool IsNative => Most > int.MaxValue;

    /// <summary>The text, for a place that takes ints alone.</summary>
    /// <exception cref="InvalidOperationException">It may be too large for one: <see cref="MemoryLimit"/> should have refused the spec.</exception>
    public string Int => IsNative ? throw new InvalidOperationException($"'{_text}' may be {Most}, which no int holds.") : _text;

    /// <summary>Something that the code has a name for, or another expression for that is never more than this: "row".</summary>
    public static Offset Of(string text, long most) => new(text, most, Binding.Name);

    /// <summary>A constant: "Scratch.Hidden", or its digits without a name.</summary>
    public static Offset Constant(long value, string? name = null) => new(name ?? value.ToString(CultureInfo.InvariantCulture), value, Binding.Name);

    public static implicit operator Offset(long value) => Constant(value);

    public static Offset operator +(Offset a, Offset b) => a.Then(b, "+", checked(a.Most + b.Most), Binding.Sum);

    /// <summary>A difference that is never negative.</summary>
    public static Offset operator -(Offset a, Offset b) => a.Then(b, "-", a.Most, Binding.Sum);

    public static Offset operator *(Offset a, Offset b) => a.Then(b, "*", checked(a.Most * b.Most), Binding.Product);

    /// <summary>The text, for a place that takes an int or a nint.</summary>
    public override string ToString() => _text;

    private Offset Then(Offset next, string operation, long most, Binding binding)
    {
        bool widens = most > int.MaxValue && !IsNative && !next.IsNative;
        string left = _binding < binding || (widens && _binding < Binding.Name) ? $"({_text})" : _text;
        string right = next._binding < binding || (operation == "-" && next._binding == binding) ? $"({next._text})" : next._text;
        return new Offset($"{(widens ? "(nint)" : "")}{left} {operation} {right}", most, binding);
    }
}

using System.Reflection;
using System.Runtime.Intrinsics;

namespace GeneratedEncoder.Benchmarks.Parts;

/// <summary>
/// The private members of a generated encoder, found by name. The names belong to the generator; where one has gone, the
/// message says which.
/// </summary>
internal sealed class GeneratedCode
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly Type _encoder;

    public GeneratedCode(Type encoder)
    {
        _encoder = encoder;
        (string Name, bool Runs)[] paths =
        [
            ("V512", Vector512.IsHardwareAccelerated),
            ("V256", Vector256.IsHardwareAccelerated),
            ("V128", Vector128.IsHardwareAccelerated),
        ];
        Path = paths.Where(path => path.Runs)
            .Select(path => encoder.GetNestedType(path.Name, BindingFlags.NonPublic))
            .FirstOrDefault(type => type != null)
            ?? throw new UsageException($"{encoder.Name} has no nested class V512, V256 or V128 that this machine runs.");
    }

    /// <summary>The class of the widest vectors that there are code and hardware for.</summary>
    public Type Path { get; }

    /// <summary>A method of the path.</summary>
    public MethodInfo Method(string name) => Method(Path, name);

    /// <summary>A method of one of the path's types.</summary>
    public static MethodInfo Method(Type type, string name) => Found(type.GetMethod(name, Static), $"{type.Name}.{name}");

    /// <summary>The path's type for a product; names are Linear_K{inputs}_N{columns}_{epilogue}.</summary>
    public Type Linear(int inputs, int columns)
    {
        string start = $"Linear_K{inputs}_N{columns}_";
        Type[] types = [.. Path.GetNestedTypes(BindingFlags.NonPublic).Where(type => type.Name.StartsWith(start, StringComparison.Ordinal))];
        return Found(types.Length == 1 ? types[0] : null, $"{Path.Name}.{start}*");
    }

    /// <summary>A constant: <c>Layer.QkvPanels</c>.</summary>
    public int Constant(string holder, string name) => (int)Found(
        _encoder.GetNestedType(holder, BindingFlags.NonPublic)?.GetField(name, Static), $"{holder}.{name}").GetRawConstantValue()!;

    /// <summary>A constant of the path: <c>AttentionBlockRows</c>.</summary>
    public int PathConstant(string name) => (int)Found(Path.GetField(name, Static), $"{Path.Name}.{name}").GetRawConstantValue()!;

    /// <summary>A static property of a product: <c>XStride</c>.</summary>
    public static int Property(Type type, string name) => (int)Found(type.GetProperty(name, Static), $"{type.Name}.{name}").GetValue(null)!;

    /// <summary>A private field of an instance.</summary>
    public T Field<T>(object instance, string name) => (T)Found(
        _encoder.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic), $"{_encoder.Name}.{name}").GetValue(instance)!;

    private static T Found<T>(T? member, string name)
        where T : class
        => member ?? throw new UsageException(
            $"The generated code has no {name}; parts are timed by the names that it had when this was written.");
}

using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>How a path's vectors are spelled, for emitters of code that passes over rows of 16-column chunks.</summary>
internal static class VectorText
{
    /// <summary>The vectors of a 16-column chunk: suffix of their names, and their first column.</summary>
    public static IEnumerable<(string Part, int Column)> Vectors(this SimdPath path) =>
        path.Parts.Select((part, i) => (part, i * path.Lanes));

    /// <summary>What computes x * y + z, rounded once: at 128 bits there are machines without an instruction for it.</summary>
    public static string Fused(string vector) => vector == SimdPath.V128.Vector ? $"{SimdPath.V128.Functions}.FusedMultiplyAdd" : $"{vector}.FusedMultiplyAdd";

    /// <summary>A load of the vector that starts <paramref name="column"/> floats after element <paramref name="index"/>.</summary>
    public static string Load(this SimdPath path, string start, string index, int column) =>
        $"{path.Vector}.LoadUnsafe(ref {start}, {Sum(index, column)})";

    /// <summary>A store, likewise. By its class, as all of them: an extension method of the user's could come before the vector's own.</summary>
    public static string Store(this SimdPath path, string value, string start, string index, int column) =>
        $"{path.Vector}.StoreUnsafe({value}, ref {start}, {Sum(index, column)});";

    /// <summary>"i" or "i + 8".</summary>
    public static string Sum(string index, int column) => column == 0 ? index : $"{index} + {column}";

    /// <summary>One declaration of several vectors with the same start value: "Vector256&lt;float&gt; sumLo = zero, sumHi = zero;".</summary>
    public static string Declare(this SimdPath path, string name, string value) =>
        $"{path.Vector}<float> {string.Join(", ", path.Parts.Select(part => $"{name}{part} = {value}"))};";

    /// <summary>"sumLo, sumHi": the arguments of a function that reduces a chunk's lanes to one number.</summary>
    public static string Arguments(this SimdPath path, string name) => string.Join(", ", path.Parts.Select(part => name + part));
}

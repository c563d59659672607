using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>
/// Types that emitted code names without their namespace, so that it reads well. Its using directives stand inside the encoder's
/// namespace, where C# looks before it looks at a project's global usings and aliases and at namespaces around. What it looks at
/// before them is the class, what contains it, and the namespace itself: names that are taken there are emitted in full.
/// </summary>
internal static class ImportedNames
{
    /// <summary>The namespaces that are imported.</summary>
    public const string Attributes = "System.CodeDom.Compiler", Analysis = "System.Diagnostics.CodeAnalysis", Compiler = "System.Runtime.CompilerServices",
        Interop = "System.Runtime.InteropServices", Intrinsics = "System.Runtime.Intrinsics", Arm = "System.Runtime.Intrinsics.Arm", Wasm = "System.Runtime.Intrinsics.Wasm", X86 = "System.Runtime.Intrinsics.X86",
        Library = "GeneratedEncoder", Kernels = "GeneratedEncoder.Kernels", Runtime = "GeneratedEncoder.Runtime";

    /// <summary>Each type's namespace. A test compares this list with what is emitted.</summary>
    public static readonly ImmutableDictionary<string, string> Types = new Dictionary<string, string[]>
    {
        ["System"] = ["IDisposable", "Math", "MathF", "ReadOnlySpan", "Span"],
        [Attributes] = ["GeneratedCode", "GeneratedCodeAttribute"],
        [Analysis] = ["ExcludeFromCodeCoverage", "ExcludeFromCodeCoverageAttribute"],
        [Compiler] = ["MethodImpl", "MethodImplAttribute", "MethodImplOptions", "Unsafe"],
        [Interop] = ["MemoryMarshal"],
        [Intrinsics] = ["Vector128", "Vector256", "Vector512"],
        [Arm] = ["AdvSimd", "Dp"],
        [Wasm] = ["PackedSimd"],
        [X86] = ["Avx2", "Avx512BW", "Avx512F", "AvxVnni", "Fma", "Sse2", "Ssse3"],
        [Library] =
        [
            "EncoderInfo", "EncoderOptions", "Head", "IMaskedLanguageModel", "ISequenceClassifier", "ITokenClassifier", "ITransformerEncoder", "ModelType", "Pooling", "WeightFormat",
        ],
        [Kernels] = 
        [
            "BFloat16TilesV128", "BFloat16TilesV256", "BFloat16TilesV512", "IInt8Product", "Int8TilesV128", "Int8TilesV256", "Int8TilesV512", "MathV128", "MathV256", "MathV512",
            "QuantisationV128", "QuantisationV256", "QuantisationV512", "TilesV128", "TilesV256", "TilesV512",
        ],
        [Runtime] =
        [
            "AlibiTable", "CallGuard", "DisentangledBuckets", "EmbeddingTable", "EncoderMemory", "ModelFact", "ModelFiles", "ModelFolder", "ModelTensors", "Prefetch", "RotaryTable", "ScalarFma", "TeamWork", "Transposition", "Workspace",
        ],
    }.SelectMany(space => space.Value.Select(name => (Name: name, Space: space.Key))).ToImmutableDictionary(pair => pair.Name, pair => pair.Space);

    /// <summary>Those of the names that are taken where a class's code stands.</summary>
    public static EquatableArray<string> TakenAround(INamedTypeSymbol type, Compilation compilation)
    {
        // Outside of namespaces there is no place for using directives that comes before the project's own.
        if (type.ContainingNamespace is not { IsGlobalNamespace: false } space)
        {
            return new([.. Types.Keys.OrderBy(name => name, StringComparer.Ordinal)]);
        }

        // The compilation's, which has what other assemblies put into the namespace too.
        INamespaceSymbol all = compilation.GetCompilationNamespace(space) ?? space;
        HashSet<string> taken = [.. Types.Keys.Where(name => all.GetMembers(name).Any())];
        for (INamedTypeSymbol? around = type; around is not null; around = around.ContainingType)
        {
            IEnumerable<string> names = [.. around.TypeParameters.Select(parameter => parameter.Name), .. around.MemberNames, .. around.GetTypeMembers().Select(member => member.Name)];
            taken.UnionWith(names.Where(Types.ContainsKey));
        }

        return new([.. taken.OrderBy(name => name, StringComparer.Ordinal)]);
    }
}

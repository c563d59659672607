using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace GeneratedEncoder.Tests;

/// <summary>
/// What the JIT makes of the emitted methods. A method that grows beyond its limits is silently compiled without
/// optimisation, and then runs ten times slower; a process of its own tells how each method was compiled.
/// </summary>
public sealed partial class JitTests(ITestOutputHelper output)
{
    private static readonly string[] s_encoders =
        [nameof(Minilm), nameof(OddGelu), nameof(OddVectorsPrenorm), nameof(OddSiluRoberta), nameof(HeadsOf128), nameof(WidePrenorm), nameof(NiceReluUntyped),
            nameof(Mpnet), nameof(AlbertTwoGroups), nameof(BertPooler), nameof(ElectraClassifier), nameof(DistilbertLabeller), nameof(AlbertWords),
            nameof(ModernbertLayerTypes), nameof(NomicGegluBiases), nameof(GteClassifier), nameof(JinaCode), nameof(DebertaV2Conv), nameof(DebertaUnshared),
            nameof(T5Gated), nameof(GemmaEmbedding), nameof(PoolingPrompt),
            nameof(MinilmInt8), nameof(MinilmBFloat16), nameof(OddGeluInt8), nameof(OddGeluBFloat16), nameof(T5GatedInt8), nameof(GemmaBFloat16)];

    /// <summary>One line of the JIT's summary: a method's full name, and how it was compiled.</summary>
    private sealed record Compilation(string Type, string Method, string Tier);

    [SkippableTheory]
    [InlineData(null)]
    [InlineData("0")]
    public void No_emitted_method_is_compiled_with_minimal_optimisation(string? tieredCompilation)
    {
        Compilation[] emitted = Emitted(tieredCompilation);

        output.WriteLine($"{emitted.Length} compilations: {string.Join(", ", emitted.CountBy(c => c.Tier))}");
        Assert.Equal(s_encoders.Order(), emitted.Where(c => !IsShared(c.Type)).Select(c => EncoderOf(c.Type)).Distinct().Order());
        Assert.Contains(emitted, c => c.Method.StartsWith("Tile", StringComparison.Ordinal));
        Assert.DoesNotContain(emitted, c => c.Tier.Contains("MinOpts", StringComparison.OrdinalIgnoreCase));
    }

    [SkippableFact]
    public void Kernels_are_fully_optimised_from_their_first_call()
    {
        Compilation[] emitted = Emitted(tieredCompilation: null);

        HashSet<(string, string)> kernels = [.. s_encoders.Select(name => EncoderCase.Named(name).Type).SelectMany(PartsOf).Concat(Shared()).SelectMany(KernelsOf)];
        Compilation[] compiled = [.. emitted.Where(c => kernels.Contains((c.Type, c.Method)))];
        Assert.Equal(s_encoders.Order(), compiled.Where(c => c.Method == "Forward").Select(c => EncoderOf(c.Type)).Order());
        Assert.Contains(compiled, c => c.Method.StartsWith("Tile", StringComparison.Ordinal));
        Assert.All(compiled, c => Assert.Equal("FullOpts", c.Tier));
    }

    /// <summary>Type and name of the methods that are marked to skip the lower tiers, in the spelling of the JIT.</summary>
    private static IEnumerable<(string Type, string Method)> KernelsOf(Type type) =>
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization)
        select (type.FullName!, method.Name);

    private static IEnumerable<Type> PartsOf(Type encoder) =>
        encoder.GetNestedTypes(BindingFlags.NonPublic).SelectMany(path => path.GetNestedTypes(BindingFlags.NonPublic).Append(path));

    /// <summary>The tiles and functions of all encoders.</summary>
    private static IEnumerable<Type> Shared() => typeof(JitTests).Assembly.GetTypes().Where(type => IsShared(type.FullName!));

    private static bool IsShared(string type) => type.StartsWith("GeneratedEncoder.Kernels.", StringComparison.Ordinal);

    private static string EncoderOf(string type) => type.Split('.')[^1].Split('+')[0];

    /// <summary>How the encoders' own methods were compiled while a process went through every entry point.</summary>
    private static Compilation[] Emitted(string? tieredCompilation)
    {
        bool debug = typeof(JitTests).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true };
        Skip.If(debug, "A Debug build tells the JIT not to optimise; run with -c Release.");
        HashSet<string> types = [.. s_encoders.Select(name => EncoderCase.Named(name).Type.FullName!)];
        return [.. Summary(tieredCompilation).Where(c => IsShared(c.Type) || types.Contains(c.Type.Split('+')[0]))];
    }

    private static Compilation[] Summary(string? tieredCompilation)
    {
        using TempFolder folder = new();
        ChildProcess.Run(
            ["calls", .. s_encoders],
            ("DOTNET_JitStdOutFile", folder["jit.txt"]),
            ("DOTNET_JitDisasmSummary", "1"),
            ("DOTNET_TieredCompilation", tieredCompilation),
            ("DOTNET_TieredPGO", null),
            ("DOTNET_TC_QuickJitForLoops", null),
            ("DOTNET_ReadyToRun", null));
        return
        [
            .. File.ReadLines(folder["jit.txt"]).Select(line => SummaryLine().Match(line)).Where(match => match.Success)
                .Select(match => new Compilation(match.Groups["type"].Value, match.Groups["method"].Value, match.Groups["tier"].Value)),
        ];
    }

    // "  12: JIT compiled Some.Type+Nested:Method[System.Int32](int) [Tier0, IL size=12, code size=34]"
    [GeneratedRegex(@"JIT compiled (?:\(dynamicClass\) )?(?<type>[^:\[\( ]+)[^: ]*:(?<method>[^\[\( ]+).* \[(?<tier>[^,\]]+)(,|\])")]
    private static partial Regex SummaryLine();
}

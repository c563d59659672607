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
        [nameof(Minilm), nameof(OddGelu), nameof(OddVectorsPrenorm), nameof(OddSiluRoberta), nameof(HeadsOf128), nameof(WidePrenorm), nameof(NiceReluUntyped)];

    /// <summary>One line of the JIT's summary: a method's full name, and how it was compiled.</summary>
    private sealed record Compilation(string Type, string Method, string Tier);

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    public void No_emitted_method_is_compiled_with_minimal_optimisation(string? tieredCompilation)
    {
        Compilation[] emitted = Emitted(tieredCompilation);

        output.WriteLine($"{emitted.Length} compilations: {string.Join(", ", emitted.CountBy(c => c.Tier))}");
        Assert.Equal(s_encoders.Order(), emitted.Select(c => EncoderOf(c.Type)).Distinct().Order());
        Assert.Contains(emitted, c => c.Method.StartsWith("Tile", StringComparison.Ordinal));
        Assert.DoesNotContain(emitted, c => c.Tier.Contains("MinOpts", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Kernels_are_fully_optimised_from_their_first_call()
    {
        Compilation[] emitted = Emitted(tieredCompilation: null);

        HashSet<(string, string)> kernels = [.. s_encoders.SelectMany(name => KernelsOf(EncoderCase.Named(name).Type))];
        Compilation[] compiled = [.. emitted.Where(c => kernels.Contains((c.Type, c.Method)))];
        Assert.Superset(new HashSet<string> { "Forward", "LayerNorm", "SelfAttention", "Pool" }, compiled.Select(c => c.Method).ToHashSet());
        Assert.Contains(compiled, c => c.Method.StartsWith("Tile", StringComparison.Ordinal));
        Assert.All(compiled, c => Assert.Equal("FullOpts", c.Tier));
    }

    /// <summary>Type and name of the methods that are marked to skip the lower tiers, in the spelling of the JIT.</summary>
    private static IEnumerable<(string Type, string Method)> KernelsOf(Type encoder) =>
        from type in encoder.GetNestedTypes(BindingFlags.NonPublic).SelectMany(path => path.GetNestedTypes(BindingFlags.NonPublic).Append(path))
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization)
        select (type.FullName!, method.Name);

    private static string EncoderOf(string type) => type.Split('.')[^1].Split('+')[0];

    /// <summary>How the encoders' own methods were compiled while a process went through every entry point.</summary>
    private static Compilation[] Emitted(string? tieredCompilation)
    {
        HashSet<string> types = [.. s_encoders.Select(name => EncoderCase.Named(name).Type.FullName!)];
        return [.. Summary(tieredCompilation).Where(c => types.Contains(c.Type.Split('+')[0]))];
    }

    private static IEnumerable<Compilation> Summary(string? tieredCompilation)
    {
        using TempFolder folder = new();
        ProcessStartInfo start = new(DotnetHost(), ["exec", typeof(JitTests).Assembly.Location, .. s_encoders]) { RedirectStandardError = true };
        start.Environment["DOTNET_JitStdOutFile"] = folder["jit.txt"];
        start.Environment["DOTNET_JitDisasmSummary"] = "1";

        // What this process runs under must not decide how that one compiles.
        foreach (string knob in new[] { "DOTNET_TieredCompilation", "DOTNET_TieredPGO", "DOTNET_TC_QuickJitForLoops", "DOTNET_ReadyToRun" })
        {
            start.Environment.Remove(knob);
        }

        if (tieredCompilation is not null)
        {
            start.Environment["DOTNET_TieredCompilation"] = tieredCompilation;
        }

        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        return [.. File.ReadLines(folder["jit.txt"]).Select(line => SummaryLine().Match(line)).Where(match => match.Success)
            .Select(match => new Compilation(match.Groups["type"].Value, match.Groups["method"].Value, match.Groups["tier"].Value))];
    }

    /// <summary>The dotnet that runs this test, or the one on the path.</summary>
    private static string DotnetHost() =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");

    // "  12: JIT compiled Some.Type+Nested:Method[System.Int32](int) [Tier0, IL size=12, code size=34]"
    [GeneratedRegex(@"JIT compiled (?:\(dynamicClass\) )?(?<type>[^:\[\( ]+)[^: ]*:(?<method>[^\[\( ]+).* \[(?<tier>[^,\]]+)(,|\])")]
    private static partial Regex SummaryLine();
}

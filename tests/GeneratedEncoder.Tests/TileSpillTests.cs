using System.Diagnostics;
using System.Reflection;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;

namespace GeneratedEncoder.Tests;

/// <summary>The tiles of narrow weights keep all that they compute with in registers: the JIT's own listing has no store of a vector to the stack.</summary>
public sealed partial class TileSpillTests(ITestOutputHelper output)
{
    private static readonly string[] s_encoders = [nameof(MinilmInt8), nameof(MinilmBFloat16), nameof(OddGeluInt8), nameof(OddGeluBFloat16), nameof(T5GatedInt8), nameof(GemmaBFloat16)];

    [SkippableTheory]
    [InlineData("DOTNET_EnableAVX512", null)]
    [InlineData("DOTNET_EnableAVX512", "0")]
    public void No_tile_stores_a_vector_to_the_stack(string knob, string? value)
    {
        Skip.IfNot(Vector256.IsHardwareAccelerated, "Vectors of 256 bits or more are x64's.");
        Skip.If(typeof(TileSpillTests).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true }, "A Debug build tells the JIT not to optimise; run with -c Release.");
        using TempFolder folder = new();
        ChildProcess.Run(["calls", .. s_encoders], ("DOTNET_JitStdOutFile", folder["jit.txt"]), ("DOTNET_JitDisasm", "Tile*"), ("DOTNET_TieredCompilation", null), (knob, value));

        Dictionary<string, string[]> tiles = Listings(File.ReadLines(folder["jit.txt"]));
        output.WriteLine($"{tiles.Count} tiles, {tiles.Values.Sum(lines => lines.Length)} lines");

        Assert.Contains(tiles.Keys, tile => tile.Contains(":Tile", StringComparison.Ordinal) && tile.Contains("Int8Tiles", StringComparison.Ordinal));
        Assert.Contains(tiles.Keys, tile => tile.Contains(":Tile", StringComparison.Ordinal) && tile.Contains("BFloat16Tiles", StringComparison.Ordinal));
        Assert.All(tiles.Values, lines => Assert.Contains(lines, line => line.Contains("ymm", StringComparison.Ordinal) || line.Contains("zmm", StringComparison.Ordinal)));
        string[] spills = [.. tiles.SelectMany(tile => tile.Value.Where(line => Spill().IsMatch(line)).Select(line => $"{tile.Key}: {line.Trim()}"))];
        Assert.True(spills.Length == 0, string.Join("\n", spills.Take(20)));
    }

    [Theory]
    [InlineData("       vmovups  ymmword ptr [rbp-0x30], ymm3", true)]
    [InlineData("       vmovups  zmmword ptr [rsp+0x40], zmm17", true)]
    [InlineData("       vmovdqu32 zmmword ptr [rbp-0x70], zmm1", true)]
    [InlineData("       vmovups  ymm3, ymmword ptr [rbp-0x30]", false)]
    [InlineData("       vmovups  ymmword ptr [rcx+0x20], ymm3", false)]
    public void A_spill_is_recognised(string line, bool isSpill) => Assert.Equal(isSpill, Spill().IsMatch(line));

    /// <summary>The lines of each tile of narrow weights, by its name.</summary>
    private static Dictionary<string, string[]> Listings(IEnumerable<string> lines)
    {
        const string Start = "; Assembly listing for method ";
        Dictionary<string, List<string>> listings = [];
        List<string>? current = null;
        foreach (string line in lines)
        {
            if (line.StartsWith(Start, StringComparison.Ordinal))
            {
                string name = line[Start.Length..];
                current = name.Contains("Kernels.Int8Tiles", StringComparison.Ordinal) || name.Contains("Kernels.BFloat16Tiles", StringComparison.Ordinal) ? listings[name] = [] : null;
            }

            current?.Add(line);
        }

        return listings.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
    }

    [GeneratedRegex(@"^\s*v?mov\w*\s+[yz]mmword ptr \[r[sb]p[^\]]*\], [yz]mm\d+")]
    private static partial Regex Spill();
}

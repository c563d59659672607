namespace GeneratedEncoder.Tests;

/// <summary>
/// The same bits whatever vectors the machine has: processes of their own run the same encoders with part of the instruction
/// set switched off. Since the default path is checked against float64, equal digests check the others too.
/// </summary>
public sealed class DeterminismTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_width_with_fused_multiply_add_gives_the_same_bits()
    {
        string[] encoders = [.. EncoderCase.All.Select(encoder => encoder.Name)];

        AssertSameBits(encoders, longest: 200, ("DOTNET_EnableAVX512", "0"), ("DOTNET_PreferredVectorBitWidth", "256"));
    }

    /// <summary>Without AVX2 .NET has no fused multiply-add in hardware; its software one is exact, and some hundred times slower.</summary>
    [Fact]
    public void Software_fused_multiply_add_gives_the_same_bits() => AssertSameBits(
        [nameof(OddGelu), nameof(OddSiluRoberta), nameof(OddGeluNewPrenorm), nameof(OddReluPrenorm), nameof(HeadsOf1), nameof(Tiny), nameof(Smallest)],
        longest: 17,
        ("DOTNET_EnableAVX2", "0"), ("DOTNET_EnableHWIntrinsic", "0"));

    private void AssertSameBits(string[] encoders, int longest, params (string Name, string Value)[] knobs)
    {
        using TempFolder folder = new();
        string expected = DigestUnder(folder, encoders, longest, ("DOTNET_EnableAVX512", null));
        foreach ((string name, string value) in knobs)
        {
            string digest = DigestUnder(folder, encoders, longest, (name, value));
            output.WriteLine($"{name}={value}: {digest}");
            Assert.Equal(expected.Split(' ')[1], digest.Split(' ')[1]);
        }

        output.WriteLine($"default: {expected}");
    }

    private static string DigestUnder(TempFolder folder, string[] encoders, int longest, (string Name, string? Value) knob)
    {
        ChildProcess.Run(["digest", folder["digest.txt"], $"{longest}", .. encoders], knob);
        return File.ReadAllText(folder["digest.txt"]);
    }
}

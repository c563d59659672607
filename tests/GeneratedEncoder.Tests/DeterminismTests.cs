namespace GeneratedEncoder.Tests;

/// <summary>
/// The same bits whatever vectors the machine has and however many threads work: processes of their own run the same
/// encoders with part of the instruction set switched off. Since the default path is checked against float64, equal digests
/// check the others too.
/// </summary>
public sealed class DeterminismTests(ITestOutputHelper output)
{
    private static readonly string[] s_small =
        [nameof(OddGelu), nameof(OddSiluRoberta), nameof(OddGeluNewPrenorm), nameof(OddReluPrenorm), nameof(HeadsOf1), nameof(Tiny), nameof(Smallest),
            nameof(Mpnet), nameof(AlbertTwoGroups), nameof(WideEmbeddings),
            nameof(BertPooler), nameof(RobertaClassifier), nameof(VectorsLabeller), nameof(BertWords),
            nameof(Modernbert), nameof(NomicGegluBiases), nameof(GteTypes), nameof(JinaCode), nameof(DebertaV3), nameof(DebertaV2Conv), nameof(T5Gated),
            nameof(GemmaEmbedding), nameof(PoolingPrompt),
            nameof(NiceGeluInt8), nameof(OddGeluInt8), nameof(OddGeluBFloat16), nameof(AlbertTwoGroupsInt8), nameof(T5GatedInt8), nameof(ModernbertBFloat16),
            $"{nameof(OddGelu)}.Int8", $"{nameof(NiceGeluInt8)}.Int8", $"{nameof(AlbertTwoGroups)}.Int8", $"{nameof(BertWords)}.Int8", $"{nameof(GemmaEmbedding)}.BFloat16"];

    [Fact]
    public void Every_width_with_fused_multiply_add_gives_the_same_bits()
    {
        string[] encoders = [.. EncoderCase.All.Select(encoder => encoder.Name), $"{nameof(OddGelu)}.Int8", $"{nameof(HeadsOf25)}.Int8", $"{nameof(OddGelu)}.BFloat16", $"{nameof(BertWords)}.Int8"];

        AssertSameBits(encoders, threads: 1, longest: 64, ("DOTNET_EnableAVX512", "0"), ("DOTNET_PreferredVectorBitWidth", "256"));
    }

    /// <summary>Without AVX2 .NET has no fused multiply-add in hardware; its software one is exact, and some hundred times slower.</summary>
    [Fact]
    public void Software_fused_multiply_add_gives_the_same_bits() =>
        AssertSameBits(s_small, threads: 1, longest: 13, ("DOTNET_EnableAVX2", "0"), ("DOTNET_EnableHWIntrinsic", "0"));

    /// <summary>A team is never larger than the processors, so the process is told that it has four.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_number_of_threads_gives_the_same_bits(int threads)
    {
        string[] encoders = [.. s_small, nameof(Minilm), nameof(WidePrenorm), nameof(HeadsOf25), nameof(WideFirstToken), nameof(WideClassifier), nameof(WideMpnet),
            nameof(MinilmInt8), nameof(MinilmBFloat16), nameof(HeadsOf25Int8), $"{nameof(MinilmInt8)}.Int8", $"{nameof(LargeVocabulary)}.Int8"];

        AssertSameBits(encoders, threads, longest: 64, ("DOTNET_PROCESSOR_COUNT", "4"));
    }

    /// <summary>Windows, relative positions and rotations far beyond those of short texts.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Any_number_of_threads_gives_long_texts_the_same_bits(int threads) => AssertSameBits(
        [nameof(ModernbertLong), nameof(JinaLong), nameof(GteLong), nameof(T5)], threads, longest: 600, ("DOTNET_PROCESSOR_COUNT", "4"));

    private void AssertSameBits(string[] encoders, int threads, int longest, params (string Name, string Value)[] knobs)
    {
        using TempFolder folder = new();
        string expected = DigestUnder(folder, encoders, threads: 1, longest, ("DOTNET_EnableAVX512", null));
        output.WriteLine($"default, 1 thread: {expected}");
        foreach ((string name, string value) in knobs)
        {
            string digest = DigestUnder(folder, encoders, threads, longest, (name, value));
            output.WriteLine($"{name}={value}, {threads} threads: {digest}");
            Assert.Equal(expected.Split(' ')[1], digest.Split(' ')[1]);
        }
    }

    private static string DigestUnder(TempFolder folder, string[] encoders, int threads, int longest, (string Name, string? Value) knob)
    {
        ChildProcess.Run(["digest", folder["digest.txt"], $"{threads}", $"{longest}", .. encoders], knob);
        return File.ReadAllText(folder["digest.txt"]);
    }
}

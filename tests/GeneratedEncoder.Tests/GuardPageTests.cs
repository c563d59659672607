namespace GeneratedEncoder.Tests;

/// <summary>
/// No call reads or writes outside what it was given, or outside the encoder's own memory: all of it lies between pages that
/// end the process when they are touched. In processes of their own, one for each vector width.
/// </summary>
public sealed class GuardPageTests
{
    /// <summary>Rows that are whole vectors, and rows that aren't; read by tied heads, too.</summary>
    private static readonly string[] s_narrowTables =
        [$"{nameof(NiceGelu)}.Int8", $"{nameof(OddGelu)}.Int8", $"{nameof(OddGelu)}.BFloat16", $"{nameof(AlbertTwoGroups)}.Int8", $"{nameof(BertWords)}.Int8", $"{nameof(HeadsOf1)}.BFloat16"];

    private static readonly string[] s_few =
        [nameof(OddGelu), nameof(HeadsOf1), nameof(Smallest), nameof(OddVectorsPrenorm), nameof(Mpnet), nameof(AlbertTwoGroups), nameof(VectorsLabeller), nameof(BertWords),
            nameof(Modernbert), nameof(GteTypes), nameof(JinaCode), nameof(DebertaV2Conv), nameof(T5Gated), nameof(GemmaEmbedding),
            nameof(NiceGeluInt8), nameof(OddGeluInt8), nameof(OddGeluBFloat16), nameof(OddVectorsInt8), nameof(T5GatedInt8), nameof(GemmaBFloat16),
            .. s_narrowTables];

    [SkippableTheory]
    [InlineData("DOTNET_EnableAVX512", null)]
    [InlineData("DOTNET_EnableAVX512", "0")]
    [InlineData("DOTNET_PreferredVectorBitWidth", "256")]
    public void Every_call_stays_inside(string knob, string? value) =>
        Run(knob, value, longest: 40, [.. EncoderCase.All.Select(encoder => encoder.Name), .. s_narrowTables]);

    /// <summary>Longer than any window, and than what a pass takes at a time.</summary>
    [SkippableFact]
    public void Long_texts_stay_inside() => Run("DOTNET_EnableAVX512", null, longest: 600, [nameof(ModernbertLong), nameof(JinaLong), nameof(GteLong)]);

    /// <summary>Multiply-adds in software are slow: short texts, fewer encoders.</summary>
    [SkippableTheory]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void Every_call_stays_inside_on_narrow_vectors(string knob) => Run(knob, "0", longest: 9, s_few);

    [SkippableTheory]
    [InlineData("output", true)]
    [InlineData("output", false)]
    [InlineData("input", true)]
    public void A_step_outside_would_end_the_process(string what, bool atEnd)
    {
        SkipElsewhere();
        Xunit.Sdk.TrueException exception = Assert.Throws<Xunit.Sdk.TrueException>(() => ChildProcess.Run(["step-outside", what, $"{atEnd}"], ("DOTNET_DbgEnableMiniDump", "0")));

        Assert.Contains("Exit code 13", exception.Message); // 128 + SIGABRT or SIGSEGV
    }

    private static void Run(string knob, string? value, int longest, IEnumerable<string> encoders)
    {
        SkipElsewhere();
        ChildProcess.Run(["guarded", $"{longest}", .. encoders], (knob, value));
    }

    private static void SkipElsewhere() => Skip.IfNot(OperatingSystem.IsLinux(), "Guard pages are asked for as Linux gives them.");
}

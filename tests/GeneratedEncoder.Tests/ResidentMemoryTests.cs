using System.Globalization;

namespace GeneratedEncoder.Tests;

/// <summary>
/// What an encoder might need is reserved when it is loaded; what is resident is what its calls have touched. Each in a process of its own, whose
/// resident memory nobody else changes.
/// </summary>
public sealed class ResidentMemoryTests(ITestOutputHelper output)
{
    /// <summary>
    /// What stands end to end in a workspace for short texts lies far apart in one for long texts, where each of its buffers may touch a page of
    /// 2 MiB of its own.
    /// </summary>
    private const long Slack = 10 << 20;

    [SkippableFact]
    public void A_short_text_makes_no_more_resident_in_an_encoder_for_long_texts()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Resident memory is read from /proc.");

        // Otherwise there would be little to see.
        Assert.True(LongVectors.WorkspaceBytes - ShortVectors.WorkspaceBytes > 4 * Slack);
        long inShort = Growth<ShortVectors>(), inLong = Growth<LongVectors>();
        output.WriteLine($"{inShort} bytes in an encoder of {ShortVectors.MaxTokens} tokens, {inLong} in one of {LongVectors.MaxTokens}");
        Assert.InRange(inLong, 0, inShort + Slack);
    }

    [SkippableFact]
    public void Of_a_block_of_memory_only_what_is_written_is_resident()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Resident memory is read from /proc.");
        ChildProcess.Run(["untouched-memory"]);
    }

    private static long Growth<T>()
        where T : class, ILoadable<T>
    {
        using TempFolder folder = new();
        EncoderCase.Of<T>().Model.Save(folder["model.safetensors"]);
        ChildProcess.Run(["short-text", folder["bytes"], typeof(T).Name, folder["model.safetensors"]]);
        return long.Parse(File.ReadAllText(folder["bytes"]), CultureInfo.InvariantCulture);
    }
}

namespace GeneratedEncoder.Tests;

/// <summary>What a refused call must be like.</summary>
internal static class Refusal
{
    /// <summary>A NaN that no computation produces.</summary>
    private static readonly float s_mark = BitConverter.Int32BitsToSingle(0x7FC1_2345);

    /// <summary>
    /// The call throws exactly this exception, its message starts with <paramref name="message"/> and names the
    /// parameter, and the output it was given is untouched.
    /// </summary>
    public static void Assert<TException>(string message, string parameter, int outputLength, Action<float[]> call)
        where TException : ArgumentException
    {
        float[] output = new float[outputLength];
        Array.Fill(output, s_mark);
        float[] before = [.. output];

        TException exception = Xunit.Assert.Throws<TException>(() => call(output));

        Xunit.Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
        Xunit.Assert.Equal(parameter, exception.ParamName);
        Bits.AssertSame(before, output, "The output was written to.");
    }
}

using System.Runtime.InteropServices;

namespace GeneratedEncoder.Tests;

/// <summary>Floats compared as they lie in memory: 0 is not -0, and NaN is itself.</summary>
internal static class Bits
{
    public static ReadOnlySpan<int> Of(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, int>(values);

    public static bool AreSame(ReadOnlySpan<float> one, ReadOnlySpan<float> other) => Of(one).SequenceEqual(Of(other));

    public static void AssertSame(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what = "")
    {
        Assert.Equal(expected.Length, actual.Length);
        int at = Of(expected).CommonPrefixLength(Of(actual));
        if (at < expected.Length)
        {
            Assert.Fail($"{what} The first of {expected.Length} values that differs is [{at}]: expected {expected[at]:R}, got {actual[at]:R}.");
        }
    }
}

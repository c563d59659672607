using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>Where no instruction multiplies and adds with one rounding, the same comes out as where one does.</summary>
public sealed class ScalarFmaTests
{
    private static readonly float[] s_special =
    [
        0, -0f, 1, -1, float.Epsilon, -float.Epsilon, 1.17549435e-38f, -1.17549435e-38f, 1.17549421e-38f, float.MaxValue, float.MinValue, float.PositiveInfinity,
        float.NegativeInfinity, float.NaN, 1 + 1.1920929e-7f, 1 - 5.9604645e-8f, 0.5f, 3, 1f / 3, 16777216, 16777215, 8388609, 1e-20f, 1e-30f, 1e20f, 1e30f,
    ];

    [Fact]
    public void Special_values()
    {
        foreach (float x in s_special)
        {
            foreach (float y in s_special)
            {
                Assert.All(s_special, z => AssertSame(x, y, z));
            }
        }
    }

    [Fact]
    public void Any_bits()
    {
        Random random = new(20261126);
        for (int i = 0; i < 300_000; i++)
        {
            AssertSame(Bits(random), Bits(random), Bits(random));
        }
    }

    /// <summary>Sums that end halfway between two float32, but for a last bit far below: a rounding to 53 bits before the one to 24 would go the other way.</summary>
    [Fact]
    public void Sums_close_to_halfway()
    {
        Random random = new(7);
        int twice = 0;
        for (int i = 0; i < 200_000; i++)
        {
            // x * y is z's last half bit, and a little more or less.
            float z = MathF.ScaleB(1 + random.NextSingle(), random.Next(-100, 100));
            float half = MathF.BitIncrement(z) - z, x = MathF.BitIncrement(half / 2), y = 1 - 5.9604645e-8f * random.Next(0, 4);
            foreach (float sign in new[] { 1f, -1 })
            {
                AssertSame(x, y, sign * z);
                twice += (float)((double)x * y + sign * z) != MathF.FusedMultiplyAdd(x, y, sign * z) ? 1 : 0;
            }
        }

        Assert.InRange(twice, 1, int.MaxValue);
    }

    [Fact]
    public void Results_below_the_normal_numbers()
    {
        Random random = new(9);
        for (int i = 0; i < 200_000; i++)
        {
            float x = MathF.ScaleB(1 + random.NextSingle(), random.Next(-90, -40)), y = MathF.ScaleB(1 + random.NextSingle(), random.Next(-90, -40));
            AssertSame(x, -y, BitConverter.Int32BitsToSingle(random.Next(0, 1 << 23)));
            AssertSame(x, y, BitConverter.Int32BitsToSingle(random.Next(0, 1 << 24)));
        }
    }

    private static float Bits(Random random) => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));

    private static void AssertSame(float x, float y, float z)
    {
        float expected = MathF.FusedMultiplyAdd(x, y, z), actual = ScalarFma.MultiplyAdd(x, y, z);
        if (BitConverter.SingleToInt32Bits(expected) != BitConverter.SingleToInt32Bits(actual) && !(float.IsNaN(expected) && float.IsNaN(actual)))
        {
            Assert.Fail($"{x:R} * {y:R} + {z:R} is {expected:R}, not {actual:R}.");
        }
    }
}

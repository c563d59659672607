using System.Numerics;

namespace GeneratedEncoder.Tests;

/// <summary>Elementary functions by their series, in whole numbers of 2^-1200: what double is measured against.</summary>
internal static class FixedPoint
{
    private const int Bits = 1200;

    private static readonly BigInteger s_one = BigInteger.One << Bits;

    // Machin: pi / 4 = 4 arctan(1 / 5) - arctan(1 / 239).
    private static readonly BigInteger s_turn = 8 * (4 * ArcTangentOfOneOver(5) - ArcTangentOfOneOver(239));

    /// <summary>A double, exactly if it is above 1e-300.</summary>
    public static BigInteger Of(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger mantissa = (bits & ((1L << 52) - 1)) | (exponent == 0 ? 0 : 1L << 52);
        int shift = Math.Max(exponent, 1) - 1075 + Bits;
        mantissa = shift >= 0 ? mantissa << shift : mantissa >> -shift;
        return x < 0 ? -mantissa : mantissa;
    }

    /// <summary>How far a double is from an exact value.</summary>
    public static double Error(double computed, BigInteger exact) => (double)(BigInteger.Abs(Of(computed) - exact) >> (Bits - 200)) / Math.Pow(2, 200);

    /// <summary>How far, in relation to the exact value.</summary>
    public static double RelativeError(double computed, BigInteger exact) => (double)((BigInteger.Abs(Of(computed) - exact) << 200) / BigInteger.Abs(exact)) / Math.Pow(2, 200);

    public static BigInteger Sin(BigInteger x) => Alternating(x % s_turn, x % s_turn, 1);

    public static BigInteger Cos(BigInteger x) => Alternating(x % s_turn, s_one, 0);

    /// <summary>The series at x / 1024, which is then squared ten times.</summary>
    public static BigInteger Exp(BigInteger x)
    {
        if (x < 0)
        {
            return (s_one << Bits) / Exp(-x);
        }

        BigInteger part = x >> 10, sum = 0, term = s_one;
        for (int n = 1; term != 0; n++)
        {
            sum += term;
            term = (term * part >> Bits) / n;
        }

        for (int i = 0; i < 10; i++)
        {
            sum = sum * sum >> Bits;
        }

        return sum;
    }

    /// <summary>Two of Halley's steps from the double next to it: right to 2^-400.</summary>
    public static BigInteger Log(BigInteger x)
    {
        BigInteger log = Of((BigInteger.Log(x) - Bits * Math.Log(2)));
        for (int i = 0; i < 2; i++)
        {
            BigInteger exp = Exp(log);
            log += 2 * ((x - exp << Bits) / (x + exp));
        }

        return log;
    }

    public static BigInteger Multiply(BigInteger x, BigInteger y) => x * y >> Bits;

    private static BigInteger Alternating(BigInteger x, BigInteger first, int n)
    {
        BigInteger sum = 0, term = first;
        for (; term != 0; n += 2)
        {
            sum += term;
            term = -(term * x / s_one * x / s_one) / ((n + 1) * (n + 2));
        }

        return sum;
    }

    private static BigInteger ArcTangentOfOneOver(int n)
    {
        BigInteger sum = 0, power = s_one / n;
        for (int i = 1; power != 0; i += 2)
        {
            sum += (i % 4 == 1 ? power : -power) / i;
            power /= n * n;
        }

        return sum;
    }
}

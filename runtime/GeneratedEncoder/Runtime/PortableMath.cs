using System.Runtime.CompilerServices;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Elementary functions whose every bit is the same on all systems and CPUs, which those of <see cref="Math"/> are not: they are the
/// C library's. Only operations that IEEE 754 rounds exactly are used, in one order, and the polynomials are Taylor's.
/// </summary>
internal static class PortableMath
{
    /// <summary>Of <see cref="SinCos"/>.</summary>
    public const double LargestAngle = 1e7;

    // pi / 2 = P1 + P2 + P3. A quarter turn's number has at most 23 bits, and so its products with the first two, of 30 bits, are exact.
    private const double P1 = 1.570796325802803, P2 = 9.920935791635221e-10, P3 = 5.170182981794105e-19, PerQuarter = 0.6366197723675814;

    // ln 2 = L1 + L2. An exponent's product with the first, of 40 bits, is exact.
    private const double L1 = 0.6931471805592082, L2 = 7.371002565167799e-13, PerLog2 = 1.4426950408889634;

    // sin x = x + x^3 S(x^2) and cos x = 1 - x^2 / 2 + x^4 C(x^2), the highest power first.
    private static ReadOnlySpan<double> S =>
    [
        1d / 355687428096000, -1d / 1307674368000, 1d / 6227020800, -1d / 39916800, 1d / 362880, -1d / 5040, 1d / 120, -1d / 6,
    ];

    private static ReadOnlySpan<double> C =>
    [
        -1d / 6402373705728000, 1d / 20922789888000, -1d / 87178291200, 1d / 479001600, -1d / 3628800, 1d / 40320, -1d / 720, 1d / 24,
    ];

    // exp x = 1 + x + x^2 E(x)
    private static ReadOnlySpan<double> E =>
    [
        1d / 87178291200, 1d / 6227020800, 1d / 479001600, 1d / 39916800, 1d / 3628800, 1d / 362880, 1d / 40320, 1d / 5040, 1d / 720, 1d / 120,
        1d / 24, 1d / 6, 1d / 2,
    ];

    // artanh x = x + x^3 A(x^2)
    private static ReadOnlySpan<double> A => [1d / 25, 1d / 23, 1d / 21, 1d / 19, 1d / 17, 1d / 15, 1d / 13, 1d / 11, 1d / 9, 1d / 7, 1d / 5, 1d / 3];

    /// <summary>The sine, within 2e-16.</summary>
    /// <param name="x">At most <see cref="LargestAngle"/> either way.</param>
    public static double Sin(double x) => SinCos(x).Sin;

    /// <summary>The cosine, within 2e-16.</summary>
    /// <param name="x">At most <see cref="LargestAngle"/> either way.</param>
    public static double Cos(double x) => SinCos(x).Cos;

    /// <summary>Sine and cosine, each within 2e-16.</summary>
    /// <param name="x">At most <see cref="LargestAngle"/> either way.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is further out, or NaN.</exception>
    /// <remarks>Optimised from the first call on: a table of rotations has half a million angles.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Sin, double Cos) SinCos(double x)
    {
        if (!(Math.Abs(x) <= LargestAngle))
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, $"An angle must be between -{LargestAngle} and {LargestAngle}.");
        }

        // The rest of quarter turns, as a sum of two: cos and sin of it are within an eighth turn.
        double quarters = Math.Round(x * PerQuarter);
        double rest = Sum(x - quarters * P1, -(quarters * P2), out double low);
        rest = Sum(rest, low - quarters * P3, out low);

        double square = rest * rest, s = 0, c = 0;
        ReadOnlySpan<double> ofSin = S, ofCos = C;
        for (int i = 0; i < ofSin.Length && i < ofCos.Length; i++)
        {
            s = s * square + ofSin[i];
            c = c * square + ofCos[i];
        }

        double sin = rest + (rest * square * s + low);
        double cos = Sum(1, -(0.5 * square), out double lost);
        cos += lost + (square * square * c - rest * low);
        return ((int)quarters & 3) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }

    /// <summary>e to the power of x, within 3e-16 of its size where it is a normal number.</summary>
    public static double Exp(double x) => Exp(x, 0);

    /// <summary>The natural logarithm, within 2e-16 of its size.</summary>
    /// <param name="x">Above zero, and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">It isn't.</exception>
    public static double Log(double x) => Log(x, out _);

    /// <summary>A power, within 1e-15 of its size where it is between 1e-100 and 1e100.</summary>
    /// <param name="x">The base: above zero, and finite.</param>
    /// <param name="y">The exponent.</param>
    /// <exception cref="ArgumentOutOfRangeException">The base isn't.</exception>
    public static double Pow(double x, double y)
    {
        double log = Log(x, out double low), product = log * y;
        return Exp(product, Math.FusedMultiplyAdd(log, y, -product) + low * y);
    }

    /// <summary>Of the sum of both.</summary>
    private static double Exp(double x, double low)
    {
        if (!(Math.Abs(x) < 746))
        {
            return x > 0 ? double.PositiveInfinity : x < 0 ? 0 : double.NaN;
        }

        double twos = Math.Round(x * PerLog2), rest = x - twos * L1 - (twos * L2 - low), power = 0;
        foreach (double coefficient in E)
        {
            power = power * rest + coefficient;
        }

        // Half of the exponent at a time: the whole of it can be no number's.
        int half = (int)twos / 2;
        return (1 + (rest + rest * rest * power)) * PowerOfTwo(half) * PowerOfTwo((int)twos - half);
    }

    /// <summary>The logarithm and what it was rounded by.</summary>
    private static double Log(double x, out double low)
    {
        if (!(x > 0 && double.IsFinite(x)))
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, "A logarithm is of a finite number above zero.");
        }

        bool isNormal = double.IsNormal(x);
        long bits = BitConverter.DoubleToInt64Bits(isNormal ? x : x * PowerOfTwo(54)), root = BitConverter.DoubleToInt64Bits(0.7071067811865476);

        // x = m * 2^twos, and m is between the roots of 1/2 and 2: ln m = 2 artanh((m - 1) / (m + 1)).
        long twos = (bits - root) >> 52;
        double m = BitConverter.Int64BitsToDouble(bits - (twos << 52));
        twos -= isNormal ? 0 : 54;
        double numerator = m - 1, denominator = Sum(m, 1, out double lost), ratio = numerator / denominator;
        double ratioLow = (Math.FusedMultiplyAdd(-ratio, denominator, numerator) - ratio * lost) / denominator;

        double square = ratio * ratio, sum = 0;
        foreach (double coefficient in A)
        {
            sum = sum * square + coefficient;
        }

        double log = Sum(twos * L1, 2 * ratio, out lost);
        return Sum(log, lost + (2 * (ratioLow + ratio * square * sum) + twos * L2), out low);
    }

    /// <summary>The rounded sum, and what rounding took from it.</summary>
    private static double Sum(double a, double b, out double lost)
    {
        double sum = a + b, ofB = sum - a;
        lost = (a - (sum - ofB)) + (b - ofB);
        return sum;
    }

    /// <param name="exponent">A normal number's.</param>
    private static double PowerOfTwo(int exponent) => BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);
}

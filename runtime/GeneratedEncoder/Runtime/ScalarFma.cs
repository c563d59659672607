using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// x * y + z of float32, rounded once, where no instruction does that: on x64 without FMA, and in browsers. A product of two float32 is exact in a double;
/// what remains is to round its sum with z to 53 bits and that to 24 without rounding twice where it shows. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ScalarFma
{
    /// <summary>Bits of a double that a float32 lacks, and what they are halfway between two float32.</summary>
    private const ulong Lost = (1ul << 29) - 1, Halfway = 1ul << 28;

    /// <summary>Twice the bits of float32's least normal number, as a double: the sign shifted out.</summary>
    private const ulong LeastNormal = 0x3810_0000_0000_0000ul << 1;

    /// <summary>x * y + z, rounded to float32 once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float x, float y, float z) => (float)Add((double)x * y, z);

    /// <summary>
    /// The sum of a product and an addend, as the double of the float32 nearest to it. The rounding to 53 bits goes unnoticed, unless it ends halfway between two
    /// float32 (or, below their normal numbers, anywhere that may be halfway): only then is its error looked at.
    /// </summary>
    /// <param name="product">The product of two float32, exact.</param>
    /// <param name="addend">A float32.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Add(double product, double addend)
    {
        double sum = product + addend;
        ulong bits = BitConverter.DoubleToUInt64Bits(sum);
        return (bits & Lost) == Halfway || (bits << 1) - 1 < LeastNormal - 1 ? Exactly(sum, product, addend) : (float)sum;
    }

    /// <summary>The same with the error of the sum (Knuth's two-sum) added where the sum is halfway between two float32.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double Exactly(double sum, double product, double addend)
    {
        double part = sum - product, error = (product - (sum - part)) + (addend - part);
        float below = (float)sum;
        bool isHalfway = (BitConverter.DoubleToUInt64Bits(sum) & Lost) == Halfway || Math.Abs(sum - below) == float.Epsilon / 2.0;
        return error == 0 || !isHalfway ? below : (float)(error > 0 ? Math.BitIncrement(sum) : Math.BitDecrement(sum));
    }
}

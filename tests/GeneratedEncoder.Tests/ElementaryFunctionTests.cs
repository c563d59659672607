using System.Reflection;
using System.Runtime.Intrinsics;

namespace GeneratedEncoder.Tests;

[TransformerEncoder(HiddenSize = 16, NumHiddenLayers = 1, NumAttentionHeads = 1, IntermediateSize = 16, MaxPositionEmbeddings = 4, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class GeluFunctions;

[TransformerEncoder(HiddenSize = 16, NumHiddenLayers = 1, NumAttentionHeads = 1, IntermediateSize = 16, MaxPositionEmbeddings = 4, HiddenAct = HiddenAct.GeluNew)]
internal sealed partial class GeluNewFunctions;

[TransformerEncoder(HiddenSize = 16, NumHiddenLayers = 1, NumAttentionHeads = 1, IntermediateSize = 16, MaxPositionEmbeddings = 4, HiddenAct = HiddenAct.Silu)]
internal sealed partial class SiluFunctions;

[TransformerEncoder(
    HiddenSize = 16, NumHiddenLayers = 1, NumAttentionHeads = 1, IntermediateSize = 16, MaxPositionEmbeddings = 4, HiddenAct = HiddenAct.Relu, Head = Head.Pooler)]
internal sealed partial class TanhFunctions;

/// <summary>The emitted polynomials against float64, over every 997th float of their domain; the bounds are those that their comments state.</summary>
public sealed class ElementaryFunctionTests(ITestOutputHelper output)
{
    private delegate Vector256<float> Function(Vector256<float> x);

    [Fact]
    public void Exp_is_within_one_unit_in_the_last_place()
    {
        Function exp = Emitted<SiluFunctions>("Exp");

        double worst = Largest(exp, -80f, 88f, (x, y) => Math.Abs(y - Math.Exp(x)) / UnitInTheLastPlace(Math.Exp(x)));

        output.WriteLine($"Exp: {worst:F3} ulp");
        Assert.InRange(worst, 0, 1.0);
    }

    [Fact]
    public void Exp2_is_within_one_unit_in_the_last_place_and_keeps_NaN()
    {
        Function exp2 = Emitted<GeluFunctions>("Exp2");

        double worst = Largest(exp2, -115f, 127f, (x, y) => Math.Abs(y - Math.Pow(2, x)) / UnitInTheLastPlace(Math.Pow(2, x)));

        output.WriteLine($"Exp2: {worst:F3} ulp");
        Assert.InRange(worst, 0, 1.0);
        Vector256<float> y = exp2(Vector256.Create(float.NegativeInfinity, -1e30f, -115f, 0f, -1f, -0f, float.NaN, -115.4f));
        Assert.Equal([y[2], y[2], y[2], 1f, 0.5f, 1f, float.NaN, y[2]], Enumerable.Range(0, 8).Select(i => y[i]));
        Assert.True(float.IsNormal(y[2]));
    }

    [Fact]
    public void Exp_clamps_its_argument_and_keeps_NaN()
    {
        Vector256<float> y = Emitted<SiluFunctions>("Exp")(Vector256.Create(float.NegativeInfinity, -1e30f, -80f, 0f, 88f, 1e30f, float.PositiveInfinity, float.NaN));

        Assert.Equal([y[2], y[2], y[2], 1f, y[4], y[4], y[4], float.NaN], Enumerable.Range(0, 8).Select(i => y[i]));
        Assert.True(float.IsNormal(y[2]) && float.IsFinite(y[4]));
    }

    [Fact]
    public void Gelu_is_within_2e_6_and_exactly_zero_or_x_far_out()
    {
        Function gelu = Emitted<GeluFunctions>("Gelu");

        double worst = Largest(gelu, -12f, 12f, (x, y) => Math.Abs(y - x / 2 * (1 + Erf(x / Math.Sqrt(2)))));

        output.WriteLine($"Gelu: {worst:E2}");
        Assert.InRange(worst, 0, 2e-6);
        Vector256<float> y = gelu(Vector256.Create(5.2f, 5.3f, 1e30f, float.PositiveInfinity, -5.2f, -1e30f, -0f, 0f));
        Assert.Equal([5.2f, 5.3f, 1e30f, float.PositiveInfinity, 0f, 0f, 0f, 0f], Enumerable.Range(0, 8).Select(i => y[i]));
    }

    [Fact]
    public void Tanh_is_within_4e_7_of_its_value_and_exactly_one_far_out()
    {
        Function tanh = Emitted<TanhFunctions>("Tanh");

        double worst = Largest(tanh, -20f, 20f, (x, y) => x == 0 ? Math.Abs(y) : Math.Abs(y / Math.Tanh(x) - 1));

        output.WriteLine($"Tanh: {worst:E2}");
        Assert.InRange(worst, 0, 4e-7);
        Assert.Equal(1f, tanh(Vector256.Create(9.01f))[0]);
        Assert.Equal(-1f, tanh(Vector256.Create(float.NegativeInfinity))[0]);
        Assert.True(float.IsNaN(tanh(Vector256.Create(float.NaN))[0]));
    }

    [Theory]
    [InlineData(typeof(GeluFunctions), "Gelu")]
    [InlineData(typeof(GeluNewFunctions), "GeluNew")]
    [InlineData(typeof(SiluFunctions), "Silu")]
    public void An_activation_is_within_1e_6_of_its_definition_or_a_millionth_of_x(Type encoder, string name)
    {
        Function<double> definition = name switch
        {
            "Gelu" => x => x / 2 * (1 + Erf(x / Math.Sqrt(2))),
            "GeluNew" => x => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
            _ => x => x / (1 + Math.Exp(-x)),
        };

        double worst = Largest(Emitted(encoder, name), -1e4f, 1e4f, (x, y) => Math.Abs(y - definition(x)) / Math.Max(1, Math.Abs(x)));

        output.WriteLine($"{name}: {worst:E2}");
        Assert.InRange(worst, 0, 1e-6);
        Assert.True(float.IsNaN(Emitted(encoder, name)(Vector256.Create(float.NaN))[0]));
    }

    private delegate T Function<T>(T x);

    private static Function Emitted<TEncoder>(string name) => Emitted(typeof(TEncoder), name);

    private static Function Emitted(Type encoder, string name) => encoder.Assembly
        .GetType("GeneratedEncoder.Kernels.MathV256")!
        .GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!
        .CreateDelegate<Function>();

    /// <summary>The largest error over the floats from <paramref name="least"/> to <paramref name="most"/>, by a stride that meets every exponent.</summary>
    private static double Largest(Function function, float least, float most, Func<double, double, double> error)
    {
        double worst = 0;
        for (uint bits = 0; bits <= BitConverter.SingleToUInt32Bits(Math.Max(most, -least)); bits += 997)
        {
            float x = BitConverter.UInt32BitsToSingle(bits);
            Vector256<float> y = function(Vector256.Create(x, -x, x, x, x, x, x, x));
            worst = Math.Max(worst, x <= most ? error(x, y[0]) : 0);
            worst = Math.Max(worst, -x >= least ? error(-x, y[1]) : 0);
        }

        return worst;
    }

    private static double UnitInTheLastPlace(double value) => MathF.BitIncrement((float)value) - (float)value;

    /// <summary>
    /// erf in double: its Taylor series up to 3, beyond it the continued fraction of erfc (Abramowitz and Stegun 7.1.5, 7.1.14).
    /// </summary>
    private static double Erf(double x)
    {
        double t = Math.Abs(x);
        if (t > 3)
        {
            double fraction = t;
            for (int k = 60; k >= 1; k--)
            {
                fraction = t + k / 2.0 / fraction;
            }

            return Math.Sign(x) * (1 - Math.Exp(-t * t) / (fraction * Math.Sqrt(Math.PI)));
        }

        double term = x, sum = x;
        for (int n = 1; n < 100; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }

        return sum * 2 / Math.Sqrt(Math.PI);
    }
}

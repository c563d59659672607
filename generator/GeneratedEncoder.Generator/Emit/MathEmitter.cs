using System.Globalization;
using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>Elementary functions on vectors, and the reduction of a chunk's 16 lanes.</summary>
internal static class MathEmitter
{
    /// <summary>What writes a function, in the order in which they stand.</summary>
    private static readonly (MathFunctions Function, Action<SourceWriter, SimdPath> Emit)[] s_emitters =
    [
        (MathFunctions.Exp2, EmitExp2),
        (MathFunctions.Exp, EmitExp),
        (MathFunctions.Relu, (w, path) => EmitRelu(w, path.Vector)),
        (MathFunctions.Gelu, (w, path) => EmitGelu(w, path.Vector)),
        (MathFunctions.GeluNew, (w, path) => EmitGeluNew(w, path.Vector)),
        (MathFunctions.Silu, (w, path) => EmitSilu(w, path.Vector)),
        (MathFunctions.Tanh, (w, path) => EmitTanh(w, path.Vector)),
        (MathFunctions.SumLanes, EmitSumLanes),
        (MathFunctions.MaxLanes, EmitMaxLanes),
    ];

    public static IEnumerable<(string, string)> About(MathFunctions functions) =>
    [
        ("this file", $"{string.Join(", ", s_emitters.Where(one => functions.HasFlag(one.Function)).Select(one => one.Function))}: what some encoder of this assembly needs"),
        ("bits", "own polynomials from fused multiply-adds, and one fixed tree for every reduction: the same bits on every machine"),
    ];

    public static void Emit(SourceWriter w, MathFunctions functions, SimdPath path)
    {
        bool first = true;
        if (path.FusedTest is { } test)
        {
            EmitFused(w, test);
            first = false;
        }

        foreach ((_, Action<SourceWriter, SimdPath> emit) in s_emitters.Where(one => functions.HasFlag(one.Function)))
        {
            w.LineIf(!first, "");
            emit(w, path);
            first = false;
        }
    }

    private static void EmitFused(SourceWriter w, string test) => w.Line($$"""
        /// <summary>x * y + z, rounded once: by an instruction, or where there is none, element by element.</summary>
        {{Attributes.Inline}}
        internal static Vector128<float> FusedMultiplyAdd(Vector128<float> x, Vector128<float> y, Vector128<float> z) => {{test}}
            ? Vector128.FusedMultiplyAdd(x, y, z)
            : Vector128.Create(
                ScalarFma.MultiplyAdd(x[0], y[0], z[0]), ScalarFma.MultiplyAdd(x[1], y[1], z[1]),
                ScalarFma.MultiplyAdd(x[2], y[2], z[2]), ScalarFma.MultiplyAdd(x[3], y[3], z[3]));
        """);

    private static void EmitExp2(SourceWriter w, SimdPath path)
    {
        string v = path.Vector;
        w.Line($$"""
        /// <summary>
        /// 2^x for x up to 127; below -115 it stays at 2^-115, which keeps clear of denormals (slow).
        /// 2^x = 2^n 2^r with n = round(x), |r| at most 1/2, and 2^r a minimax polynomial of degree 6 (Remez; relative error
        /// 2.0e-9 before rounding, 1 ulp after it). NaN stays NaN.
        /// </summary>
        {{Attributes.Inline}}
        internal static {{v}}<float> Exp2({{v}}<float> x)
        {
            // The number to keep comes second: where it is NaN, the native maximum returns it.
            x = {{v}}.MaxNative({{v}}.Create(-115f), x);

            {{(path == SimdPath.V512 ? RoundByInstruction : RoundBySum(v))}}

            {{v}}<float> p = {{v}}.Create(0.00015353331f);
            p = {{VectorText.Fused(v)}}(p, r, {{v}}.Create(0.0013398913f));
            p = {{VectorText.Fused(v)}}(p, r, {{v}}.Create(0.009618438f));
            p = {{VectorText.Fused(v)}}(p, r, {{v}}.Create(0.055503324f));
            p = {{VectorText.Fused(v)}}(p, r, {{v}}.Create(0.24022648f));
            p = {{VectorText.Fused(v)}}(p, r, {{v}}.Create(0.6931472f));
            p = {{VectorText.Fused(v)}}(p, r, {{v}}.Create(1f));

            {{(path == SimdPath.V512 ? "return Avx512F.Scale(p, n);" : TimesPower(v, "p"))}}
        }
        """);
    }

    /// <summary>n = round(x) and r = x - n: the same numbers either way.</summary>
    private const string RoundByInstruction = """
        Vector512<float> n = Avx512F.RoundScale(x, 0x08); // to the nearest whole number, ties to even
            Vector512<float> r = x - n;
        """;

    private static string RoundBySum(string v) => $$"""
        // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits of the sum.
            {{v}}<float> shifted = x + {{v}}.Create(12582912f);
            {{v}}<float> r = x - (shifted - {{v}}.Create(12582912f));
        """;

    /// <summary>A number times 2^n, where no instruction does that.</summary>
    private static string TimesPower(string v, string number) => $$"""
        // 2^n: n moves from the low bits of the sum into the exponent, the rest is shifted out.
            {{v}}<int> power = ({{v}}.AsInt32(shifted) << 23) + {{v}}.Create(127 << 23);
            return {{number}} * {{v}}.AsSingle(power);
        """;

    private static void EmitExp(SourceWriter w, SimdPath path)
    {
        string v = path.Vector;
        w.Line($$"""
        /// <summary>
        /// exp(x) for x clamped to [-80, 88], which keeps clear of denormals (slow) and of infinity.
        /// exp(x) = 2^n exp(r) with n = round(x / ln 2), |r| at most ln 2 / 2, and exp(r) = 1 + r + r^2 q(r), q a minimax
        /// polynomial of degree 4 (Remez; relative error 3.1e-9 before rounding, 1 ulp after it). NaN stays NaN.
        /// </summary>
        {{Attributes.Inline}}
        internal static {{v}}<float> Exp({{v}}<float> x)
        {
            // The number to keep comes second: where it is NaN, the native minimum and maximum return it.
            x = {{v}}.MinNative({{v}}.Create(88f), {{v}}.MaxNative({{v}}.Create(-80f), x));

            // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits of the sum.
            {{v}}<float> shifted = {{VectorText.Fused(v)}}(x, {{v}}.Create(1.44269504f), {{v}}.Create(12582912f));
            {{v}}<float> n = shifted - {{v}}.Create(12582912f);

            // ln 2 in two parts, the first with so few bits that n times it is exact.
            {{v}}<float> r = {{VectorText.Fused(v)}}(n, {{v}}.Create(-0.693359375f), x);
            r = {{VectorText.Fused(v)}}(n, {{v}}.Create(2.12194440e-4f), r);

            {{v}}<float> q = {{v}}.Create(0.00138145394f);
            q = {{VectorText.Fused(v)}}(q, r, {{v}}.Create(0.00836874545f));
            q = {{VectorText.Fused(v)}}(q, r, {{v}}.Create(0.041668389f));
            q = {{VectorText.Fused(v)}}(q, r, {{v}}.Create(0.166665211f));
            q = {{VectorText.Fused(v)}}(q, r, {{v}}.Create(0.49999994f));
            {{v}}<float> exponential = {{VectorText.Fused(v)}}(q, r * r, r) + {{v}}.Create(1f);

            {{(path == SimdPath.V512 ? "return Avx512F.Scale(exponential, n);" : TimesPower(v, "exponential"))}}
        }
        """);
    }

    private static void EmitRelu(SourceWriter w, string v) => w.Line($$"""
        /// <summary>max(x, 0).</summary>
        {{Attributes.Inline}}
        internal static {{v}}<float> Relu({{v}}<float> x) => {{v}}.Max(x, {{v}}<float>.Zero);
        """);

    private static void EmitGelu(SourceWriter w, string v) => w.Line($$"""
        /// <summary>
        /// x Phi(x) with Phi(x) = 1/2 + x P(x^2) / Q(x^2), the normal distribution: P of degree 4 and Q of degree 5, fitted to |x| up to 5.2
        /// (least squares reweighted towards minimax; of x Phi(x) the absolute error is below 2e-6, and below 4e-7 of x). From there
        /// on Phi is exactly 0 and 1.
        /// </summary>
        {{Attributes.Inline}}
        internal static {{v}}<float> Gelu({{v}}<float> x)
        {
            // The number to keep comes second: where it is NaN, the native minimum and maximum return it.
            {{v}}<float> c = {{v}}.MinNative({{v}}.Create(5.2f), {{v}}.MaxNative({{v}}.Create(-5.2f), x));
            {{v}}<float> t = c * c;

            {{Horner(v, "p", 0.398941249, 0.0552861728, 0.00592462625, 0.000379899255, 6.99775683e-06)}}

            {{Horner(v, "q", 1.0, 0.305233955, 0.0407468118, 0.00307088345, 0.000137520561, 5.87266697e-07)}}

            {{v}}<float> phi = c * p / q + {{v}}.Create(0.5f);
            return x * {{v}}.MaxNative({{v}}<float>.Zero, phi);
        }
        """);

    /// <summary>Lines that evaluate a polynomial in t, its coefficients given from the lowest.</summary>
    private static string Horner(string v, string name, params double[] coefficients)
    {
        IEnumerable<string> steps = Enumerable.Reverse(coefficients).Skip(1).Select(c => $"{name} = {VectorText.Fused(v)}({name}, t, {v}.Create({Literal(c)}));");
        return string.Join("\n    ", steps.Prepend($"{v}<float> {name} = {v}.Create({Literal(coefficients[^1])});"));
    }

    private static string Literal(double value) => ((float)value).ToString("R", CultureInfo.InvariantCulture) + "f";

    private static void EmitGeluNew(SourceWriter w, string v) => w.Line($$"""
        /// <summary>
        /// x / 2 * (1 + tanh(u)) with u = sqrt(2 / pi) (x + 0.044715 x^3), as x / (1 + exp(-2 u)): the same function, for
        /// (1 + tanh(u)) / 2 = 1 / (1 + exp(-2 u)).
        /// </summary>
        {{Attributes.Inline}}
        internal static {{v}}<float> GeluNew({{v}}<float> x)
        {
            {{v}}<float> u = {{VectorText.Fused(v)}}(x * x * {{v}}.Create(0.044715f), x, x);
            return x / ({{v}}.Create(1f) + Exp(u * {{v}}.Create(-1.59576912f)));
        }
        """);

    private static void EmitSilu(SourceWriter w, string v) => w.Line($$"""
        /// <summary>x / (1 + exp(-x)).</summary>
        {{Attributes.Inline}}
        internal static {{v}}<float> Silu({{v}}<float> x) => x / ({{v}}.Create(1f) + Exp(-x));
        """);

    private static void EmitTanh(SourceWriter w, string v) => w.Line($$"""
        /// <summary>
        /// tanh(x) as x P(x^2) / Q(x^2), both of degree 4, fitted to |x| up to 9.01 (least squares reweighted towards minimax;
        /// relative error 6.5e-8 before rounding, 4e-7 after it). Beyond, float's tanh is +-1.
        /// </summary>
        {{Attributes.Inline}}
        internal static {{v}}<float> Tanh({{v}}<float> x)
        {
            x = {{v}}.MinNative({{v}}.Create(9.01f), {{v}}.MaxNative({{v}}.Create(-9.01f), x));
            {{v}}<float> t = x * x;

            {{Horner(v, "p", 1.0, 0.1338038444519043, 0.0034948252141475677, 2.0596489775925875e-05, 1.3337117188427783e-08)}}

            {{Horner(v, "q", 1.0, 0.4671369791030884, 0.025874081999063492, 0.0003284385602455586, 7.769399417156819e-07)}}

            {{v}}<float> tanh = x * p / q;
            return {{v}}.MinNative({{v}}.Create(1f), {{v}}.MaxNative({{v}}.Create(-1f), tanh));
        }
        """);

    private static void EmitSumLanes(SourceWriter w, SimdPath path) => w.Line($$"""
        /// <summary>Sum of 16 lanes by halves: lane i and lane i + 8, then i + 4, i + 2, i + 1.</summary>
        {{Attributes.Inline}}
        internal static float SumLanes({{Lanes(path)}})
        {
            {{Halves(path, (_, a, b) => $"{a} + {b}")}}
            return (four[0] + four[2]) + (four[1] + four[3]);
        }
        """);

    private static void EmitMaxLanes(SourceWriter w, SimdPath path) => w.Line($$"""
        /// <summary>Maximum of 16 lanes.</summary>
        {{Attributes.Inline}}
        internal static float MaxLanes({{Lanes(path)}})
        {
            {{Halves(path, (vector, a, b) => $"{vector}.MaxNative({a}, {b})")}}
            return float.MaxNative(float.MaxNative(four[0], four[2]), float.MaxNative(four[1], four[3]));
        }
        """);

    private static string Lanes(SimdPath path) => string.Join(", ", path.Parts.Select(part => $"{path.Vector}<float> x{part}"));

    /// <summary>Statements that fold 16 lanes to eight and then to "four", the same lanes whatever the width.</summary>
    private static string Halves(SimdPath path, Func<string, string, string, string> combine)
    {
        return path.Lanes switch
        {
            16 => $"Vector256<float> eight = {combine("Vector256", "Vector512.GetLower(x)", "Vector512.GetUpper(x)")};\n" +
                $"    Vector128<float> four = {combine("Vector128", "Vector256.GetLower(eight)", "Vector256.GetUpper(eight)")};",
            8 => $"Vector256<float> eight = {combine("Vector256", "xLo", "xHi")};\n" +
                $"    Vector128<float> four = {combine("Vector128", "Vector256.GetLower(eight)", "Vector256.GetUpper(eight)")};",
            _ => $"Vector128<float> eightLo = {combine("Vector128", "xA", "xC")}, eightHi = {combine("Vector128", "xB", "xD")};\n" +
                $"    Vector128<float> four = {combine("Vector128", "eightLo", "eightHi")};",
        };
    }
}

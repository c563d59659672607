namespace GeneratedEncoder.Oracles.Reference;

/// <summary>The functions of feed-forward networks, gates and heads.</summary>
internal static class Functions
{
    // Below, the series has at most 40 terms; above, 80 levels of the fraction leave less than 1e-17 in erf.
    private const double ErfSeriesEnd = 2;
    private const int ErfcLevels = 80;

    /// <summary>The function that a config.json or a PyTorch class goes by.</summary>
    /// <exception cref="NotSupportedException">There is none of that name.</exception>
    public static Func<double, double> Named(string name) => name switch
    {
        "gelu" => Gelu,
        "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => GeluTanh,
        "silu" or "swish" => Silu,
        "relu" => Relu,
        "sigmoid" => Sigmoid,
        "tanh" => Math.Tanh,
        "identity" or "linear" => x => x,
        _ => throw new NotSupportedException($"The reference has no activation '{name}'."),
    };

    /// <summary>x times the normal distribution's share below x: x (1 + erf(x / sqrt 2)) / 2.</summary>
    public static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    /// <summary>The approximation x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.</summary>
    public static double GeluTanh(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    public static double Silu(double x) => x * Sigmoid(x);

    public static double Relu(double x) => Math.Max(x, 0);

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>erf(x) to 1e-15, by two expansions of Abramowitz and Stegun's Handbook of Mathematical Functions, chapter 7.</summary>
    /// <remarks>
    /// 7.1.6: 2 / sqrt(pi) exp(-x^2) times the sum of 2^n x^(2n+1) / (1 * 3 * ... * (2n+1)), all of whose terms have one sign, so that nothing
    /// cancels. 7.1.14: erfc(x) = exp(-x^2) / sqrt(pi) times the continued fraction 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))).
    /// </remarks>
    public static double Erf(double x)
    {
        double magnitude = Math.Abs(x);
        double erf = magnitude < ErfSeriesEnd ? ErfSeries(magnitude) : 1 - ErfcFraction(magnitude);
        return Math.CopySign(erf, x);
    }

    private static double ErfSeries(double x)
    {
        double sum = 0, term = x;
        for (int n = 0; sum + term != sum; n++)
        {
            sum += term;
            term *= 2 * x * x / (2 * n + 3);
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double ErfcFraction(double x)
    {
        double tail = 0;
        for (int level = ErfcLevels; level > 0; level--)
        {
            tail = level / 2.0 / (x + tail);
        }

        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + tail);
    }
}

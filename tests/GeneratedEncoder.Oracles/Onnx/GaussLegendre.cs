namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>The Gauss-Legendre rule: the sum of w[i] f(t[i]) is the integral of f for every polynomial of degree below 2n.</summary>
internal static class GaussLegendre
{
    /// <summary>The rule with <paramref name="n"/> nodes on [0, 1], the nodes in descending order.</summary>
    /// <remarks>
    /// The nodes are the roots of the Legendre polynomial P_n, found by Newton's method from cos(pi (i + 3/4) / (n + 1/2));
    /// the weights are 2 / ((1 - x^2) P_n'(x)^2). Both stand in Abramowitz and Stegun, 22.16.6 and 25.4.29.
    /// </remarks>
    public static (double[] Nodes, double[] Weights) Rule(int n)
    {
        double[] nodes = new double[n], weights = new double[n];
        for (int i = 0; i < n; i++)
        {
            double x = Math.Cos(Math.PI * (i + 0.75) / (n + 0.5));
            double slope = 0;

            // Newton doubles the correct digits each time: from this start, five steps are more than enough.
            for (int step = 0; step < 5; step++)
            {
                (double value, slope) = Legendre(n, x);
                x -= value / slope;
            }

            nodes[i] = (1 + x) / 2;
            weights[i] = 1 / ((1 - x * x) * slope * slope);
        }

        return (nodes, weights);
    }

    /// <summary>P_n and its derivative at x, by the recurrence k P_k = (2k - 1) x P_(k-1) - (k - 1) P_(k-2).</summary>
    private static (double Value, double Slope) Legendre(int n, double x)
    {
        double previous = 1, current = x;
        for (int k = 2; k <= n; k++)
        {
            (previous, current) = (current, ((2 * k - 1) * x * current - (k - 1) * previous) / k);
        }

        return (current, n * (x * current - previous) / (x * x - 1));
    }
}

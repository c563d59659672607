namespace GeneratedEncoder.Oracles.Reference;

/// <summary>y = x W^T + b.</summary>
/// <param name="Weight">W, [out, in].</param>
/// <param name="Bias">b, [out], where there is one.</param>
internal sealed record Linear(Tensor Weight, Tensor? Bias)
{
    /// <summary>Every row's: [rows, in] to [rows, out].</summary>
    public Matrix Of(Matrix x)
    {
        int outputs = Weight.Shape[0], inputs = Weight.Shape[1];
        if (x.Width != inputs)
        {
            throw new ArgumentException($"A weight of [{outputs}, {inputs}] takes no rows of {x.Width}.", nameof(x));
        }

        Matrix y = new(x.Rows, outputs);
        for (int row = 0; row < x.Rows; row++)
        {
            ReadOnlySpan<double> input = x.Row(row);
            for (int output = 0; output < outputs; output++)
            {
                ReadOnlySpan<float> weight = Weight.Values.AsSpan(output * inputs, inputs);
                double sum = 0;
                for (int i = 0; i < input.Length; i++)
                {
                    sum += input[i] * weight[i];
                }

                y[row, output] = sum + (Bias is null ? 0 : Bias.Values[output]);
            }
        }

        return y;
    }
}

/// <summary>What makes rows comparable in size.</summary>
internal interface INorm
{
    /// <summary>Every row's.</summary>
    Matrix Of(Matrix x);
}

/// <summary>(x - mean) / sqrt(variance + epsilon) * gain + bias, with the variance of all numbers of a row (divided by their count).</summary>
internal sealed record LayerNorm(Tensor Gain, Tensor? Bias, double Epsilon) : INorm
{
    public Matrix Of(Matrix x)
    {
        Matrix y = new(x.Rows, x.Width);
        for (int row = 0; row < x.Rows; row++)
        {
            double mean = 0, variance = 0;
            foreach (double value in x.Row(row))
            {
                mean += value / x.Width;
            }

            foreach (double value in x.Row(row))
            {
                variance += (value - mean) * (value - mean) / x.Width;
            }

            for (int c = 0; c < x.Width; c++)
            {
                y[row, c] = (x[row, c] - mean) / Math.Sqrt(variance + Epsilon) * Gain.Values[c] + (Bias is null ? 0 : Bias.Values[c]);
            }
        }

        return y;
    }
}

/// <summary>x / sqrt(mean of squares + epsilon) * (offset + gain).</summary>
/// <param name="Gain">[width].</param>
/// <param name="Epsilon">Added to the mean of squares.</param>
/// <param name="Offset">Added to the gain: Gemma stores how much it differs from 1.</param>
internal sealed record RmsNorm(Tensor Gain, double Epsilon, double Offset = 0) : INorm
{
    public Matrix Of(Matrix x)
    {
        Matrix y = new(x.Rows, x.Width);
        for (int row = 0; row < x.Rows; row++)
        {
            double square = 0;
            foreach (double value in x.Row(row))
            {
                square += value * value / x.Width;
            }

            for (int c = 0; c < x.Width; c++)
            {
                y[row, c] = x[row, c] / Math.Sqrt(square + Epsilon) * (Offset + Gain.Values[c]);
            }
        }

        return y;
    }

    /// <summary>Of each head of a row by itself: [rows, heads * head size].</summary>
    public Matrix OfHeads(Matrix x)
    {
        int size = Gain.Values.Length, heads = x.Width / size;
        Matrix y = new(x.Rows, x.Width);
        for (int head = 0; head < heads; head++)
        {
            Matrix normed = Of(x.Columns(head * size, size));
            for (int row = 0; row < x.Rows; row++)
            {
                normed.Row(row).CopyTo(y.Row(row).Slice(head * size, size));
            }
        }

        return y;
    }
}

namespace GeneratedEncoder.Oracles.Onnx;

/// <summary>A weight in symmetric int8: its values are <c>Values * scale</c>, with a scale a tensor or a column.</summary>
/// <param name="Values">Row-major, -127 to 127.</param>
/// <param name="Scales">One, or one for each column.</param>
internal sealed record Int8Tensor(sbyte[] Values, float[] Scales)
{
    private const int Largest = 127;

    /// <summary>Rounds to nearest, ties to even.</summary>
    /// <param name="values">[rows, columns], row-major.</param>
    /// <param name="columns">How many columns there are.</param>
    /// <param name="perColumn">Whether each column has a scale of its own.</param>
    public static Int8Tensor Of(float[] values, int columns, bool perColumn)
    {
        float[] scales = new float[perColumn ? columns : 1];
        for (int i = 0; i < values.Length; i++)
        {
            ref float largest = ref scales[perColumn ? i % columns : 0];
            largest = Math.Max(largest, Math.Abs(values[i]));
        }

        // Nothing but zeros has any scale.
        scales = Array.ConvertAll(scales, largest => largest == 0 ? 1 : (float)((double)largest / Largest));
        sbyte[] rounded = new sbyte[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            rounded[i] = (sbyte)Math.Clamp(MathF.Round(values[i] / scales[perColumn ? i % columns : 0]), -Largest, Largest);
        }

        return new(rounded, scales);
    }
}

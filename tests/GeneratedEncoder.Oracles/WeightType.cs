namespace GeneratedEncoder.Oracles;

/// <summary>How a safetensors file stores its numbers.</summary>
public enum WeightType
{
    /// <summary>32-bit IEEE 754.</summary>
    F32,

    /// <summary>16-bit IEEE 754.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a float32.</summary>
    BF16,
}

/// <summary>Conversions between float32 and what a file stores, rounding to nearest, ties to even.</summary>
internal static class WeightTypes
{
    public static int Size(this WeightType type) => type == WeightType.F32 ? 4 : 2;

    /// <summary>The value that is read back after <paramref name="value"/> was stored.</summary>
    public static float Round(this WeightType type, float value) => type switch
    {
        WeightType.F32 => value,
        WeightType.F16 => (float)(Half)value,
        _ => FromBFloat16(ToBFloat16(value)),
    };

    public static float FromBFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>Rounds a finite value; adding half of the last place, and one more where that place is odd, makes ties even.</summary>
    public static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}

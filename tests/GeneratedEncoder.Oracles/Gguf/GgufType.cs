namespace GeneratedEncoder.Oracles;

/// <summary>How a GGUF file stores the matrices that products take.</summary>
public enum GgufType
{
    /// <summary>32-bit IEEE 754.</summary>
    F32 = 0,

    /// <summary>8-bit integers with a 16-bit scale for every 32 of a row. Position and segment tables, norms and biases stay F32.</summary>
    Q8_0 = 8,
}

namespace GeneratedEncoder.Safetensors;

/// <summary>A tensor's element type, as safetensors names it.</summary>
internal enum TensorType
{
    /// <summary>A type that this library does not read (integers, float64, float8, ...).</summary>
    Other,

    /// <summary>IEEE binary32.</summary>
    F32,

    /// <summary>IEEE binary16.</summary>
    F16,

    /// <summary>The upper half of a binary32.</summary>
    BF16,
}

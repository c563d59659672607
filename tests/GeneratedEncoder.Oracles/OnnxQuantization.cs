namespace GeneratedEncoder.Oracles;

/// <summary>How a graph's products with weights compute, as <c>quantize_dynamic</c> of ONNX Runtime's own tools would rewrite it.</summary>
/// <remarks>
/// Weights are symmetric int8, the largest of a tensor or channel at 127; activations are uint8, their scale and zero point found at run time over
/// the whole tensor. Word and segment tables are int8 too, with one scale each. Products without weights, attention's own, stay float32.
/// </remarks>
public enum OnnxQuantization
{
    /// <summary>In floating point.</summary>
    None,

    /// <summary>int8 with one scale a weight tensor, which is the tools' default.</summary>
    PerTensor,

    /// <summary>int8 with one scale a column of outputs.</summary>
    PerChannel,
}

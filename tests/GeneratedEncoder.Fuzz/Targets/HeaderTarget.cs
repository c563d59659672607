using GeneratedEncoder.Safetensors;

namespace GeneratedEncoder.Fuzz;

/// <summary>The runtime's parser of headers, without a file.</summary>
internal sealed class HeaderTarget : FuzzTarget
{
    public override string Name => "header";

    public override IEnumerable<byte[]> Seeds => SafetensorsInput.Seeds;

    public override IReadOnlyList<string> Words => SafetensorsInput.Words;

    public override void Run(byte[] input)
    {
        long data = SafetensorsInput.Data(input).Length;
        foreach (TensorInfo tensor in SafetensorsHeader.Parse(SafetensorsInput.Header(input), data).Values)
        {
            // What it lets through must be safe to read.
            if (tensor.Begin < 0 || tensor.End < tensor.Begin || tensor.End > data || tensor.Shape.Any(dimension => dimension < 0)
                || (tensor.Type != TensorType.Other && tensor.Shape.Aggregate((Int128)SafetensorsHeader.ElementSize(tensor.Type), (a, b) => a * b) != tensor.End - tensor.Begin))
            {
                throw new InvalidOperationException($"The tensor {tensor} was let through.");
            }
        }
    }
}

using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Stress;

/// <summary>
/// Errors against float64: root mean square over a text's values, geometric mean over texts, since where logits are large one text in
/// some takes another way altogether.
/// </summary>
/// <param name="Encoder">Which depth.</param>
/// <param name="Case">Which weights and vectors.</param>
/// <param name="Ours">The generated encoder's.</param>
/// <param name="Peer">ONNX Runtime's in float32.</param>
internal sealed record ErrorGrowth(DeepEncoder Encoder, StressCase Case, double Ours, double Peer)
{
    private const ulong Seed = 5;

    /// <summary>Measures one case at one depth.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="stress">The case.</param>
    /// <param name="texts">How many texts.</param>
    public static ErrorGrowth Measure(DeepEncoder encoder, StressCase stress, int texts)
    {
        IReadOnlyDictionary<string, Tensor> weights = stress.Weights(RandomModel.Create(encoder.Shape, Seed));
        string path = Path.GetTempFileName();
        try
        {
            SafetensorsWriter.Write(path, WeightType.F32, weights.Select(pair => (pair.Key, pair.Value)));
            (IDisposable instance, EncodeVectors encode) = encoder.Load(path);
            using OnnxEncoder exact = OnnxEncoder.Create(encoder.Shape, weights, new OnnxEncoderOptions { Float64 = true, Threads = 2 });
            using OnnxEncoder peer = OnnxEncoder.Create(encoder.Shape, weights);
            using (instance)
            {
                double ours = 0, theirs = 0;
                for (int text = 0; text < texts; text++)
                {
                    float[] vectors = stress.Vectors(encoder.Shape, (ulong)text), hidden = new float[vectors.Length];
                    encode(vectors, hidden);
                    double[] expected = exact.EncodeVectors64(vectors);
                    ours += Math.Log(Error(hidden, expected));
                    theirs += Math.Log(Error(peer.EncodeVectors(vectors), expected));
                }

                return new(encoder, stress, Math.Exp(ours / texts), Math.Exp(theirs / texts));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static double Error(float[] actual, double[] expected)
    {
        double sum = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double error = actual[i] - expected[i];
            sum += error * error;
        }

        return Math.Sqrt(sum / actual.Length);
    }
}

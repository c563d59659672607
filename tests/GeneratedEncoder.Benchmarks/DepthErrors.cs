using GeneratedEncoder.Oracles;
using GeneratedEncoder.Stress;

namespace GeneratedEncoder.Benchmarks;

/// <summary>
/// How errors of narrow weights grow with depth. Layers run in blocks, each a model of its own, whose output is the next one's input: what goes from
/// layer to layer is float32 in any format, so that this computes what one encoder of all layers would.
/// </summary>
internal static class DepthErrors
{
    private const int BlockLayers = 3, Tokens = 64;

    private static readonly int[] s_depths = [12, 24];

    private static readonly Width[] s_widths =
    [
        new(384,
            path => { Block384 encoder = Block384.Load(path); return new(encoder, encoder.Encode); },
            path => { Block384Int8 encoder = Block384Int8.Load(path); return new(encoder, encoder.Encode); },
            path => { Block384BFloat16 encoder = Block384BFloat16.Load(path); return new(encoder, encoder.Encode); }),
        new(768,
            path => { Block768 encoder = Block768.Load(path); return new(encoder, encoder.Encode); },
            path => { Block768Int8 encoder = Block768Int8.Load(path); return new(encoder, encoder.Encode); },
            path => { Block768BFloat16 encoder = Block768BFloat16.Load(path); return new(encoder, encoder.Encode); }),
    ];

    /// <summary>Prints a row for each few layers of each model.</summary>
    /// <param name="texts">How many texts of random vectors.</param>
    public static void Print(int texts)
    {
        Console.WriteLine($"""
            ## Errors by depth

            Random layers, 12 heads, cosines of hidden states to our fp32's: mean over the tokens of {texts} texts of {Tokens}, over all channels / without the
            large ones, which would hide the others. ORT int8: as quantize_dynamic writes it, one scale a tensor or a column.
            {OutlierModel.Description}

            """);
        MarkdownTable table = new(6, "H", "layers", "after", "ours bf16", "ours int8", "ORT int8 tensor", "ORT int8 channel");
        foreach (Width width in s_widths)
        {
            foreach (int depth in s_depths)
            {
                Progress.Report($"{width.Hidden} wide, {depth} layers");
                PrintModel(table, width, depth, texts);
            }
        }

        Console.WriteLine();
    }

    private static void PrintModel(MarkdownTable table, Width width, int depth, int texts)
    {
        EncoderShape block = Shape(width.Hidden, BlockLayers);
        OutlierModel model = new(Shape(width.Hidden, depth), (ulong)(width.Hidden + depth));
        float[][] start = [.. Enumerable.Range(0, texts).Select(text => model.Vectors((ulong)text + 1, Tokens))];

        // The states of each contender, our float32 the first.
        float[][][] states = [.. Enumerable.Range(0, 5).Select(_ => Array.ConvertAll(start, vectors => (float[])vectors.Clone()))];
        using TemporaryFolder folder = new();
        for (int layer = 0; layer < depth; layer += BlockLayers)
        {
            IReadOnlyDictionary<string, Tensor> tensors = model.Layers(layer, BlockLayers);
            SafetensorsWriter.Write(folder["model.safetensors"], WeightType.F32, tensors.Select(pair => (pair.Key, pair.Value)));
            VectorEncoder[] encoders =
            [
                .. new[] { width.Float32, width.BFloat16, width.Int8 }.Select(open => open(folder["model.safetensors"])),
                Onnx(OnnxQuantization.PerTensor), Onnx(OnnxQuantization.PerChannel),
            ];
            for (int i = 0; i < encoders.Length; i++)
            {
                foreach (float[] state in states[i])
                {
                    float[] hidden = new float[state.Length];
                    encoders[i].Encode(state, hidden);
                    hidden.CopyTo(state, 0);
                }

                encoders[i].Instance.Dispose();
            }

            table.Row([$"{width.Hidden}", $"{depth}", $"{layer + BlockLayers}", .. states[1..].Select(state => Cell(model, states[0], state, width.Hidden))]);

            VectorEncoder Onnx(OnnxQuantization quantization)
            {
                OnnxEncoder onnx = OnnxEncoder.Create(block, tensors, new OnnxEncoderOptions { Quantization = quantization });
                return new(onnx, (vectors, hidden) => onnx.EncodeVectors(vectors).CopyTo(hidden));
            }
        }
    }

    private static string Cell(OutlierModel model, float[][] expected, float[][] actual, int width)
    {
        int[] usual = [.. Enumerable.Range(0, width).Where(channel => !model.LargeChannels.Contains(channel))];
        double all = expected.Zip(actual, (exact, other) => Similarity.Mean(exact, other, width)).Average();
        double without = expected.Zip(actual, (exact, other) => Similarity.Mean(Only(exact), Only(other), usual.Length)).Average();
        return $"{all:F6} / {without:F6}";

        float[] Only(float[] rows) => [.. rows.Chunk(width).SelectMany(row => usual.Select(channel => row[channel]))];
    }

    private static EncoderShape Shape(int hidden, int layers) =>
        new() { HiddenSize = hidden, NumHiddenLayers = layers, NumAttentionHeads = 12, IntermediateSize = 4 * hidden };

    /// <summary>A loaded block.</summary>
    private sealed record VectorEncoder(IDisposable Instance, EncodeVectors Encode);

    /// <summary>A block of some width in each format.</summary>
    private sealed record Width(int Hidden, Func<string, VectorEncoder> Float32, Func<string, VectorEncoder> Int8, Func<string, VectorEncoder> BFloat16);
}

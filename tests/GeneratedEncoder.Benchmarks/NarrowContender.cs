using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>What computes with narrow weights, or is the measure of those that do.</summary>
internal enum Contender
{
    OursInt8,
    OursBFloat16,
    OursFloat32,
    OnnxFloat32,
    OnnxPerTensor,
    OnnxPerChannel,
    LlamaFloat32,
    LlamaQ8,
}

/// <summary>A contender with its weights loaded.</summary>
/// <param name="Contender">Which; several encoders may be the same, of which the fastest counts.</param>
/// <param name="Encoder">How it is called.</param>
internal sealed record NarrowContender(Contender Contender, LoadedEncoder Encoder) : IDisposable
{
    /// <summary>Contenders in the order of tables' columns.</summary>
    public static IReadOnlyList<Contender> All { get; } = Enum.GetValues<Contender>();

    /// <summary>What a table calls it.</summary>
    public static string Title(Contender contender) => contender switch
    {
        Contender.OursInt8 => "ours int8",
        Contender.OursBFloat16 => "ours bf16",
        Contender.OursFloat32 => "ours fp32",
        Contender.OnnxFloat32 => "ORT fp32",
        Contender.OnnxPerTensor => "ORT int8 tensor",
        Contender.OnnxPerChannel => "ORT int8 channel",
        Contender.LlamaFloat32 => "llama.cpp F32",
        _ => "llama.cpp Q8_0",
    };

    /// <summary>
    /// The least cosine of hidden states to our float32's on random weights: what is below is a wrong graph or file, not rounding. States that have
    /// nothing to do with each other have one near 0. ONNX Runtime's int8 has much room, because machines without dot products of bytes saturate
    /// sums of two products, which uniform weights often exceed.
    /// </summary>
    public static double LeastCosine(Contender contender) => contender switch
    {
        Contender.OnnxFloat32 => 0.999999,
        Contender.OursBFloat16 => 0.9999,
        Contender.OursInt8 or Contender.LlamaFloat32 => 0.995,
        Contender.LlamaQ8 => 0.99,
        _ => 0.5,
    };

    /// <summary>Ours, ONNX Runtime's and, where it can be loaded, llama.cpp's encoders of the same weights.</summary>
    /// <param name="cases">The shape in our formats.</param>
    /// <param name="tensors">The weights by Hugging Face's names without prefix.</param>
    /// <param name="path">The same in a safetensors file.</param>
    /// <param name="threads">Threads within a call.</param>
    /// <param name="fused">Whether ONNX Runtime's encoders are also there with fused operators.</param>
    public static NarrowContender[] Load(WeightCases cases, IReadOnlyDictionary<string, Tensor> tensors, string path, int threads, bool fused)
    {
        EncoderShape shape = cases.Float32.Shape;
        List<NarrowContender> all =
        [
            new(Contender.OursInt8, cases.Int8.Load(path, threads)),
            new(Contender.OursBFloat16, cases.BFloat16.Load(path, threads)),
            new(Contender.OursFloat32, cases.Float32.Load(path, threads)),
        ];
        foreach ((Contender contender, OnnxQuantization quantization) in new[]
        {
            (Contender.OnnxFloat32, OnnxQuantization.None),
            (Contender.OnnxPerTensor, OnnxQuantization.PerTensor),
            (Contender.OnnxPerChannel, OnnxQuantization.PerChannel),
        })
        {
            foreach (bool isFused in fused ? new[] { false, true } : [false])
            {
                OnnxEncoder onnx = OnnxEncoder.Create(shape, tensors, new OnnxEncoderOptions { Threads = threads, Fused = isFused, Quantization = quantization });
                all.Add(new(contender, new(onnx, onnx.Encode)));
            }
        }

        if (LlamaEncoder.WhyNot is null)
        {
            foreach ((Contender contender, GgufType type) in new[] { (Contender.LlamaFloat32, GgufType.F32), (Contender.LlamaQ8, GgufType.Q8_0) })
            {
                using TemporaryFolder folder = new();
                GgufEncoder.Write(folder["model.gguf"], shape, tensors, type);
                LlamaEncoder llama = LlamaEncoder.Open(folder["model.gguf"], threads);
                all.Add(new(contender, new(llama, llama.Encode)));
            }
        }

        return [.. all];
    }

    /// <summary>Frees the encoder.</summary>
    public void Dispose() => Encoder.Dispose();
}

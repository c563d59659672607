using BenchmarkDotNet.Attributes;
using GeneratedEncoder.Benchmarks.Parts;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>The parts of an encoder of MiniLM's shape, over all its layers.</summary>
[MemoryDiagnoser]
public class PartBenchmarks
{
    private TemporaryFolder? _folder;
    private readonly EncoderCase _case = EncoderCase.Named("minilm");
    private LoadedEncoder? _encoder;
    private EncoderParts? _parts;
    private Action _call = () => { };

    /// <summary>Which part.</summary>
    [Params(
        "Embed", "Project", "Linear_K384_N1152", "Heads", "Combine", "Linear_K384_N384", "LayerNorm",
        "FeedForward", "Linear_K384_N1536", "Linear_K1536_N384")]
    public string Part { get; set; } = "";

    /// <summary>Length of the text.</summary>
    [Params(16, 128)]
    public int Tokens { get; set; }

    /// <summary>Loads the encoder and puts a text into its workspace.</summary>
    [GlobalSetup]
    public void Load()
    {
        _folder = new TemporaryFolder();
        RandomModel.Create(_case.Shape, EncoderCase.Seed).Save(_folder["model.safetensors"]);
        _encoder = _case.Load(_folder["model.safetensors"]);
        _parts = new EncoderParts(_case, _encoder, Tokens);
        _parts.Prepare();
        _call = _parts.All.First(part => part.Name == Part || part.Name.StartsWith(Part + "_", StringComparison.Ordinal)).Call;
    }

    /// <summary>Frees the encoder.</summary>
    [GlobalCleanup]
    public void Free()
    {
        _parts?.Dispose();
        _encoder?.Dispose();
        _folder?.Dispose();
    }

    /// <summary>The part.</summary>
    [Benchmark]
    public void Call() => _call();
}

namespace GeneratedEncoder.Fuzz;

/// <summary>A whole file into an encoder, and a call.</summary>
internal sealed class LoadTarget : FuzzTarget
{
    private readonly Lazy<ScratchFolder> _folder = new(() => new ScratchFolder());
    private readonly EncoderOptions _strict = new() { RefuseNonFiniteWeights = true, MaxConcurrentCalls = 1 }, _lenient = new() { MaxConcurrentCalls = 1 };

    public override string Name => "load";

    public override IEnumerable<byte[]> Seeds => SafetensorsInput.Seeds;

    public override IReadOnlyList<string> Words => SafetensorsInput.Words;

    public override void Run(byte[] input)
    {
        string path = _folder.Value.Write("model.safetensors", SafetensorsInput.Length(input), SafetensorsInput.Header(input), SafetensorsInput.Data(input));
        using SmallEncoder encoder = SmallEncoder.Load(path, input.Length % 2 == 0 ? _strict : _lenient);
        encoder.Embed([4, 0, 1], new float[SmallEncoder.HiddenSize]);
    }
}

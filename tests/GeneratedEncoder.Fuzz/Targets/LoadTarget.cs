namespace GeneratedEncoder.Fuzz;

/// <summary>A whole file, on disk or in memory, into an encoder, and a call.</summary>
internal sealed class LoadTarget : FuzzTarget
{
    private readonly Lazy<ScratchFolder> _folder = new(() => new ScratchFolder());
    private readonly EncoderOptions _strict = new() { RefuseNonFiniteWeights = true, MaxConcurrentCalls = 1 }, _lenient = new() { MaxConcurrentCalls = 1 };
    private readonly EncoderOptions _narrow = new() { WordTable = WordTableFormat.Int8, MaxConcurrentCalls = 1 };

    public override string Name => "load";

    public override IEnumerable<byte[]> Seeds => SafetensorsInput.Seeds;

    public override IReadOnlyList<string> Words => SafetensorsInput.Words;

    public override void Run(byte[] input)
    {
        EncoderOptions options = input.Length % 2 == 0 ? _strict : input.Length % 8 < 4 ? _lenient : _narrow;
        byte[] length = SafetensorsInput.Length(input), header = SafetensorsInput.Header(input), data = SafetensorsInput.Data(input);
        using SmallEncoder encoder = input.Length % 4 < 2
            ? SmallEncoder.Load(_folder.Value.Write("model.safetensors", length, header, data), options)
            : SmallEncoder.Load((byte[])[.. length, .. header, .. data], options);
        encoder.Embed([4, 0, 1], new float[SmallEncoder.HiddenSize]);
    }
}

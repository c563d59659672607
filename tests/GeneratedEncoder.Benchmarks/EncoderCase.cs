using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Benchmarks;

/// <summary>Computes the last hidden state of a text.</summary>
internal delegate void EncodeText(ReadOnlySpan<int> ids, Span<float> hidden);

/// <summary>A loaded encoder of whatever class.</summary>
/// <param name="Instance">The encoder.</param>
/// <param name="Encode">Its method.</param>
internal sealed record LoadedEncoder(IDisposable Instance, EncodeText Encode) : IDisposable
{
    /// <summary>Disposes of the encoder.</summary>
    public void Dispose() => Instance.Dispose();
}

/// <summary>A shape to measure, and the class compiled for it.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Open">Loads the compiled encoder from a safetensors file.</param>
internal sealed record EncoderCase(string Name, EncoderShape Shape, Func<string, EncoderOptions, LoadedEncoder> Open)
{
    /// <summary>What random weights and ids are made from.</summary>
    public const ulong Seed = 1;

    private static readonly EncoderShape s_multilingual = new()
    {
        ModelType = "xlm-roberta",
        HiddenSize = 384,
        NumHiddenLayers = 12,
        NumAttentionHeads = 12,
        IntermediateSize = 1536,
        MaxPositionEmbeddings = 514,
        PositionOffset = 2,
        VocabSize = 250002,
        TypeVocabSize = 1,
    };

    private static readonly EncoderCase[] s_all =
    [
        new("minilm", EncoderShape.MiniLm, (path, options) =>
        {
            MiniLm encoder = MiniLm.Load(path, options);
            return new(encoder, encoder.Encode);
        }),
        new("minilm-bf16", EncoderShape.MiniLm, (path, options) =>
        {
            MiniLmBFloat16 encoder = MiniLmBFloat16.Load(path, options);
            return new(encoder, encoder.Encode);
        }),
        new("minilm-int8", EncoderShape.MiniLm, (path, options) =>
        {
            MiniLmInt8 encoder = MiniLmInt8.Load(path, options);
            return new(encoder, encoder.Encode);
        }),
        new("minilm-long", EncoderShape.MiniLm with { MaxPositionEmbeddings = 8192 }, (path, options) =>
        {
            MiniLmLong encoder = MiniLmLong.Load(path, options);
            return new(encoder, encoder.Encode);
        }),
        new("tiny", Bert(layers: 2, hidden: 128, heads: 2), (path, options) =>
        {
            BertTiny encoder = BertTiny.Load(path, options);
            return new(encoder, encoder.Encode);
        }),
        new("base", Bert(layers: 12, hidden: 768, heads: 12), (path, options) =>
        {
            BertBase encoder = BertBase.Load(path, options);
            return new(encoder, encoder.Encode);
        }),
        new("base-int8", Bert(layers: 12, hidden: 768, heads: 12), (path, options) =>
        {
            BertBaseInt8 encoder = BertBaseInt8.Load(path, options);
            return new(encoder, encoder.Encode);
        }),
        new("base-bf16", Bert(layers: 12, hidden: 768, heads: 12), (path, options) =>
        {
            BertBaseBFloat16 encoder = BertBaseBFloat16.Load(path, options);
            return new(encoder, encoder.Encode);
        }),
        new("multilingual", s_multilingual, (path, options) =>
        {
            Multilingual encoder = Multilingual.Load(path, options);
            return new(encoder, encoder.Encode);
        }),
        new("multilingual-int8", s_multilingual, (path, options) =>
        {
            MultilingualInt8 encoder = MultilingualInt8.Load(path, options);
            return new(encoder, encoder.Encode);
        }),
        new("multilingual-bf16", s_multilingual, (path, options) =>
        {
            MultilingualBFloat16 encoder = MultilingualBFloat16.Load(path, options);
            return new(encoder, encoder.Encode);
        }),
    ];

    /// <summary>The case of a name, if there is one.</summary>
    public static EncoderCase? Find(string name) => s_all.FirstOrDefault(encoder => encoder.Name == name);

    /// <summary>The case that the command line means.</summary>
    public static EncoderCase Named(string name) =>
        Find(name) ?? throw new UsageException($"There is no shape '{name}'; there are {string.Join(", ", s_all.Select(encoder => encoder.Name))}.");

    /// <summary>Loads the compiled encoder from a safetensors file, to use this many threads within a call.</summary>
    public LoadedEncoder Load(string path, int threads = 1) => Open(path, new EncoderOptions { MaxDegreeOfParallelism = threads });

    /// <summary>Token ids of a text.</summary>
    public int[] Ids(int tokens) => RandomModel.Ids(Shape, Seed, tokens);

    private static EncoderShape Bert(int layers, int hidden, int heads) => new()
    {
        HiddenSize = hidden,
        NumHiddenLayers = layers,
        NumAttentionHeads = heads,
        IntermediateSize = 4 * hidden,
        VocabSize = 30522,
        TypeVocabSize = 2,
    };
}

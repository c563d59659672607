using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>An encoder that was compiled from one of the small model folders.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Type">The folder's class.</param>
/// <param name="Info">What the class was compiled for.</param>
/// <param name="Load">Loads the folder, or another one of the same model, into the class.</param>
internal sealed record ArchitectureCase(string Name, Type Type, EncoderInfo Info, Func<string, EncoderOptions?, ITransformerEncoder> Load)
{
    public static readonly IReadOnlyList<ArchitectureCase> All =
    [
        Of<DebertaAbsolute>("deberta-absolute"), Of<DebertaC2p>("deberta-c2p"), Of<DebertaClassifier>("deberta-classifier"),
        Of<DebertaDeep>("deberta-deep"), Of<DebertaLabeller>("deberta-labeller"), Of<DebertaUnshared>("deberta-unshared"),
        Of<DebertaV2Conv>("deberta-v2-conv"), Of<DebertaV3>("deberta-v3"), Of<DebertaWords>("deberta-words"), Of<DenseTanh>("dense-tanh"),
        Of<Gemma>("gemma"), Of<GemmaDeep>("gemma-deep"), Of<GemmaEmbedding>("gemma-embedding"), Of<Gte>("gte"), Of<GteClassifier>("gte-classifier"),
        Of<GteLong>("gte-long"), Of<GteTypes>("gte-types"), Of<GteUnpacked>("gte-unpacked"), Of<GteWords>("gte-words"), Of<Jina>("jina"),
        Of<JinaClassifier>("jina-classifier"), Of<JinaCode>("jina-code"), Of<JinaLong>("jina-long"), Of<JinaOriginal>("jina-original"),
        Of<JinaWords>("jina-words"), Of<LayernormModule>("layernorm-module"), Of<Modernbert>("modernbert"),
        Of<ModernbertClassifier>("modernbert-classifier"), Of<ModernbertClassifierCls>("modernbert-classifier-cls"),
        Of<ModernbertDeep>("modernbert-deep"), Of<ModernbertLabeller>("modernbert-labeller"), Of<ModernbertLayerTypes>("modernbert-layer-types"),
        Of<ModernbertLong>("modernbert-long"), Of<Nomic>("nomic"), Of<NomicGegluBiases>("nomic-geglu-biases"), Of<NomicUngated>("nomic-ungated"),
        Of<PoolingConcatenated>("pooling-concatenated"), Of<PoolingLast>("pooling-last"), Of<PoolingList>("pooling-list"),
        Of<PoolingPrompt>("pooling-prompt"), Of<PoolingSqrt>("pooling-sqrt"), Of<PoolingWeighted>("pooling-weighted"), Of<SentenceT5>("sentence-t5"),
        Of<T5>("t5"), Of<T5Deep>("t5-deep"), Of<T5Gated>("t5-gated"),
    ];

    public static TheoryData<string> Names => [.. All.Select(one => one.Name)];

    public string Folder => ArchitectureGolden.Named(Name).Folder;

    public static ArchitectureCase Named(string name) => All.Single(one => one.Name == name);

    public ITransformerEncoder Open(EncoderOptions? options = null) => Load(Folder, options);

    public static ArchitectureCase Of<T>(string name)
        where T : class, ITransformerEncoder<T> => new(name, typeof(T), T.ModelInfo, T.Load);
}

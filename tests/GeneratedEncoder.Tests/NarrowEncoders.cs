namespace GeneratedEncoder.Tests;

// Encoders with narrow weights that the theories run over: each has the shape of an encoder with weights of 32 bits, whose name it begins with.

/// <summary>Widths that are whole blocks.</summary>
[TransformerEncoder(
    HiddenSize = 64, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 256,
    MaxPositionEmbeddings = 64, VocabSize = 100, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Normalize = true,
    Weights = WeightFormat.Int8)]
internal sealed partial class NiceGeluInt8 : ILoadable<NiceGeluInt8>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 64, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 256,
    MaxPositionEmbeddings = 64, VocabSize = 100, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Normalize = true,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class NiceGeluBFloat16 : ILoadable<NiceGeluBFloat16>, ITypedEncoder;

/// <summary>No width is a whole block, or a multiple of two.</summary>
[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 77,
    MaxPositionEmbeddings = 64, VocabSize = 100, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Weights = WeightFormat.Int8)]
internal sealed partial class OddGeluInt8 : ILoadable<OddGeluInt8>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 77,
    MaxPositionEmbeddings = 64, VocabSize = 100, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class OddGeluBFloat16 : ILoadable<OddGeluBFloat16>, ITypedEncoder;

/// <summary>The norms before the sub-layers.</summary>
[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 77,
    MaxPositionEmbeddings = 64, VocabSize = 100, PositionOffset = 2,
    HiddenAct = HiddenAct.GeluNew, NormPlacement = NormPlacement.Pre, Pooling = Pooling.Max,
    Weights = WeightFormat.Int8)]
internal sealed partial class OddGeluNewPrenormInt8 : ILoadable<OddGeluNewPrenormInt8>, ITokenEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 77,
    MaxPositionEmbeddings = 64, VocabSize = 100, PositionOffset = 2,
    HiddenAct = HiddenAct.GeluNew, NormPlacement = NormPlacement.Pre, Pooling = Pooling.Max,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class OddGeluNewPrenormBFloat16 : ILoadable<OddGeluNewPrenormBFloat16>, ITokenEncoder;

/// <summary>Vectors instead of tokens.</summary>
[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 77,
    MaxPositionEmbeddings = 64, HiddenAct = HiddenAct.GeluNew, Pooling = Pooling.Max, Normalize = true,
    Weights = WeightFormat.Int8)]
internal sealed partial class OddVectorsInt8 : ILoadable<OddVectorsInt8>, IVectorEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 77,
    MaxPositionEmbeddings = 64, HiddenAct = HiddenAct.GeluNew, Pooling = Pooling.Max, Normalize = true,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class OddVectorsBFloat16 : ILoadable<OddVectorsBFloat16>, IVectorEncoder;

/// <summary>Heads that end within a panel, and several blocks.</summary>
[TransformerEncoder(
    HiddenSize = 200, NumHiddenLayers = 2, NumAttentionHeads = 8, IntermediateSize = 777,
    MaxPositionEmbeddings = 64, VocabSize = 100, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Weights = WeightFormat.Int8)]
internal sealed partial class HeadsOf25Int8 : ILoadable<HeadsOf25Int8>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 200, NumHiddenLayers = 2, NumAttentionHeads = 8, IntermediateSize = 777,
    MaxPositionEmbeddings = 64, VocabSize = 100, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class HeadsOf25BFloat16 : ILoadable<HeadsOf25BFloat16>, ITypedEncoder;

/// <summary>MiniLM's shape.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 512, VocabSize = 1000, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Normalize = true,
    Weights = WeightFormat.Int8)]
internal sealed partial class MinilmInt8 : ILoadable<MinilmInt8>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 512, VocabSize = 1000, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Normalize = true,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class MinilmBFloat16 : ILoadable<MinilmBFloat16>, ITypedEncoder;

/// <summary>Biases for relative positions.</summary>
[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 152,
    VocabSize = 61, PositionOffset = 2, HiddenAct = HiddenAct.Gelu, LayerNormEps = 1e-5,
    ModelType = ModelType.MPNet, RelativeAttentionNumBuckets = 32, Normalize = true,
    Weights = WeightFormat.Int8)]
internal sealed partial class MpnetInt8 : ILoadable<MpnetInt8>, ITokenEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 152,
    VocabSize = 61, PositionOffset = 2, HiddenAct = HiddenAct.Gelu, LayerNormEps = 1e-5,
    ModelType = ModelType.MPNet, RelativeAttentionNumBuckets = 32, Normalize = true,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class MpnetBFloat16 : ILoadable<MpnetBFloat16>, ITokenEncoder;

/// <summary>A projection of embeddings, and layers that share weights.</summary>
[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 4, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 37, VocabSize = 61,
    TypeVocabSize = 2, HiddenAct = HiddenAct.GeluNew, ModelType = ModelType.Albert, EmbeddingSize = 20, NumHiddenGroups = 2,
    Weights = WeightFormat.Int8)]
internal sealed partial class AlbertTwoGroupsInt8 : ILoadable<AlbertTwoGroupsInt8>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 4, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 37, VocabSize = 61,
    TypeVocabSize = 2, HiddenAct = HiddenAct.GeluNew, ModelType = ModelType.Albert, EmbeddingSize = 20, NumHiddenGroups = 2,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class AlbertTwoGroupsBFloat16 : ILoadable<AlbertTwoGroupsBFloat16>, ITypedEncoder;

/// <summary>The first token instead of a mean.</summary>
[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 39,
    VocabSize = 61, TypeVocabSize = 1, PositionOffset = 2, HiddenAct = HiddenAct.Gelu, LayerNormEps = 1e-5,
    ModelType = ModelType.Roberta, Pooling = Pooling.Cls,
    Weights = WeightFormat.Int8)]
internal sealed partial class RobertaInt8 : ILoadable<RobertaInt8>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 39,
    VocabSize = 61, TypeVocabSize = 1, PositionOffset = 2, HiddenAct = HiddenAct.Gelu, LayerNormEps = 1e-5,
    ModelType = ModelType.Roberta, Pooling = Pooling.Cls,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class RobertaBFloat16 : ILoadable<RobertaBFloat16>, ITypedEncoder;

/// <summary>Tensors of other names.</summary>
[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 3, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 37,
    VocabSize = 61, HiddenAct = HiddenAct.Gelu, ModelType = ModelType.DistilBert,
    Weights = WeightFormat.Int8)]
internal sealed partial class DistilbertInt8 : ILoadable<DistilbertInt8>, ITokenEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 3, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 37,
    VocabSize = 61, HiddenAct = HiddenAct.Gelu, ModelType = ModelType.DistilBert,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class DistilbertBFloat16 : ILoadable<DistilbertBFloat16>, ITokenEncoder;

/// <summary>A projection of embeddings, and layers of their own.</summary>
[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 37,
    VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, ModelType = ModelType.Electra, EmbeddingSize = 20,
    Weights = WeightFormat.Int8)]
internal sealed partial class ElectraNarrowInt8 : ILoadable<ElectraNarrowInt8>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 37,
    VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, ModelType = ModelType.Electra, EmbeddingSize = 20,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class ElectraNarrowBFloat16 : ILoadable<ElectraNarrowBFloat16>, ITypedEncoder;

/// <summary>A head, whose weights stay as they are.</summary>
[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Head = Head.SequenceClassification, NumLabels = 3,
    Weights = WeightFormat.Int8)]
internal sealed partial class BertClassifierInt8 : ILoadable<BertClassifierInt8>, ITypedEncoder, IClassifiesTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Head = Head.SequenceClassification, NumLabels = 3,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class BertClassifierBFloat16 : ILoadable<BertClassifierBFloat16>, ITypedEncoder, IClassifiesTyped;

/// <summary>A head of the vocabulary's size.</summary>
[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Relu,
    Head = Head.MaskedLM,
    Weights = WeightFormat.Int8)]
internal sealed partial class BertWordsInt8 : ILoadable<BertWordsInt8>, ITypedEncoder, IPredictsTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Relu,
    Head = Head.MaskedLM,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class BertWordsBFloat16 : ILoadable<BertWordsBFloat16>, ITypedEncoder, IPredictsTyped;

[TransformerEncoder("modernbert", Weights = WeightFormat.Int8)]
internal sealed partial class ModernbertInt8 : ILoadable<ModernbertInt8>, ITokenEncoder;

[TransformerEncoder("modernbert", Weights = WeightFormat.BFloat16)]
internal sealed partial class ModernbertBFloat16 : ILoadable<ModernbertBFloat16>, ITokenEncoder;

[TransformerEncoder("gemma", Weights = WeightFormat.Int8)]
internal sealed partial class GemmaInt8 : ILoadable<GemmaInt8>, ITokenEncoder;

[TransformerEncoder("gemma", Weights = WeightFormat.BFloat16)]
internal sealed partial class GemmaBFloat16 : ILoadable<GemmaBFloat16>, ITokenEncoder;

[TransformerEncoder("deberta-v3", Weights = WeightFormat.Int8)]
internal sealed partial class DebertaV3Int8 : ILoadable<DebertaV3Int8>, ITokenEncoder;

[TransformerEncoder("deberta-v3", Weights = WeightFormat.BFloat16)]
internal sealed partial class DebertaV3BFloat16 : ILoadable<DebertaV3BFloat16>, ITokenEncoder;

[TransformerEncoder("nomic", Weights = WeightFormat.Int8)]
internal sealed partial class NomicInt8 : ILoadable<NomicInt8>, ITypedEncoder;

[TransformerEncoder("nomic", Weights = WeightFormat.BFloat16)]
internal sealed partial class NomicBFloat16 : ILoadable<NomicBFloat16>, ITypedEncoder;

[TransformerEncoder("t5-gated", Weights = WeightFormat.Int8)]
internal sealed partial class T5GatedInt8 : ILoadable<T5GatedInt8>, ITokenEncoder;

[TransformerEncoder("t5-gated", Weights = WeightFormat.BFloat16)]
internal sealed partial class T5GatedBFloat16 : ILoadable<T5GatedBFloat16>, ITokenEncoder;

[TransformerEncoder("jina", Weights = WeightFormat.Int8)]
internal sealed partial class JinaInt8 : ILoadable<JinaInt8>, ITypedEncoder;

[TransformerEncoder("jina", Weights = WeightFormat.BFloat16)]
internal sealed partial class JinaBFloat16 : ILoadable<JinaBFloat16>, ITypedEncoder;

[TransformerEncoder("gte", Weights = WeightFormat.Int8)]
internal sealed partial class GteInt8 : ILoadable<GteInt8>, ITokenEncoder;

[TransformerEncoder("gte", Weights = WeightFormat.BFloat16)]
internal sealed partial class GteBFloat16 : ILoadable<GteBFloat16>, ITokenEncoder;

/// <summary>Projections of relative positions of their own, and one of embeddings.</summary>
[TransformerEncoder("deberta-unshared", Weights = WeightFormat.Int8)]
internal sealed partial class DebertaUnsharedInt8 : ILoadable<DebertaUnsharedInt8>, ITypedEncoder;

[TransformerEncoder("deberta-unshared", Weights = WeightFormat.BFloat16)]
internal sealed partial class DebertaUnsharedBFloat16 : ILoadable<DebertaUnsharedBFloat16>, ITypedEncoder;

/// <summary>A convolution beside the first layer.</summary>
[TransformerEncoder("deberta-v2-conv", Weights = WeightFormat.Int8)]
internal sealed partial class DebertaV2ConvInt8 : ILoadable<DebertaV2ConvInt8>, ITokenEncoder;

[TransformerEncoder("deberta-v2-conv", Weights = WeightFormat.BFloat16)]
internal sealed partial class DebertaV2ConvBFloat16 : ILoadable<DebertaV2ConvBFloat16>, ITokenEncoder;

/// <summary>Rotations without a gate.</summary>
[TransformerEncoder("nomic-ungated", Weights = WeightFormat.Int8)]
internal sealed partial class NomicUngatedInt8 : ILoadable<NomicUngatedInt8>, ITypedEncoder;

/// <summary>No gate.</summary>
[TransformerEncoder("t5", Weights = WeightFormat.Int8)]
internal sealed partial class T5Int8 : ILoadable<T5Int8>, ITokenEncoder;

/// <summary>A dense module behind the pooling.</summary>
[TransformerEncoder("sentence-t5", Weights = WeightFormat.Int8)]
internal sealed partial class SentenceT5Int8 : ILoadable<SentenceT5Int8>, ITokenEncoder;

[TransformerEncoder("sentence-t5", Weights = WeightFormat.BFloat16)]
internal sealed partial class SentenceT5BFloat16 : ILoadable<SentenceT5BFloat16>, ITokenEncoder;

/// <summary>Norms of queries and keys.</summary>
[TransformerEncoder("jina-code", Weights = WeightFormat.Int8)]
internal sealed partial class JinaCodeInt8 : ILoadable<JinaCodeInt8>, ITypedEncoder;

/// <summary>No gate, and a head.</summary>
[TransformerEncoder("jina-original", Weights = WeightFormat.Int8)]
internal sealed partial class JinaOriginalInt8 : ILoadable<JinaOriginalInt8>, ITypedEncoder, ILabelsTyped;

/// <summary>Queries, keys and values apart in the file.</summary>
[TransformerEncoder("gte-unpacked", Weights = WeightFormat.Int8)]
internal sealed partial class GteUnpackedInt8 : ILoadable<GteUnpackedInt8>, ITokenEncoder, ILabels;

/// <summary>Two dense modules, and heads that share keys.</summary>
[TransformerEncoder("gemma-embedding", Weights = WeightFormat.Int8)]
internal sealed partial class GemmaEmbeddingInt8 : ILoadable<GemmaEmbeddingInt8>, ITokenEncoder;

[TransformerEncoder("gemma-embedding", Weights = WeightFormat.BFloat16)]
internal sealed partial class GemmaEmbeddingBFloat16 : ILoadable<GemmaEmbeddingBFloat16>, ITokenEncoder;

/// <summary>all-MiniLM-L6-v2 in eight bits.</summary>
[TransformerEncoder("all-MiniLM-L6-v2", Weights = WeightFormat.Int8)]
public sealed partial class AllMiniLmL6Int8;

/// <summary>all-MiniLM-L6-v2 in 16 bits.</summary>
[TransformerEncoder("all-MiniLM-L6-v2", Weights = WeightFormat.BFloat16)]
public sealed partial class AllMiniLmL6BFloat16;

/// <summary>snowflake-arctic-embed-xs in eight bits.</summary>
[TransformerEncoder("snowflake-arctic-embed-xs", Weights = WeightFormat.Int8)]
public sealed partial class ArcticEmbedXsInt8;

/// <summary>snowflake-arctic-embed-xs in 16 bits.</summary>
[TransformerEncoder("snowflake-arctic-embed-xs", Weights = WeightFormat.BFloat16)]
public sealed partial class ArcticEmbedXsBFloat16;

/// <summary>All of them but those of real models.</summary>
internal static class NarrowEncoders
{
    /// <summary>Those whose attributes say all there is to say.</summary>
    public static IReadOnlyList<EncoderCase> Classic { get; } =
    [
        EncoderCase.Of<NiceGeluInt8>(), EncoderCase.Of<NiceGeluBFloat16>(),
        EncoderCase.Of<OddGeluInt8>(), EncoderCase.Of<OddGeluBFloat16>(),
        EncoderCase.Of<OddGeluNewPrenormInt8>(), EncoderCase.Of<OddGeluNewPrenormBFloat16>(),
        EncoderCase.Of<OddVectorsInt8>(), EncoderCase.Of<OddVectorsBFloat16>(),
        EncoderCase.Of<HeadsOf25Int8>(), EncoderCase.Of<HeadsOf25BFloat16>(),
        EncoderCase.Of<MinilmInt8>(), EncoderCase.Of<MinilmBFloat16>(),
        EncoderCase.Of<MpnetInt8>(), EncoderCase.Of<MpnetBFloat16>(),
        EncoderCase.Of<AlbertTwoGroupsInt8>(), EncoderCase.Of<AlbertTwoGroupsBFloat16>(),
        EncoderCase.Of<RobertaInt8>(), EncoderCase.Of<RobertaBFloat16>(),
        EncoderCase.Of<DistilbertInt8>(), EncoderCase.Of<DistilbertBFloat16>(),
        EncoderCase.Of<ElectraNarrowInt8>(), EncoderCase.Of<ElectraNarrowBFloat16>(),
        EncoderCase.Of<BertClassifierInt8>(), EncoderCase.Of<BertClassifierBFloat16>(),
        EncoderCase.Of<BertWordsInt8>(), EncoderCase.Of<BertWordsBFloat16>(),
    ];

    /// <summary>Those and the ones of the small model folders.</summary>
    public static IReadOnlyList<EncoderCase> All { get; } =
    [
        .. Classic,
        EncoderCase.Of(ArchitectureCase.Of<ModernbertInt8>("modernbert")), EncoderCase.Of(ArchitectureCase.Of<ModernbertBFloat16>("modernbert")),
        EncoderCase.Of(ArchitectureCase.Of<GemmaInt8>("gemma")), EncoderCase.Of(ArchitectureCase.Of<GemmaBFloat16>("gemma")),
        EncoderCase.Of(ArchitectureCase.Of<DebertaV3Int8>("deberta-v3")), EncoderCase.Of(ArchitectureCase.Of<DebertaV3BFloat16>("deberta-v3")),
        EncoderCase.Of(ArchitectureCase.Of<NomicInt8>("nomic")), EncoderCase.Of(ArchitectureCase.Of<NomicBFloat16>("nomic")),
        EncoderCase.Of(ArchitectureCase.Of<T5GatedInt8>("t5-gated")), EncoderCase.Of(ArchitectureCase.Of<T5GatedBFloat16>("t5-gated")),
        EncoderCase.Of(ArchitectureCase.Of<JinaInt8>("jina")), EncoderCase.Of(ArchitectureCase.Of<JinaBFloat16>("jina")),
        EncoderCase.Of(ArchitectureCase.Of<GteInt8>("gte")), EncoderCase.Of(ArchitectureCase.Of<GteBFloat16>("gte")),
        EncoderCase.Of(ArchitectureCase.Of<DebertaUnsharedInt8>("deberta-unshared")), EncoderCase.Of(ArchitectureCase.Of<DebertaUnsharedBFloat16>("deberta-unshared")),
        EncoderCase.Of(ArchitectureCase.Of<DebertaV2ConvInt8>("deberta-v2-conv")), EncoderCase.Of(ArchitectureCase.Of<DebertaV2ConvBFloat16>("deberta-v2-conv")),
        EncoderCase.Of(ArchitectureCase.Of<NomicUngatedInt8>("nomic-ungated")),
        EncoderCase.Of(ArchitectureCase.Of<T5Int8>("t5")),
        EncoderCase.Of(ArchitectureCase.Of<SentenceT5Int8>("sentence-t5")), EncoderCase.Of(ArchitectureCase.Of<SentenceT5BFloat16>("sentence-t5")),
        EncoderCase.Of(ArchitectureCase.Of<JinaCodeInt8>("jina-code")),
        EncoderCase.Of(ArchitectureCase.Of<JinaOriginalInt8>("jina-original")),
        EncoderCase.Of(ArchitectureCase.Of<GteUnpackedInt8>("gte-unpacked")),
        EncoderCase.Of(ArchitectureCase.Of<GemmaEmbeddingInt8>("gemma-embedding")), EncoderCase.Of(ArchitectureCase.Of<GemmaEmbeddingBFloat16>("gemma-embedding")),
    ];

    /// <summary>All names, as test data.</summary>
    public static TheoryData<string> Names => [.. All.Select(encoder => encoder.Name)];

    /// <summary>Names of those with weights in this format.</summary>
    public static IEnumerable<string> NamesOf(WeightFormat format) => All.Where(encoder => encoder.Attribute.Weights == format).Select(encoder => encoder.Name);

    /// <summary>The encoder of the same shape or folder with weights of 32 bits.</summary>
    public static EncoderCase WideOf(EncoderCase narrow) => EncoderCase.Named(narrow.Name[..^$"{narrow.Attribute.Weights}".Length]);
}

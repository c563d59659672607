namespace GeneratedEncoder.Tests;

// The encoders that the theories run over. Those before OddReluPrenorm have the shapes of goldens, under the goldens' names.

[TransformerEncoder(
    HiddenSize = 64, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 256,
    MaxPositionEmbeddings = 64, VocabSize = 100, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Normalize = true)]
internal sealed partial class NiceGelu : ILoadable<NiceGelu>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 64, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 256,
    MaxPositionEmbeddings = 64, VocabSize = 100, HiddenAct = HiddenAct.Relu, Pooling = Pooling.Cls)]
internal sealed partial class NiceReluUntyped : ILoadable<NiceReluUntyped>, ITokenEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 77,
    MaxPositionEmbeddings = 64, VocabSize = 100, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class OddGelu : ILoadable<OddGelu>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 77,
    MaxPositionEmbeddings = 64, VocabSize = 100, TypeVocabSize = 1, PositionOffset = 2,
    HiddenAct = HiddenAct.Silu, LayerNormEps = 1e-5, Pooling = Pooling.Cls, Normalize = true)]
internal sealed partial class OddSiluRoberta : ILoadable<OddSiluRoberta>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 77,
    MaxPositionEmbeddings = 64, VocabSize = 100, PositionOffset = 2,
    HiddenAct = HiddenAct.GeluNew, NormPlacement = NormPlacement.Pre, Pooling = Pooling.Max)]
internal sealed partial class OddGeluNewPrenorm : ILoadable<OddGeluNewPrenorm>, ITokenEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 77,
    MaxPositionEmbeddings = 64, HiddenAct = HiddenAct.GeluNew, Pooling = Pooling.Max, Normalize = true)]
internal sealed partial class OddVectors : ILoadable<OddVectors>, IVectorEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 77, MaxPositionEmbeddings = 64,
    HiddenAct = HiddenAct.Silu, LayerNormEps = 1e-5, NormPlacement = NormPlacement.Pre, Normalize = true)]
internal sealed partial class OddVectorsPrenorm : ILoadable<OddVectorsPrenorm>, IVectorEncoder;

[TransformerEncoder(
    HiddenSize = 200, NumHiddenLayers = 2, NumAttentionHeads = 8, IntermediateSize = 777,
    MaxPositionEmbeddings = 64, VocabSize = 100, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class HeadsOf25 : ILoadable<HeadsOf25>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 512, VocabSize = 1000, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Normalize = true)]
internal sealed partial class Minilm : ILoadable<Minilm>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 39,
    VocabSize = 61, TypeVocabSize = 1, PositionOffset = 2, HiddenAct = HiddenAct.Gelu, LayerNormEps = 1e-5,
    ModelType = ModelType.Roberta, Pooling = Pooling.Cls)]
internal sealed partial class Roberta : ILoadable<Roberta>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 3, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 37,
    VocabSize = 61, HiddenAct = HiddenAct.Gelu, ModelType = ModelType.DistilBert)]
internal sealed partial class Distilbert : ILoadable<Distilbert>, ITokenEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 152,
    VocabSize = 61, PositionOffset = 2, HiddenAct = HiddenAct.Gelu, LayerNormEps = 1e-5,
    ModelType = ModelType.MPNet, RelativeAttentionNumBuckets = 32, Normalize = true)]
internal sealed partial class Mpnet : ILoadable<Mpnet>, ITokenEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 37,
    VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, ModelType = ModelType.Electra, EmbeddingSize = 20)]
internal sealed partial class ElectraNarrow : ILoadable<ElectraNarrow>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 37,
    VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Relu, ModelType = ModelType.Electra)]
internal sealed partial class ElectraEven : ILoadable<ElectraEven>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 4, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 37, VocabSize = 61,
    TypeVocabSize = 2, HiddenAct = HiddenAct.GeluNew, ModelType = ModelType.Albert, EmbeddingSize = 20, NumHiddenGroups = 2)]
internal sealed partial class AlbertTwoGroups : ILoadable<AlbertTwoGroups>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 3, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 37, VocabSize = 61,
    TypeVocabSize = 2, HiddenAct = HiddenAct.GeluNew, ModelType = ModelType.Albert, EmbeddingSize = 20, NumHiddenGroups = 1)]
internal sealed partial class AlbertOneGroup : ILoadable<AlbertOneGroup>, ITypedEncoder;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77, MaxPositionEmbeddings = 37, VocabSize = 61,
    TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, ModelType = ModelType.Albert, NumHiddenGroups = 1)]
internal sealed partial class AlbertEven : ILoadable<AlbertEven>, ITypedEncoder;

/// <summary>Nothing is a multiple of anything: not even the longest text.</summary>
[TransformerEncoder(
    HiddenSize = 50, NumHiddenLayers = 3, NumAttentionHeads = 2, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 3,
    HiddenAct = HiddenAct.Relu, NormPlacement = NormPlacement.Pre, Pooling = Pooling.Cls)]
internal sealed partial class OddReluPrenorm : ILoadable<OddReluPrenorm>, ITypedEncoder;

/// <summary>Heads narrower than any vector register.</summary>
[TransformerEncoder(
    HiddenSize = 8, NumHiddenLayers = 2, NumAttentionHeads = 8, IntermediateSize = 16, MaxPositionEmbeddings = 20,
    VocabSize = 30, HiddenAct = HiddenAct.Gelu, NormPlacement = NormPlacement.Pre, Pooling = Pooling.Max, Normalize = true)]
internal sealed partial class HeadsOf1 : ILoadable<HeadsOf1>, ITokenEncoder;

/// <summary>MiniLM's width with the norms before the sub-layers.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 2, NumAttentionHeads = 12, IntermediateSize = 1536, MaxPositionEmbeddings = 64,
    VocabSize = 200, HiddenAct = HiddenAct.GeluNew, NormPlacement = NormPlacement.Pre, Pooling = Pooling.Cls, Normalize = true)]
internal sealed partial class WidePrenorm : ILoadable<WidePrenorm>, ITokenEncoder;

/// <summary>The layers of BERT-tiny, whose trained weights RealWeightsTests load.</summary>
[TransformerEncoder(
    HiddenSize = 128, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 512, MaxPositionEmbeddings = 128,
    HiddenAct = HiddenAct.Gelu, Pooling = Pooling.Cls)]
internal sealed partial class BertTinyLayers : ILoadable<BertTinyLayers>, IVectorEncoder;

/// <summary>Heads of 128, and rows of 1 KiB, the distance that memory maps take care to avoid.</summary>
[TransformerEncoder(
    HiddenSize = 256, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 256, MaxPositionEmbeddings = 33,
    VocabSize = 50, TypeVocabSize = 2, HiddenAct = HiddenAct.Silu, Pooling = Pooling.Max)]
internal sealed partial class HeadsOf128 : ILoadable<HeadsOf128>, ITypedEncoder;

/// <summary>One head, one column more than a panel.</summary>
[TransformerEncoder(
    HiddenSize = 17, NumHiddenLayers = 2, NumAttentionHeads = 1, IntermediateSize = 33, MaxPositionEmbeddings = 19,
    HiddenAct = HiddenAct.Relu, LayerNormEps = 1e-5)]
internal sealed partial class OneHeadOf17 : ILoadable<OneHeadOf17>, IVectorEncoder;

/// <summary>As small as an encoder of tokens gets while its rows still differ; the tests of model files use it.</summary>
[TransformerEncoder(
    HiddenSize = 4, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 3, MaxPositionEmbeddings = 5,
    VocabSize = 7, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, NormPlacement = NormPlacement.Pre)]
internal sealed partial class Tiny : ILoadable<Tiny>, ITypedEncoder;

/// <summary>Every size 1.</summary>
[TransformerEncoder(
    HiddenSize = 1, NumHiddenLayers = 1, NumAttentionHeads = 1, IntermediateSize = 1, MaxPositionEmbeddings = 1,
    VocabSize = 1, HiddenAct = HiddenAct.Relu)]
internal sealed partial class Smallest : ILoadable<Smallest>, ITokenEncoder;

/// <summary>Wide enough for a team of threads, and pooled by the first token, so that the last layer ends with one row a text.</summary>
[TransformerEncoder(
    HiddenSize = 231, NumHiddenLayers = 3, NumAttentionHeads = 7, IntermediateSize = 610,
    MaxPositionEmbeddings = 70, VocabSize = 90, TypeVocabSize = 2,
    HiddenAct = HiddenAct.Silu, NormPlacement = NormPlacement.Pre, Pooling = Pooling.Cls, Normalize = true)]
internal sealed partial class WideFirstToken : ILoadable<WideFirstToken>, ITypedEncoder;

/// <summary>Biases for relative positions where the first token's query alone is computed in the end, and on a team of threads.</summary>
[TransformerEncoder(
    HiddenSize = 231, NumHiddenLayers = 3, NumAttentionHeads = 7, IntermediateSize = 610, MaxPositionEmbeddings = 70, VocabSize = 90,
    PositionOffset = 2, HiddenAct = HiddenAct.Gelu, ModelType = ModelType.MPNet, RelativeAttentionNumBuckets = 13, Pooling = Pooling.Cls)]
internal sealed partial class WideMpnet : ILoadable<WideMpnet>, ITokenEncoder;

/// <summary>Embeddings wider than hidden states, so that before the layers they need more room than the layers will.</summary>
[TransformerEncoder(
    HiddenSize = 18, NumHiddenLayers = 2, NumAttentionHeads = 3, IntermediateSize = 22, MaxPositionEmbeddings = 25, VocabSize = 40,
    HiddenAct = HiddenAct.Silu, ModelType = ModelType.Electra, EmbeddingSize = 333, Pooling = Pooling.Max)]
internal sealed partial class WideEmbeddings : ILoadable<WideEmbeddings>, ITokenEncoder;

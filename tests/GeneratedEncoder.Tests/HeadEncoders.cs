namespace GeneratedEncoder.Tests;

// The encoders with heads that the theories run over. The first ones have the shapes of the goldens, under the goldens' names.

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Head = Head.Pooler)]
internal sealed partial class BertPooler : ILoadable<BertPooler>, ITypedEncoder, IPoolsTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.GeluNew,
    ModelType = ModelType.Albert, EmbeddingSize = 20, NumHiddenGroups = 1, Head = Head.Pooler)]
internal sealed partial class AlbertPooler : ILoadable<AlbertPooler>, ITypedEncoder, IPoolsTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 39, VocabSize = 61, PositionOffset = 2, HiddenAct = HiddenAct.Gelu, LayerNormEps = 1e-5,
    ModelType = ModelType.MPNet, RelativeAttentionNumBuckets = 32, Head = Head.Pooler)]
internal sealed partial class MpnetPooler : ILoadable<MpnetPooler>, ITokenEncoder, IPools;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Head = Head.SequenceClassification, NumLabels = 3)]
internal sealed partial class BertClassifier : ILoadable<BertClassifier>, ITypedEncoder, IClassifiesTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 39, VocabSize = 61, TypeVocabSize = 1, PositionOffset = 2, HiddenAct = HiddenAct.Gelu, LayerNormEps = 1e-5,
    ModelType = ModelType.Roberta, Head = Head.SequenceClassification, NumLabels = 1)]
internal sealed partial class RobertaClassifier : ILoadable<RobertaClassifier>, ITypedEncoder, IClassifiesTyped, IScoresTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 39, VocabSize = 61, TypeVocabSize = 1, PositionOffset = 2, HiddenAct = HiddenAct.Gelu, LayerNormEps = 1e-5,
    ModelType = ModelType.XlmRoberta, Head = Head.SequenceClassification, NumLabels = 28)]
internal sealed partial class XlmRobertaClassifier : ILoadable<XlmRobertaClassifier>, ITypedEncoder, IClassifiesTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, HiddenAct = HiddenAct.Gelu,
    ModelType = ModelType.DistilBert, Head = Head.SequenceClassification, NumLabels = 2)]
internal sealed partial class DistilbertClassifier : ILoadable<DistilbertClassifier>, ITokenEncoder, IClassifies;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 39, VocabSize = 61, PositionOffset = 2, HiddenAct = HiddenAct.Gelu, LayerNormEps = 1e-5,
    ModelType = ModelType.MPNet, RelativeAttentionNumBuckets = 32, Head = Head.SequenceClassification, NumLabels = 3)]
internal sealed partial class MpnetClassifier : ILoadable<MpnetClassifier>, ITokenEncoder, IClassifies;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Relu,
    ModelType = ModelType.Electra, EmbeddingSize = 20, Head = Head.SequenceClassification, NumLabels = 17)]
internal sealed partial class ElectraClassifier : ILoadable<ElectraClassifier>, ITypedEncoder, IClassifiesTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.GeluNew,
    ModelType = ModelType.Albert, EmbeddingSize = 20, NumHiddenGroups = 1, Head = Head.SequenceClassification, NumLabels = 4)]
internal sealed partial class AlbertClassifier : ILoadable<AlbertClassifier>, ITypedEncoder, IClassifiesTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Head = Head.TokenClassification, NumLabels = 5)]
internal sealed partial class BertLabeller : ILoadable<BertLabeller>, ITypedEncoder, ILabelsTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 39, VocabSize = 61, TypeVocabSize = 1, PositionOffset = 2, HiddenAct = HiddenAct.Gelu, LayerNormEps = 1e-5,
    ModelType = ModelType.Camembert, Head = Head.TokenClassification, NumLabels = 1)]
internal sealed partial class CamembertLabeller : ILoadable<CamembertLabeller>, ITypedEncoder, ILabelsTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, HiddenAct = HiddenAct.Gelu,
    ModelType = ModelType.DistilBert, Head = Head.TokenClassification, NumLabels = 9)]
internal sealed partial class DistilbertLabeller : ILoadable<DistilbertLabeller>, ITokenEncoder, ILabels;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Relu,
    Head = Head.MaskedLM)]
internal sealed partial class BertWords : ILoadable<BertWords>, ITypedEncoder, IPredictsTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Head = Head.MaskedLM, TieWordEmbeddings = false)]
internal sealed partial class BertWordsUntied : ILoadable<BertWordsUntied>, ITypedEncoder, IPredictsTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 39, VocabSize = 61, TypeVocabSize = 1, PositionOffset = 2, HiddenAct = HiddenAct.Relu, LayerNormEps = 1e-5,
    ModelType = ModelType.Roberta, Head = Head.MaskedLM)]
internal sealed partial class RobertaWords : ILoadable<RobertaWords>, ITypedEncoder, IPredictsTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, HiddenAct = HiddenAct.Gelu,
    ModelType = ModelType.DistilBert, Head = Head.MaskedLM)]
internal sealed partial class DistilbertWords : ILoadable<DistilbertWords>, ITokenEncoder, IPredicts;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 39, VocabSize = 61, PositionOffset = 2, HiddenAct = HiddenAct.Gelu, LayerNormEps = 1e-5,
    ModelType = ModelType.MPNet, RelativeAttentionNumBuckets = 32, Head = Head.MaskedLM)]
internal sealed partial class MpnetWords : ILoadable<MpnetWords>, ITokenEncoder, IPredicts;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.Relu,
    ModelType = ModelType.Electra, EmbeddingSize = 20, Head = Head.MaskedLM)]
internal sealed partial class ElectraWords : ILoadable<ElectraWords>, ITypedEncoder, IPredictsTyped;

[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 61, TypeVocabSize = 2, HiddenAct = HiddenAct.GeluNew,
    ModelType = ModelType.Albert, EmbeddingSize = 20, NumHiddenGroups = 1, Head = Head.MaskedLM)]
internal sealed partial class AlbertWords : ILoadable<AlbertWords>, ITypedEncoder, IPredictsTyped;

/// <summary>A word table that is too large to be held in memory: words are read when they are needed, and a prediction reads all.</summary>
[TransformerEncoder(
    HiddenSize = 52, NumHiddenLayers = 1, NumAttentionHeads = 4, IntermediateSize = 77,
    MaxPositionEmbeddings = 37, VocabSize = 81_000, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Head = Head.MaskedLM)]
internal sealed partial class LargeVocabulary : ILoadable<LargeVocabulary>, ITypedEncoder, IPredictsTyped;

/// <summary>A head on vectors: the hidden states of some other encoder, or patches.</summary>
[TransformerEncoder(
    HiddenSize = 50, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 50, MaxPositionEmbeddings = 40,
    HiddenAct = HiddenAct.Silu, NormPlacement = NormPlacement.Pre, Pooling = Pooling.Max, Head = Head.Pooler)]
internal sealed partial class VectorsPooler : ILoadable<VectorsPooler>, IVectorEncoder, IPoolsVectors;

/// <summary>The head's dense layer is the same kernel as the network's up-projection, and is emitted once.</summary>
[TransformerEncoder(
    HiddenSize = 33, NumHiddenLayers = 1, NumAttentionHeads = 3, IntermediateSize = 40, MaxPositionEmbeddings = 300,
    HiddenAct = HiddenAct.Gelu, ModelType = ModelType.Electra, Pooling = Pooling.Cls, Head = Head.SequenceClassification, NumLabels = 1)]
internal sealed partial class VectorsScorer : ILoadable<VectorsScorer>, IVectorEncoder, IClassifiesVectors, IScoresVectors;

/// <summary>More labels than columns of a hidden state.</summary>
[TransformerEncoder(
    HiddenSize = 18, NumHiddenLayers = 1, NumAttentionHeads = 1, IntermediateSize = 30, MaxPositionEmbeddings = 40,
    HiddenAct = HiddenAct.Relu, Head = Head.TokenClassification, NumLabels = 35)]
internal sealed partial class VectorsLabeller : ILoadable<VectorsLabeller>, IVectorEncoder, ILabelsVectors;

/// <summary>Wide enough for a team of threads.</summary>
[TransformerEncoder(
    HiddenSize = 231, NumHiddenLayers = 2, NumAttentionHeads = 7, IntermediateSize = 610, MaxPositionEmbeddings = 70, VocabSize = 90,
    TypeVocabSize = 2, HiddenAct = HiddenAct.Relu, Head = Head.SequenceClassification, NumLabels = 3)]
internal sealed partial class WideClassifier : ILoadable<WideClassifier>, ITypedEncoder, IClassifiesTyped;

/// <summary>All of them.</summary>
internal static class HeadEncoders
{
    public static IReadOnlyList<EncoderCase> All { get; } =
    [
        EncoderCase.Of<BertPooler>(), EncoderCase.Of<AlbertPooler>(), EncoderCase.Of<MpnetPooler>(),
        EncoderCase.Of<BertClassifier>(), EncoderCase.Of<RobertaClassifier>(), EncoderCase.Of<XlmRobertaClassifier>(),
        EncoderCase.Of<DistilbertClassifier>(), EncoderCase.Of<MpnetClassifier>(), EncoderCase.Of<ElectraClassifier>(),
        EncoderCase.Of<AlbertClassifier>(), EncoderCase.Of<BertLabeller>(), EncoderCase.Of<CamembertLabeller>(),
        EncoderCase.Of<DistilbertLabeller>(), EncoderCase.Of<BertWords>(), EncoderCase.Of<BertWordsUntied>(),
        EncoderCase.Of<RobertaWords>(), EncoderCase.Of<DistilbertWords>(), EncoderCase.Of<MpnetWords>(),
        EncoderCase.Of<ElectraWords>(), EncoderCase.Of<AlbertWords>(), EncoderCase.Of<LargeVocabulary>(),
        EncoderCase.Of<VectorsPooler>(), EncoderCase.Of<VectorsScorer>(), EncoderCase.Of<VectorsLabeller>(), EncoderCase.Of<WideClassifier>(),
    ];
}

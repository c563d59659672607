namespace GeneratedEncoder.Tests;

// A class for each folder of GeneratedEncoder.Oracles/architectures, under the folder's name.

[TransformerEncoder("deberta-absolute")]
internal sealed partial class DebertaAbsolute : ILoadable<DebertaAbsolute>, ITokenEncoder;

[TransformerEncoder("deberta-c2p")]
internal sealed partial class DebertaC2p : ILoadable<DebertaC2p>, ITokenEncoder;

[TransformerEncoder("deberta-classifier")]
internal sealed partial class DebertaClassifier : ILoadable<DebertaClassifier>, ITokenEncoder, IClassifies;

[TransformerEncoder("deberta-deep")]
internal sealed partial class DebertaDeep : ILoadable<DebertaDeep>, ITokenEncoder;

[TransformerEncoder("deberta-labeller")]
internal sealed partial class DebertaLabeller : ILoadable<DebertaLabeller>, ITokenEncoder, ILabels;

[TransformerEncoder("deberta-unshared")]
internal sealed partial class DebertaUnshared : ILoadable<DebertaUnshared>, ITypedEncoder;

[TransformerEncoder("deberta-v2-conv")]
internal sealed partial class DebertaV2Conv : ILoadable<DebertaV2Conv>, ITokenEncoder;

[TransformerEncoder("deberta-v3")]
internal sealed partial class DebertaV3 : ILoadable<DebertaV3>, ITokenEncoder;

[TransformerEncoder("deberta-words")]
internal sealed partial class DebertaWords : ILoadable<DebertaWords>, ITokenEncoder, IPredicts;

[TransformerEncoder("dense-tanh")]
internal sealed partial class DenseTanh : ILoadable<DenseTanh>, ITypedEncoder;

[TransformerEncoder("gemma")]
internal sealed partial class Gemma : ILoadable<Gemma>, ITokenEncoder;

[TransformerEncoder("gemma-deep")]
internal sealed partial class GemmaDeep : ILoadable<GemmaDeep>, ITokenEncoder;

[TransformerEncoder("gemma-embedding")]
internal sealed partial class GemmaEmbedding : ILoadable<GemmaEmbedding>, ITokenEncoder;

[TransformerEncoder("gte")]
internal sealed partial class Gte : ILoadable<Gte>, ITokenEncoder;

[TransformerEncoder("gte-classifier")]
internal sealed partial class GteClassifier : ILoadable<GteClassifier>, ITokenEncoder, IClassifies;

[TransformerEncoder("gte-long")]
internal sealed partial class GteLong : ILoadable<GteLong>, ITypedEncoder;

[TransformerEncoder("gte-types")]
internal sealed partial class GteTypes : ILoadable<GteTypes>, ITypedEncoder;

[TransformerEncoder("gte-unpacked")]
internal sealed partial class GteUnpacked : ILoadable<GteUnpacked>, ITokenEncoder, ILabels;

[TransformerEncoder("gte-words")]
internal sealed partial class GteWords : ILoadable<GteWords>, ITypedEncoder, IPredictsTyped;

[TransformerEncoder("jina")]
internal sealed partial class Jina : ILoadable<Jina>, ITypedEncoder;

[TransformerEncoder("jina-classifier")]
internal sealed partial class JinaClassifier : ILoadable<JinaClassifier>, ITypedEncoder, IClassifiesTyped, IScoresTyped;

[TransformerEncoder("jina-code")]
internal sealed partial class JinaCode : ILoadable<JinaCode>, ITypedEncoder;

[TransformerEncoder("jina-long")]
internal sealed partial class JinaLong : ILoadable<JinaLong>, ITypedEncoder;

[TransformerEncoder("jina-original")]
internal sealed partial class JinaOriginal : ILoadable<JinaOriginal>, ITypedEncoder, ILabelsTyped;

[TransformerEncoder("jina-words")]
internal sealed partial class JinaWords : ILoadable<JinaWords>, ITypedEncoder, IPredictsTyped;

[TransformerEncoder("layernorm-module")]
internal sealed partial class LayernormModule : ILoadable<LayernormModule>, ITypedEncoder;

[TransformerEncoder("modernbert")]
internal sealed partial class Modernbert : ILoadable<Modernbert>, ITokenEncoder;

[TransformerEncoder("modernbert-classifier")]
internal sealed partial class ModernbertClassifier : ILoadable<ModernbertClassifier>, ITokenEncoder, IClassifies;

[TransformerEncoder("modernbert-classifier-cls")]
internal sealed partial class ModernbertClassifierCls : ILoadable<ModernbertClassifierCls>, ITokenEncoder, IClassifies, IScores;

[TransformerEncoder("modernbert-deep")]
internal sealed partial class ModernbertDeep : ILoadable<ModernbertDeep>, ITokenEncoder, IPredicts;

[TransformerEncoder("modernbert-labeller")]
internal sealed partial class ModernbertLabeller : ILoadable<ModernbertLabeller>, ITokenEncoder, ILabels;

[TransformerEncoder("modernbert-layer-types")]
internal sealed partial class ModernbertLayerTypes : ILoadable<ModernbertLayerTypes>, ITokenEncoder, IPredicts;

[TransformerEncoder("modernbert-long")]
internal sealed partial class ModernbertLong : ILoadable<ModernbertLong>, ITokenEncoder;

[TransformerEncoder("nomic")]
internal sealed partial class Nomic : ILoadable<Nomic>, ITypedEncoder;

[TransformerEncoder("nomic-geglu-biases")]
internal sealed partial class NomicGegluBiases : ILoadable<NomicGegluBiases>, ITypedEncoder;

[TransformerEncoder("nomic-ungated")]
internal sealed partial class NomicUngated : ILoadable<NomicUngated>, ITypedEncoder;

[TransformerEncoder("pooling-concatenated")]
internal sealed partial class PoolingConcatenated : ILoadable<PoolingConcatenated>, ITypedEncoder;

[TransformerEncoder("pooling-last")]
internal sealed partial class PoolingLast : ILoadable<PoolingLast>, ITypedEncoder;

[TransformerEncoder("pooling-list")]
internal sealed partial class PoolingList : ILoadable<PoolingList>, ITypedEncoder;

[TransformerEncoder("pooling-prompt")]
internal sealed partial class PoolingPrompt : ILoadable<PoolingPrompt>, ITypedEncoder;

[TransformerEncoder("pooling-sqrt")]
internal sealed partial class PoolingSqrt : ILoadable<PoolingSqrt>, ITypedEncoder;

[TransformerEncoder("pooling-weighted")]
internal sealed partial class PoolingWeighted : ILoadable<PoolingWeighted>, ITypedEncoder;

[TransformerEncoder("sentence-t5")]
internal sealed partial class SentenceT5 : ILoadable<SentenceT5>, ITokenEncoder;

[TransformerEncoder("t5")]
internal sealed partial class T5 : ILoadable<T5>, ITokenEncoder;

[TransformerEncoder("t5-deep")]
internal sealed partial class T5Deep : ILoadable<T5Deep>, ITokenEncoder;

[TransformerEncoder("t5-gated")]
internal sealed partial class T5Gated : ILoadable<T5Gated>, ITokenEncoder;

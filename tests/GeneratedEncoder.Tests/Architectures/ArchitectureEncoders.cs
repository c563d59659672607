namespace GeneratedEncoder.Tests;

// A class for each folder of GeneratedEncoder.Oracles/architectures, under the folder's name.

[TransformerEncoder("deberta-c2p")]
internal sealed partial class DebertaC2p;

[TransformerEncoder("deberta-classifier")]
internal sealed partial class DebertaClassifier;

[TransformerEncoder("deberta-labeller")]
internal sealed partial class DebertaLabeller;

[TransformerEncoder("deberta-unshared")]
internal sealed partial class DebertaUnshared;

[TransformerEncoder("deberta-v2-conv")]
internal sealed partial class DebertaV2Conv;

[TransformerEncoder("deberta-v3")]
internal sealed partial class DebertaV3;

[TransformerEncoder("deberta-words")]
internal sealed partial class DebertaWords;

[TransformerEncoder("dense-tanh")]
internal sealed partial class DenseTanh;

[TransformerEncoder("gemma")]
internal sealed partial class Gemma;

[TransformerEncoder("gemma-embedding")]
internal sealed partial class GemmaEmbedding;

[TransformerEncoder("gte")]
internal sealed partial class Gte;

[TransformerEncoder("gte-classifier")]
internal sealed partial class GteClassifier;

[TransformerEncoder("gte-long")]
internal sealed partial class GteLong;

[TransformerEncoder("gte-types")]
internal sealed partial class GteTypes;

[TransformerEncoder("gte-words")]
internal sealed partial class GteWords;

[TransformerEncoder("jina")]
internal sealed partial class Jina;

[TransformerEncoder("jina-classifier")]
internal sealed partial class JinaClassifier;

[TransformerEncoder("jina-code")]
internal sealed partial class JinaCode;

[TransformerEncoder("jina-long")]
internal sealed partial class JinaLong;

[TransformerEncoder("layernorm-module")]
internal sealed partial class LayernormModule;

[TransformerEncoder("modernbert")]
internal sealed partial class Modernbert;

[TransformerEncoder("modernbert-classifier")]
internal sealed partial class ModernbertClassifier;

[TransformerEncoder("modernbert-classifier-cls")]
internal sealed partial class ModernbertClassifierCls;

[TransformerEncoder("modernbert-labeller")]
internal sealed partial class ModernbertLabeller;

[TransformerEncoder("modernbert-layer-types")]
internal sealed partial class ModernbertLayerTypes;

[TransformerEncoder("modernbert-long")]
internal sealed partial class ModernbertLong;

[TransformerEncoder("nomic")]
internal sealed partial class Nomic;

[TransformerEncoder("nomic-geglu-biases")]
internal sealed partial class NomicGegluBiases;

[TransformerEncoder("nomic-ungated")]
internal sealed partial class NomicUngated;

[TransformerEncoder("pooling-concatenated")]
internal sealed partial class PoolingConcatenated;

[TransformerEncoder("pooling-last")]
internal sealed partial class PoolingLast;

[TransformerEncoder("pooling-list")]
internal sealed partial class PoolingList;

[TransformerEncoder("pooling-prompt")]
internal sealed partial class PoolingPrompt;

[TransformerEncoder("pooling-sqrt")]
internal sealed partial class PoolingSqrt;

[TransformerEncoder("pooling-weighted")]
internal sealed partial class PoolingWeighted;

[TransformerEncoder("sentence-t5")]
internal sealed partial class SentenceT5;

[TransformerEncoder("t5")]
internal sealed partial class T5;

[TransformerEncoder("t5-gated")]
internal sealed partial class T5Gated;

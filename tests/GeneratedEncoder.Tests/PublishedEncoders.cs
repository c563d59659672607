namespace GeneratedEncoder.Tests;

// Encoders of published models' dimensions, as their config.json and modules.json have them.

/// <summary>sentence-transformers/all-MiniLM-L6-v2, from its folder.</summary>
[TransformerEncoder("all-MiniLM-L6-v2")]
public sealed partial class AllMiniLmL6;

/// <summary>Snowflake/snowflake-arctic-embed-xs, from its folder.</summary>
[TransformerEncoder("snowflake-arctic-embed-xs")]
public sealed partial class ArcticEmbedXs;

/// <summary>BAAI/bge-small-en-v1.5, and Snowflake/snowflake-arctic-embed-s.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2,
    HiddenAct = HiddenAct.Gelu, Pooling = Pooling.Cls, Normalize = true)]
internal sealed partial class BgeSmall;

/// <summary>BAAI/bge-base-en-v1.5.</summary>
[TransformerEncoder(
    HiddenSize = 768, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 3072,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2,
    HiddenAct = HiddenAct.Gelu, Pooling = Pooling.Cls, Normalize = true)]
internal sealed partial class BgeBase;

/// <summary>thenlper/gte-base.</summary>
[TransformerEncoder(
    HiddenSize = 768, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 3072,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2,
    HiddenAct = HiddenAct.Gelu, Pooling = Pooling.Mean, Normalize = true)]
internal sealed partial class GteBase;

/// <summary>cross-encoder/ms-marco-MiniLM-L-6-v2.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2,
    HiddenAct = HiddenAct.Gelu, Head = Head.SequenceClassification, NumLabels = 1)]
internal sealed partial class MsMarcoMiniLmL6;

/// <summary>cross-encoder/ms-marco-MiniLM-L-12-v2.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2,
    HiddenAct = HiddenAct.Gelu, Head = Head.SequenceClassification, NumLabels = 1)]
internal sealed partial class MsMarcoMiniLmL12;

/// <summary>BAAI/bge-reranker-base.</summary>
[TransformerEncoder(
    ModelType = ModelType.XlmRoberta,
    HiddenSize = 768, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 3072,
    MaxPositionEmbeddings = 514, PositionOffset = 2, VocabSize = 250002, TypeVocabSize = 1, LayerNormEps = 1e-5,
    HiddenAct = HiddenAct.Gelu, Head = Head.SequenceClassification, NumLabels = 1)]
internal sealed partial class BgeRerankerBase;

/// <summary>SamLowe/roberta-base-go_emotions.</summary>
[TransformerEncoder(
    ModelType = ModelType.Roberta,
    HiddenSize = 768, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 3072,
    MaxPositionEmbeddings = 514, PositionOffset = 2, VocabSize = 50265, TypeVocabSize = 1, LayerNormEps = 1e-5,
    HiddenAct = HiddenAct.Gelu, Head = Head.SequenceClassification, NumLabels = 28)]
internal sealed partial class RobertaGoEmotions;

namespace GeneratedEncoder.Benchmarks;

// Shapes of Encoders.cs with narrow weights, the multilingual one in each format, and blocks of layers for errors by depth.

/// <summary>The shape of all-MiniLM-L6-v2 in int8.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Weights = WeightFormat.Int8)]
internal sealed partial class MiniLmInt8;

/// <summary>The shape of all-MiniLM-L6-v2 in bfloat16.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Weights = WeightFormat.BFloat16)]
internal sealed partial class MiniLmBFloat16;

/// <summary>The shape of BERT-base in int8.</summary>
[TransformerEncoder(
    HiddenSize = 768, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 3072,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Weights = WeightFormat.Int8)]
internal sealed partial class BertBaseInt8;

/// <summary>The shape of BERT-base in bfloat16.</summary>
[TransformerEncoder(
    HiddenSize = 768, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 3072,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu, Weights = WeightFormat.BFloat16)]
internal sealed partial class BertBaseBFloat16;

/// <summary>The shape of multilingual MiniLM-L12: XLM-R's table of pieces of words.</summary>
[TransformerEncoder(
    ModelType = ModelType.XlmRoberta,
    HiddenSize = 384, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 514, PositionOffset = 2, VocabSize = 250002, TypeVocabSize = 1, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class Multilingual;

/// <summary>The same in int8.</summary>
[TransformerEncoder(
    ModelType = ModelType.XlmRoberta,
    HiddenSize = 384, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 514, PositionOffset = 2, VocabSize = 250002, TypeVocabSize = 1, HiddenAct = HiddenAct.Gelu, Weights = WeightFormat.Int8)]
internal sealed partial class MultilingualInt8;

/// <summary>The same in bfloat16.</summary>
[TransformerEncoder(
    ModelType = ModelType.XlmRoberta,
    HiddenSize = 384, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 514, PositionOffset = 2, VocabSize = 250002, TypeVocabSize = 1, HiddenAct = HiddenAct.Gelu, Weights = WeightFormat.BFloat16)]
internal sealed partial class MultilingualBFloat16;

/// <summary>Three layers, 384 wide.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 3, NumAttentionHeads = 12, IntermediateSize = 1536, MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class Block384;

/// <summary>The same in int8.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 3, NumAttentionHeads = 12, IntermediateSize = 1536, MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu,
    Weights = WeightFormat.Int8)]
internal sealed partial class Block384Int8;

/// <summary>The same in bfloat16.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 3, NumAttentionHeads = 12, IntermediateSize = 1536, MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class Block384BFloat16;

/// <summary>Three layers, 768 wide.</summary>
[TransformerEncoder(
    HiddenSize = 768, NumHiddenLayers = 3, NumAttentionHeads = 12, IntermediateSize = 3072, MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class Block768;

/// <summary>The same in int8.</summary>
[TransformerEncoder(
    HiddenSize = 768, NumHiddenLayers = 3, NumAttentionHeads = 12, IntermediateSize = 3072, MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu,
    Weights = WeightFormat.Int8)]
internal sealed partial class Block768Int8;

/// <summary>The same in bfloat16.</summary>
[TransformerEncoder(
    HiddenSize = 768, NumHiddenLayers = 3, NumAttentionHeads = 12, IntermediateSize = 3072, MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu,
    Weights = WeightFormat.BFloat16)]
internal sealed partial class Block768BFloat16;

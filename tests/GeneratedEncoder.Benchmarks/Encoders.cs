namespace GeneratedEncoder.Benchmarks;

/// <summary>The shape of all-MiniLM-L6-v2.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class MiniLm;

/// <summary>The shape of all-MiniLM-L6-v2, with positions for long texts.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 8192, VocabSize = 30522, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class MiniLmLong;

/// <summary>The shape of BERT-tiny.</summary>
[TransformerEncoder(
    HiddenSize = 128, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 512,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class BertTiny;

/// <summary>The shape of BERT-base.</summary>
[TransformerEncoder(
    HiddenSize = 768, NumHiddenLayers = 12, NumAttentionHeads = 12, IntermediateSize = 3072,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class BertBase;

/// <summary>One layer of MiniLM's shape.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 1, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class MiniLmLayer;

/// <summary>One layer of BERT-base's shape.</summary>
[TransformerEncoder(
    HiddenSize = 768, NumHiddenLayers = 1, NumAttentionHeads = 12, IntermediateSize = 3072,
    MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class BertBaseLayer;

/// <summary>One layer of dimensions that no vector width divides.</summary>
[TransformerEncoder(
    HiddenSize = 200, NumHiddenLayers = 1, NumAttentionHeads = 8, IntermediateSize = 777,
    MaxPositionEmbeddings = 512, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class OddLayer;

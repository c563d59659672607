using GeneratedEncoder;

namespace SnapshotTesting;

/// <summary>The encoder whose generated code is under test. In a project of yours: the one that you ship.</summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2,
    HiddenAct = HiddenAct.Gelu, Pooling = Pooling.Mean, Normalize = true)]
internal sealed partial class SentenceEncoder;

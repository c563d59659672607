using GeneratedEncoder;

namespace SemanticSearch;

/// <summary>
/// all-MiniLM-L6-v2, and every other model of its dimensions. The dimensions are written down, so that the program can be built
/// before a model was downloaded; which folder it loads is said when it runs.
/// </summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Pooling = Pooling.Mean, Normalize = true, MaxSeqLength = 256)]
public sealed partial class MiniLm;

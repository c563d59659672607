using GeneratedEncoder;

namespace SemanticSearch;

#if OFFLINE
/// <summary>
/// all-MiniLM-L6-v2, by its dimensions: without its folder the build has nothing else to go by. Which folder it loads is said when it runs.
/// </summary>
[TransformerEncoder(
    HiddenSize = 384, NumHiddenLayers = 6, NumAttentionHeads = 12, IntermediateSize = 1536,
    MaxPositionEmbeddings = 512, VocabSize = 30522, TypeVocabSize = 2, HiddenAct = HiddenAct.Gelu,
    Pooling = Pooling.Mean, Normalize = true, MaxSeqLength = 256)]
#else
/// <summary>all-MiniLM-L6-v2. All of it is read from its folder, which the project file names; so is every other model of its dimensions.</summary>
[TransformerEncoder("all-MiniLM-L6-v2")]
#endif
public sealed partial class MiniLm;

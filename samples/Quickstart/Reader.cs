using GeneratedEncoder;

namespace Quickstart;

/// <summary>The encoder of Model/config.json. Everything else about it is generated: see Generated/.</summary>
[TransformerEncoder(
    HiddenSize = 128, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 256,
    MaxPositionEmbeddings = 32, VocabSize = 940, HiddenAct = HiddenAct.Relu)]
public sealed partial class Reader
{
    /// <summary>The layer and head that were trained to look from a pronoun to what it stands for.</summary>
    public const int CoreferenceLayer = 1, CoreferenceHead = 0;

    /// <summary>... from a verb to its subject, and back.</summary>
    public const int SubjectLayer = 1, SubjectHead = 1;

    /// <summary>... from an adjective to the noun it describes, and back.</summary>
    public const int AdjectiveLayer = 1, AdjectiveHead = 2;
}

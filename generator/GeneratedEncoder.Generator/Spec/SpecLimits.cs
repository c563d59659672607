namespace GeneratedEncoder.Generator.Spec;

/// <summary>The largest sizes of a legal spec: far above any model; they keep the arithmetic on sizes inside 64 bits.</summary>
internal static class SpecLimits
{
    public const int HiddenSize = 1 << 16;
    public const int NumHiddenLayers = 1 << 12;
    public const int IntermediateSize = 1 << 20;
    public const int Tokens = 1 << 24;
    public const int TypeVocabSize = 1 << 16;
    public const int RelativeAttentionNumBuckets = 511;
    public const int NumLabels = 1 << 20;
}

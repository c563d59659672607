using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Stress;

[TransformerEncoder(HiddenSize = 64, NumHiddenLayers = 1, NumAttentionHeads = 4, IntermediateSize = 256, MaxPositionEmbeddings = 128, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class Deep1;

[TransformerEncoder(HiddenSize = 64, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 256, MaxPositionEmbeddings = 128, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class Deep2;

[TransformerEncoder(HiddenSize = 64, NumHiddenLayers = 6, NumAttentionHeads = 4, IntermediateSize = 256, MaxPositionEmbeddings = 128, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class Deep6;

[TransformerEncoder(HiddenSize = 64, NumHiddenLayers = 12, NumAttentionHeads = 4, IntermediateSize = 256, MaxPositionEmbeddings = 128, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class Deep12;

[TransformerEncoder(HiddenSize = 64, NumHiddenLayers = 24, NumAttentionHeads = 4, IntermediateSize = 256, MaxPositionEmbeddings = 128, HiddenAct = HiddenAct.Gelu)]
internal sealed partial class Deep24;

[TransformerEncoder(HiddenSize = 64, NumHiddenLayers = 24, NumAttentionHeads = 4, IntermediateSize = 256, MaxPositionEmbeddings = 128, HiddenAct = HiddenAct.Gelu,
    NormPlacement = NormPlacement.Pre)]
internal sealed partial class DeepPrenorm24;

/// <summary>Computes the last hidden state of vectors.</summary>
internal delegate void EncodeVectors(ReadOnlySpan<float> vectors, Span<float> hidden);

/// <summary>An encoder that differs from the others in its depth only.</summary>
internal sealed record DeepEncoder(string Name, int Layers, bool PreNorm, Func<string, (IDisposable Instance, EncodeVectors Encode)> Load)
{
    public static IReadOnlyList<DeepEncoder> All { get; } =
    [
        new("1 layer", 1, false, path => { Deep1 encoder = Deep1.Load(path); return (encoder, encoder.Encode); }),
        new("2 layers", 2, false, path => { Deep2 encoder = Deep2.Load(path); return (encoder, encoder.Encode); }),
        new("6 layers", 6, false, path => { Deep6 encoder = Deep6.Load(path); return (encoder, encoder.Encode); }),
        new("12 layers", 12, false, path => { Deep12 encoder = Deep12.Load(path); return (encoder, encoder.Encode); }),
        new("24 layers", 24, false, path => { Deep24 encoder = Deep24.Load(path); return (encoder, encoder.Encode); }),
        new("24, pre-norm", 24, true, path => { DeepPrenorm24 encoder = DeepPrenorm24.Load(path); return (encoder, encoder.Encode); }),
    ];

    public EncoderShape Shape => new()
    {
        HiddenSize = 64,
        NumHiddenLayers = Layers,
        NumAttentionHeads = 4,
        IntermediateSize = 256,
        MaxPositionEmbeddings = 128,
        PreNorm = PreNorm,
    };
}

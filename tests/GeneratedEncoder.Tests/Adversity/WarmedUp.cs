using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>
/// Calls itself before its class is initialised: whatever other thread touched one of the class's own statics would wait for the end of
/// what waits for that thread.
/// </summary>
[TransformerEncoder(
    HiddenSize = 231, NumHiddenLayers = 3, NumAttentionHeads = 7, IntermediateSize = 610,
    MaxPositionEmbeddings = 70, VocabSize = 90, TypeVocabSize = 2,
    HiddenAct = HiddenAct.Silu, NormPlacement = NormPlacement.Pre, Pooling = Pooling.Cls, Normalize = true)]
internal sealed partial class WarmedUp
{
    private const int Calls = 50;

    static WarmedUp()
    {
        using TempFolder folder = new();
        EncoderCase twin = EncoderCase.Of<WideFirstToken>();
        twin.Model.Save(folder["model.safetensors"]);
        using WarmedUp encoder = Load(folder["model.safetensors"], new EncoderOptions { MaxDegreeOfParallelism = 2 });
        int[] ids = RandomModel.Ids(twin.Shape, 1, twin.Shape.MaxTokens);
        for (int call = 0; call < Calls; call++)
        {
            encoder.Embed(ids, First);
            encoder.EmbedBatch([.. ids, .. ids], [ids.Length, ids.Length], new float[2 * HiddenSize]);
        }
    }

    /// <summary>What it computed before anything else could be done with the class.</summary>
    public static float[] First { get; } = new float[HiddenSize];
}

using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>
/// The loop over k of a tile whose weights are held in 16 bits: two steps of k share a word of 32 bits, so that one load and two operations, which stay within
/// their lanes, give two vectors.
/// </summary>
internal static class BFloat16LoopEmitter
{
    /// <summary>Pairs of steps in a loop body.</summary>
    private static int Pairs(SimdPath path) => path.KStep / 2;

    public static void Emit(SourceWriter w, SimdPath path, int rows, int panels, Action prefetch)
    {
        TileVector[] vectors = [.. path.TileVectors(panels)];
        int steps = 2 * Pairs(path);
        using (w.Block($"for (; k >= {steps}; k -= {steps})"))
        {
            for (int pair = 0; pair < Pairs(path); pair++)
            {
                EmitPair(w, path, rows, vectors, pair);
            }

            prefetch();
            EmitAdvance(w, path, Pairs(path));
        }

        if (Pairs(path) > 1)
        {
            w.Line();
            using (w.Block("for (; k >= 2; k -= 2)"))
            {
                EmitPair(w, path, rows, vectors, 0);
                EmitAdvance(w, path, 1);
            }
        }

        w.Line();
        using (w.Block("if (k > 0)"))
        {
            EmitWords(w, path, vectors, 0);
            EmitStep(w, path, rows, vectors, 0, first: true);
        }
    }

    private static void EmitPair(SourceWriter w, SimdPath path, int rows, TileVector[] vectors, int pair)
    {
        using (w.Block(""))
        {
            EmitWords(w, path, vectors, pair);
            using (w.Block(""))
            {
                EmitStep(w, path, rows, vectors, 2 * pair, first: true);
            }

            w.Line();
            using (w.Block(""))
            {
                EmitStep(w, path, rows, vectors, 2 * pair + 1, first: false);
            }
        }

        w.Line();
    }

    private static void EmitWords(SourceWriter w, SimdPath path, TileVector[] vectors, int pair)
    {
        foreach (TileVector vector in vectors)
        {
            string panel = path.Offsets.PanelVector(pair, vector) is { } place ? $"ref Unsafe.Add(ref panel, {place})" : "ref panel";
            w.Line($"{path.Vector}<uint> pair{vector.Part} = {path.Vector}.AsUInt32({path.Vector}.LoadUnsafe({panel}{(vector.Column == 0 ? "" : $", {vector.Column}")}));");
        }
    }

    private static void EmitStep(SourceWriter w, SimdPath path, int rows, TileVector[] vectors, int step, bool first)
    {
        foreach (TileVector vector in vectors)
        {
            string bits = first ? $"{path.Vector}.ShiftLeft(pair{vector.Part}, 16)" : $"pair{vector.Part} & {path.Vector}.Create(0xFFFF0000)";
            w.Line($"{path.Vector}<float> w{vector.Part} = {path.Vector}.AsSingle({bits});");
        }

        TileEmitter.EmitRows(w, path, rows, vectors, step, spaced: false, VectorText.Fused(path.Vector));
    }

    private static void EmitAdvance(SourceWriter w, SimdPath path, int pairs) => w
        .Line($"x = ref Unsafe.Add(ref x, {2 * pairs});")
        .Line($"panel = ref Unsafe.Add(ref panel, {path.Offsets.PanelRow(pairs)});");
}

using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The rotation of queries and keys by their positions.</summary>
internal static class RotaryEmitter
{
    public static IEnumerable<(string, string)> About(RotaryPlan? rotary) => rotary is null
        ? []
        : [("positions", $"queries and keys are rotated: columns k and k + {rotary.Pairs} of a head as a pair, by the position's cosine and sine")];

    public static void Emit(SourceWriter w, EncoderPlan plan, RotaryPlan rotary, SimdPath path)
    {
        AttentionPlan attention = plan.Attention;
        int whole = rotary.Pairs / path.Lanes * path.Lanes;
        w.Summary("Rotates the queries and keys of some rows, where they lie.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static void Rotate(int rows, int headLength, ref float rotary, ref float places, ref float qkv)"))
        {
            using (w.Block($"for (int head = 0; head < {attention.Heads + attention.KeyValueHeads}; head++)"))
            {
                w.Line($"ref float x = ref Unsafe.Add(ref qkv, {plan.Offsets.HeadRow});");
                using (w.Block("for (int row = 0; row < rows; row++)"))
                {
                    w.Line($"int place = Unsafe.As<float, int>(ref Unsafe.Add(ref places, {plan.Offsets.Place("row")}));");
                    w.Line($"ref float cosines = ref Unsafe.Add(ref rotary, {OffsetPlan.Angles(rotary)});");
                    w.Line($"ref float sines = ref Unsafe.Add(ref cosines, {rotary.SineColumn});");
                    w.Line($"ref float partner = ref Unsafe.Add(ref x, {rotary.Pairs});");
                    w.Line();
                    EmitPairs(w, path, whole);
                    EmitLastPairs(w, whole, rotary.Pairs);
                    w.Line();
                    w.Line($"x = ref Unsafe.Add(ref x, {attention.HeadColumns});");
                }
            }
        }
    }

    private static void EmitPairs(SourceWriter w, SimdPath path, int whole)
    {
        if (whole == 0)
        {
            return;
        }

        string v = path.Vector;
        using (w.Block($"for (nuint i = 0; i < {whole}; i += {path.Lanes})"))
        {
            w.Line($"{v}<float> a = {path.Load("x", "i", 0)}, b = {path.Load("partner", "i", 0)};");
            w.Line($"{v}<float> cosine = {path.Load("cosines", "i", 0)}, sine = {path.Load("sines", "i", 0)};");
            w.Line(path.Store($"{VectorText.Fused(v)}(a, cosine, -(b * sine))", "x", "i", 0));
            w.Line(path.Store($"{VectorText.Fused(v)}(b, cosine, a * sine)", "partner", "i", 0));
        }
    }

    private static void EmitLastPairs(SourceWriter w, int whole, int pairs)
    {
        if (whole == pairs)
        {
            return;
        }

        w.LineIf(whole > 0, "");
        w.Comment("One by one: the next column is a partner.");
        using (w.Block($"for (int i = {whole}; i < {pairs}; i++)"))
        {
            w.Line("""
                float a = Unsafe.Add(ref x, i), b = Unsafe.Add(ref partner, i);
                float cosine = Unsafe.Add(ref cosines, i), sine = Unsafe.Add(ref sines, i);
                Unsafe.Add(ref x, i) = MathF.FusedMultiplyAdd(a, cosine, -(b * sine));
                Unsafe.Add(ref partner, i) = MathF.FusedMultiplyAdd(b, cosine, a * sine);
                """);
        }
    }
}

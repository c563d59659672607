using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The convolution over the first hidden states, which is added to the first layer's output.</summary>
internal static class ConvolutionEmitter
{
    public static IEnumerable<(string, string)> About(ConvolutionPlan convolution) =>
    [
        ("this file", $"after the first layer, x = LN(x + {convolution.Block.Activation}(conv(x0) + b)), x0 being the first hidden states and conv over {convolution.Block.Kernel} tokens"),
        ("edges", "before a text's first token and after its last there are zeros"),
    ];

    public static void Emit(SourceWriter w, EncoderPlan plan, ConvolutionPlan convolution, SimdPath path)
    {
        int kernel = convolution.Block.Kernel, size = plan.Spec.HiddenSize, half = kernel / 2;
        w.Summary("The convolution of a range of rows, block by block, added to them and normalised.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static void Convolve(int first, int end, int tokens, ref float weights, ref float scratch, ref float own)"))
        {
            w.Line("ref float window = ref Unsafe.Add(ref own, Own.Window);");
            w.Line("ref float convolved = ref Unsafe.Add(ref own, Own.Convolved);");
            using (w.Block($"for (int row = first; row < end; row += {ConvolutionPlan.BlockRows})"))
            {
                w.Line($"int rows = Math.Min({ConvolutionPlan.BlockRows}, end - row);");
                using (w.Block("for (int r = 0; r < rows; r++)"))
                {
                    w.Line($"int place = PlaceOf(row + r, ref scratch);");
                    using (w.Block($"for (int tap = 0; tap < {kernel}; tap++)"))
                    {
                        w.Line($"int other = row + r + tap - {half};");
                        w.Line($"Span<float> neighbour = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref window, {OffsetPlan.Window(convolution, size)}), {size});");
                        w.Line();
                        w.Comment("A token of the same text stands as far from its beginning as from this one.");
                        using (w.Block($"if (other >= 0 && other < tokens && PlaceOf(other, ref scratch) == place + tap - {half})"))
                        {
                            w.Line($"MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref scratch, {plan.Offsets.FirstHidden("other")}), {size}).CopyTo(neighbour);");
                        }

                        using (w.Block("else"))
                        {
                            w.Line("neighbour.Clear();");
                        }
                    }
                }

                w.Line();
                w.Line($"ref float x = ref Unsafe.Add(ref scratch, {plan.Offsets.Hidden("row")});");
                w.Line($"{convolution.Product.Name}.Run(rows, ref window, ref Unsafe.Add(ref weights, Weights.ConvolutionPanels), ref Unsafe.Add(ref weights, Weights.ConvolutionBias), ref convolved);");
                w.Line("AddRows(rows, ref convolved, ref x);");
                w.Line($"{convolution.Norm.Name}(rows, ref x, ref x, {NormEmitter.Weights(convolution.Norm, "weights", "Weights.ConvolutionNorm")});");
            }
        }

        w.Line();
        w.Summary("A token's position in its text.");
        w.Line(Attributes.Inline);
        w.Line($"private static int PlaceOf(int other, ref float scratch) => Unsafe.As<float, int>(ref Unsafe.Add(ref scratch, {plan.Offsets.PlaceOf}));");
        w.Line();
        LinearEmitter.Emit(w, plan, convolution.Product, path);
    }
}

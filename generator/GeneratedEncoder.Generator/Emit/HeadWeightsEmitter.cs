using System.Globalization;
using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The packing of a head's tensors, which stand beside the encoder's in a model file.</summary>
internal static class HeadWeightsEmitter
{
    public static void Emit(SourceWriter w, EncoderPlan plan)
    {
        HeadPlan head = plan.Head!;
        w.Summary("Packs the head's tensors: by their full names, except for a pooler, which stands under the encoder's prefix.");
        w.Line(Attributes.Generated);
        using (w.Block("private static void PackHead(ModelTensors tensors, EncoderMemory memory)"))
        {
            if (head.Dense is { } dense)
            {
                EmitLinear(w, head.Layers.DenseIsEncoders ? "tensors" : "tensors.Root", head.Layers.Dense!, "HeadDense", dense, head.DenseSize);
            }

            if (head.Layers.Norm is { } norm)
            {
                w.Line($"tensors.Root.CopyLayerNorm(\"{norm}\", {head.DenseSize}, {Slice("HeadNormWeight", Panel.Pad(head.DenseSize))}, {Slice("HeadNormBias", Panel.Pad(head.DenseSize))});");
            }

            if (head.Classifier is { } classifier)
            {
                EmitLinear(w, "tensors.Root", head.Layers.Classifier!, "Classifier", classifier, plan.Spec.NumLabels);
            }

            if (head.Decoder is { } decoder)
            {
                w.Line($"tensors.Root.CopyVector(\"{head.Layers.DecoderBias}\", \"{head.Layers.Decoder}.bias\", {decoder.Words}, {Slice("DecoderBias", decoder.Words)});");
            }
        }
    }

    private static void EmitLinear(SourceWriter w, string tensors, string name, string region, LinearPlan linear, int outFeatures) => w.Line(
        $"{tensors}.PackLinear(\"{name}\", {outFeatures}, {linear.K}, {outFeatures}, {linear.Columns}, 1f, " +
        $"{Slice(region + "Panels", (long)linear.Columns * linear.K)}, {Slice(region + "Bias", linear.Columns)});");

    private static string Slice(string region, long floats) =>
        $"memory.WeightSlice(Weights.{region}, {floats.ToString(CultureInfo.InvariantCulture)})";
}

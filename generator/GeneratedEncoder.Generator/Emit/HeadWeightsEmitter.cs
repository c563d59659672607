using System.Globalization;
using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;

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
                EmitLinear(w, head.Block.Dense!, "HeadDense", dense);
            }

            if (head.Norm is { } norm)
            {
                PackEmitter.EmitNorm(w, $"\"{head.Block.Norm!.Name}\"", "Weights.HeadNorm", norm, head.Block.Norm, "tensors.Root");
            }

            if (head.Classifier is { } classifier)
            {
                EmitLinear(w, head.Block.Classifier!, "Classifier", classifier);
            }

            if (head.Decoder is { HasBias: true } decoder)
            {
                w.Line($"tensors.Root.CopyVector(\"{head.Block.Decoder!.Bias}\", \"{head.Block.Decoder.Name}.bias\", {decoder.Words}, {Slice("DecoderBias", decoder.Words)});");
            }
        }
    }

    private static void EmitLinear(SourceWriter w, Linear layer, string region, LinearPlan linear)
    {
        string tensors = layer.InRoot ? "tensors.Root" : "tensors", panels = Slice(region + "Panels", (long)linear.Columns * linear.K);
        w.Line(layer.HasBias
            ? $"{tensors}.PackLinear(\"{layer.Name}\", {layer.Out}, {linear.K}, {layer.Out}, {linear.Columns}, 1f, {panels}, {Slice(region + "Bias", linear.Columns)});"
            : $"{tensors}.PackWeight(\"{layer.Name}.weight\", {layer.Out}, 0, {layer.Out}, {linear.K}, {layer.Out}, {linear.Columns}, 1, 1f, {panels});");
    }

    private static string Slice(string region, long floats) =>
        $"memory.WeightSlice(Weights.{region}, {floats.ToString(CultureInfo.InvariantCulture)})";
}

using System.Globalization;
using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The encoder in one line, for the headers of its files; what it doesn't have isn't said.</summary>
internal static class EncoderDescription
{
    public static string Of(EncoderPlan plan)
    {
        EncoderSpec spec = plan.Spec;
        string eps = spec.LayerNormEps.ToString("0.###e-0", CultureInfo.InvariantCulture);
        string words = spec.TakesVectors ? "vectors in" : $"vocabulary={spec.VocabSize}{(spec.EmbeddingSize > 0 ? $"x{spec.EmbeddingSize}" : "")}";
        string sets = spec.NumHiddenGroups > 0 ? $" in {spec.NumHiddenGroups} {(spec.NumHiddenGroups == 1 ? "group" : "groups")}" : "";
        string gate = plan.FeedForward.IsGated ? "gated " : "", norm = plan.Norms.Any(n => n.Kind == NormKind.RootMeanSquare) ? "RMS-norm" : "norm";
        string modules = plan.Pooling.Modules.Length > 0 ? $", {plan.Pooling.Modules.Length} {(plan.Pooling.Modules.Length == 1 ? "module" : "modules")} to {plan.Pooling.Dimension}" : "";
        return $"L={spec.NumHiddenLayers}{sets}  H={spec.HiddenSize}  heads={Heads(plan.Attention)}{Positions(plan)}  ffn={spec.IntermediateSize}  " +
            $"tokens<={spec.MaxTokens}  {words}  {gate}{spec.HiddenAct}  {spec.NormPlacement}-{norm} eps={eps}  {string.Join("+", plan.Pooling.Modes)} pooling{modules}{(spec.Normalize ? ", normalised" : "")}" +
            (spec.Weights == WeightFormat.Float32 ? "" : $"  {spec.Weights} weights") +
            (spec.Head == Head.None ? "" : $"  {spec.Head}{(spec.HasLabels ? $" of {spec.NumLabels}" : "")}");
    }

    private static string Heads(AttentionPlan attention) =>
        $"{attention.Heads}{(attention.GroupSize == 1 ? "" : $"/{attention.KeyValueHeads}")}x{attention.HeadSize}";

    /// <summary>What attention knows of positions beside what embeddings say.</summary>
    private static string Positions(EncoderPlan plan)
    {
        AttentionPlan attention = plan.Attention;
        IEnumerable<string> parts =
        [
            attention.RelativeBias switch { null => "", { Buckets: 0 } => " ALiBi", { } bias => $" relative bias={bias.Buckets}" },
            attention.Rotary is null ? "" : $" rotary theta={string.Join("/", attention.Rotary.Tables.Select(table => table.Theta.ToString("R", CultureInfo.InvariantCulture)))}",
            attention.Disentangled is null ? "" : $" positions={attention.Disentangled.Rows}",
            attention.Local is null ? "" : $" window=+-{attention.Local.Reach} in {attention.Local.Layers.Count(isLocal => isLocal)} layers",
        ];
        return string.Concat(parts);
    }
}

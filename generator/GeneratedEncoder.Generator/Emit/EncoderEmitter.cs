using GeneratedEncoder.Generator.Plan;
using Microsoft.CodeAnalysis.Text;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>An encoder's files, in the order in which they are best read.</summary>
internal static class EncoderEmitter
{
    public static IEnumerable<(string HintName, SourceText Text)> Emit(EncoderPlan plan)
    {
        yield return (
            EmittedFile.HintName(plan.Spec.Type, ""),
            EmittedFile.WriteMain(plan, "the encoder", ContractEmitter.About(), w => ContractEmitter.EmitRemarks(w, plan), w => ContractEmitter.Emit(w, plan)));
        yield return Whole(plan, "Passes", "passes", PassEmitter.About(plan), w => PassEmitter.Emit(w, plan));
        yield return Whole(plan, "Weights", "memory", WeightsEmitter.About(plan), w => WeightsEmitter.Emit(w, plan));
        foreach (SimdPath path in plan.Paths)
        {
            yield return Part(plan, path, "Forward", "forward pass", ForwardEmitter.About(plan), w => ForwardEmitter.Emit(w, plan), attributes: true);
            yield return Part(plan, path, "Embeddings", "embeddings", EmbeddingsEmitter.About(plan), w => EmbeddingsEmitter.Emit(w, plan, path));
            yield return Part(plan, path, "Attention", "self-attention", AttentionEmitter.About(plan), w => AttentionEmitter.Emit(w, plan, path));
            yield return Part(plan, path, "FeedForward", "feed-forward network", FeedForwardEmitter.About(plan), w => FeedForwardEmitter.Emit(w, plan, path));
            if (plan.Convolution is { } convolution)
            {
                yield return Part(plan, path, "Convolution", "convolution", ConvolutionEmitter.About(convolution), w => ConvolutionEmitter.Emit(w, plan, convolution, path));
            }

            yield return Part(plan, path, "LayerNorm", "layer norm", NormEmitter.About(plan), w => NormEmitter.Emit(w, plan, path));
            yield return Part(plan, path, "Pooling", "pooling", PoolingEmitter.About(plan), w => PoolingEmitter.Emit(w, plan, path));
            if (plan.Head is not null)
            {
                yield return Part(plan, path, "Head", "head", HeadEmitter.About(plan), w => HeadEmitter.Emit(w, plan, path));
            }
        }
    }

    private static (string, SourceText) Whole(
        EncoderPlan plan, string part, string title, IEnumerable<(string, string)> about, Action<SourceWriter> body) =>
        (EmittedFile.HintName(plan.Spec.Type, part), EmittedFile.Write(plan, null, title, about, body));

    private static (string, SourceText) Part(
        EncoderPlan plan, SimdPath path, string part, string title, IEnumerable<(string, string)> about, Action<SourceWriter> body, bool attributes = false) =>
        (EmittedFile.HintName(plan.Spec.Type, $"{part}.{path.Name}"), EmittedFile.Write(plan, path, title, about, body, attributes));
}

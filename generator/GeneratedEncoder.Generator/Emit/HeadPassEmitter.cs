using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>What lies between a head's public calls and its kernels.</summary>
internal static class HeadPassEmitter
{
    public static void Emit(SourceWriter w, EncoderPlan plan)
    {
        switch (plan.Spec.Head)
        {
            case Head.Pooler:
                EmitTexts(w, plan, "PoolerTexts", "poolerOutput", "pack.Length", "text", "HiddenSize");
                break;
            case Head.SequenceClassification:
                EmitTexts(w, plan, "ClassifyTexts", "logits", "pack.Length", "text", "NumLabels");
                if (plan.Spec.ScoreIsSigmoid)
                {
                    w.Line();
                    EmitSigmoids(w, plan);
                }

                break;
            case Head.TokenClassification:
                EmitTexts(w, plan, "LabelTexts", "logits", "tokens", "start", "NumLabels");
                break;
            case Head.MaskedLM:
                EmitPredict(w, plan);
                break;
        }
    }

    /// <summary>A pack's rows through the head: one for each text, or one for each token.</summary>
    private static void EmitTexts(SourceWriter w, EncoderPlan plan, string name, string output, string rows, string first, string width)
    {
        string part = $"{output}.Slice({first} * {width}, {rows} * {width})";
        PassEmitter.EmitTexts(w, plan, name, $"Span<float> {output}", "default", plan.Head!.TakesFirstToken,
            [.. plan.Head.TakesMean ? ["TakeMeans(pack, ref workspace.Start);"] : Array.Empty<string>(), $"RunHead({rows}, ref _memory.Weights, ref workspace.Start, {part});"]);
        w.Line();
        if (plan.Head.TakesMean)
        {
            w.Summary("The mean of each text's rows, in the row of the text's number.");
            w.Line(Attributes.Generated);
            using (w.Block("private static void TakeMeans(ReadOnlySpan<int> lengths, ref float scratch)"))
            {
                PassEmitter.EmitByPath(w, plan, path => w.Line($"{path}.TakeMeans(lengths, ref scratch);"));
            }

            w.Line();
        }

        w.Summary("The head over the first rows of the hidden states.");
        w.Line(Attributes.Generated);
        using (w.Block("private static void RunHead(int rows, ref float weights, ref float scratch, Span<float> output)"))
        {
            PassEmitter.EmitByPath(w, plan, path => w.Line($"{path}.RunHead(rows, ref weights, ref scratch, output);"));
        }
    }

    private static void EmitSigmoids(SourceWriter w, EncoderPlan plan)
    {
        w.Summary("Scores in place of logits.");
        w.Line(Attributes.Generated);
        using (w.Block("private static void ToScores(Span<float> logits)"))
        {
            using (w.Block("foreach (ref float logit in logits)"))
            {
                PassEmitter.EmitByPath(w, plan, path => w.Line($"logit = {path}.Sigmoid(logit);"));
            }
        }
    }

    private static void EmitPredict(SourceWriter w, EncoderPlan plan)
    {
        EncoderSpec spec = plan.Spec;
        w.Summary("One text through the layers, and its rows at these positions through the head.");
        w.Line(Attributes.Generated);
        using (w.Block($"private void PredictText({PassEmitter.Input(spec)}, ReadOnlySpan<int> positions, Span<float> logits)"))
        {
            w.Line("Workspace workspace = _memory.Rent();");
            using (w.Block("try"))
            {
                w.Line("int length = inputIds.Length;");
                w.Line("ReadOnlySpan<int> pack = workspace.TakePack(new ReadOnlySpan<int>(in length), MaxTokens, PackTokens, out int tokens);");
                w.Line($"EncodePack(inputIds, {(spec.HasTokenTypes ? "tokenTypeIds, " : "")}pack, workspace, default{(plan.HasFirstTokenCalls ? ", firstTokens: false" : "")});");
                PassEmitter.EmitByPath(w, plan, path =>
                    w.Line($"{path}.Predict(positions, tokens, _decoder, ref _memory.Weights, ref workspace.Start, logits);"));
            }

            using (w.Block("finally"))
            {
                w.Line("_memory.Return(workspace);");
            }
        }
    }
}

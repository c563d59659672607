using System.Globalization;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>What libraries that work with any encoder see: ITransformerEncoder, implemented beside the class's own members.</summary>
internal static class InterfaceEmitter
{
    /// <summary>The interfaces that the class implements.</summary>
    public static string Interfaces(EncoderSpec spec) => spec.TakesVectors
        ? "IDisposable"
        : string.Join(", ", new[] { $"ITransformerEncoder<{spec.Type.Name}>", HeadInterface(spec.Head) }.OfType<string>());

    private static string? HeadInterface(Head head) => head switch
    {
        Head.SequenceClassification => "ISequenceClassifier",
        Head.TokenClassification => "ITokenClassifier",
        Head.MaskedLM => "IMaskedLanguageModel",
        _ => null,
    };

    public static void Emit(SourceWriter w, EncoderSpec spec)
    {
        string self = $"ITransformerEncoder<{spec.Type.Name}>";
        w.Line("private static readonly EncoderInfo s_info = new()");
        w.Line("{");
        foreach ((string property, string value) in Info(spec))
        {
            w.Line($"    {property} = {value},");
        }

        w.Line("};");
        w.Line();
        w.Line($"static EncoderInfo {self}.ModelInfo => s_info;");
        w.Line();
        w.Line("EncoderInfo ITransformerEncoder.Info => s_info;");
        w.Line();
        EmitCall(w, spec, "ITransformerEncoder", "Embed", "", "embedding");
        w.Line();
        EmitCall(w, spec, "ITransformerEncoder", "EmbedBatch", "lengths", "embeddings");
        if (HeadInterface(spec.Head) is { } head)
        {
            (string name, string second) = spec.Head switch
            {
                Head.SequenceClassification => ("ClassifyBatch", "lengths"),
                Head.TokenClassification => ("LabelTokensBatch", "lengths"),
                _ => ("PredictMasked", "positions"),
            };
            w.Line();
            EmitCall(w, spec, head, name, second, "logits");
        }
    }

    /// <summary>A call with token types that may be left out, passed on to the class's own.</summary>
    private static void EmitCall(SourceWriter w, EncoderSpec spec, string contract, string name, string second, string output)
    {
        string rest = second.Length > 0 ? $"{second}, {output}" : output;
        string parameters = $"ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds, {(second.Length > 0 ? $"ReadOnlySpan<int> {second}, " : "")}Span<float> {output}";
        using (w.Block($"void {contract}.{name}({parameters})"))
        {
            if (spec.HasTokenTypes)
            {
                using (w.Block("if (!tokenTypeIds.IsEmpty)"))
                {
                    w.Line($"{name}(inputIds, tokenTypeIds, {rest});");
                    w.Line("return;");
                }

                w.Line();
            }
            else
            {
                w.Line("CallGuard.NoTokenTypes(tokenTypeIds);");
            }

            w.Line($"{name}(inputIds, {rest});");
        }
    }

    private static IEnumerable<(string Property, string Value)> Info(EncoderSpec spec)
    {
        yield return ("Name", ForeignText.Literal(spec.Model?.Name ?? spec.Type.Name.TrimStart('@')));
        if (spec.Model is { } folder)
        {
            yield return ("Folder", ForeignText.Literal(folder.OutputFolder));
        }

        yield return ("ModelType", $"ModelType.{spec.ModelType}");
        yield return ("HiddenSize", "HiddenSize");
        yield return ("MaxTokens", "MaxTokens");
        yield return ("VocabSize", "VocabSize");
        yield return ("TypeVocabSize", "TypeVocabSize");
        yield return ("Pooling", $"Pooling.{spec.Pooling}");
        yield return ("Normalize", spec.Normalize ? "true" : "false");
        if (spec.Head != Head.None)
        {
            yield return ("Head", $"Head.{spec.Head}");
            yield return ("NumLabels", spec.NumLabels.ToString(CultureInfo.InvariantCulture));
        }

        if (spec.Model is { Labels.Count: > 0 } labelled)
        {
            yield return ("Labels", $"new[] {{ {string.Join(", ", labelled.Labels.Select(ForeignText.Literal))} }}");
        }

        if (spec.Model is { Prompts.Count: > 0 } prompted)
        {
            string pairs = string.Join(", ", prompted.Prompts.Select(prompt => $"[{ForeignText.Literal(prompt.Name)}] = {ForeignText.Literal(prompt.Text)}"));
            yield return ("Prompts", $"new System.Collections.Generic.Dictionary<string, string> {{ {pairs} }}");
        }

        if (spec.Model?.DefaultPromptName is { } prompt)
        {
            yield return ("DefaultPromptName", ForeignText.Literal(prompt));
        }

        if (spec.Model?.SigmoidScore == true)
        {
            yield return ("SigmoidScore", "true");
        }
    }
}

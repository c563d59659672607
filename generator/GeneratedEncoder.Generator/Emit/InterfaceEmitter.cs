using System.Globalization;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>What libraries that work with any encoder see: ITransformerEncoder, implemented beside the class's own members.</summary>
internal static class InterfaceEmitter
{
    /// <summary>The interfaces that the class implements.</summary>
    public static string Interfaces(EncoderSpec spec) => spec.TakesVectors
        ? "IDisposable"
        : Interfaces(spec.Type.Name, [spec.Head]);

    /// <summary>Those of an encoder of tokens with these heads.</summary>
    public static string Interfaces(string type, IEnumerable<Head> heads) =>
        string.Join(", ", heads.Select(HeadInterface).Prepend($"ITransformerEncoder<{type}>").OfType<string>());

    private static string? HeadInterface(Head head) => head switch
    {
        Head.SequenceClassification => "ISequenceClassifier",
        Head.TokenClassification => "ITokenClassifier",
        Head.MaskedLM => "IMaskedLanguageModel",
        _ => null,
    };

    public static void Emit(SourceWriter w, EncoderSpec spec)
    {
        w.Summary("What this encoder was compiled for.");
        w.Line(Attributes.Generated);
        using (w.Block("private static class Compiled"))
        {
            w.Line("internal static readonly EncoderInfo Info = new()");
            w.Line("{");
            foreach ((string property, string value) in Info(spec))
            {
                w.Line($"    {property} = {value},");
            }

            w.Line("};");
            if (spec.Model is not null)
            {
                w.Line();
                ModelFactsEmitter.EmitTable(w, spec);
            }
        }

        w.Line();
        w.Line(Attributes.Generated);
        w.Line($"static EncoderInfo ITransformerEncoder<{spec.Type.Name}>.ModelInfo => Compiled.Info;");
        w.Line();
        w.Line(Attributes.Generated);
        w.Line("EncoderInfo ITransformerEncoder.Info => Compiled.Info;");

        if (spec.HasTokenTypes)
        {
            return; // The class's own calls are the interface's.
        }

        (string, string, string)[] prompted = spec.LeavesOutPrompts
            ? [("ITransformerEncoder", "EmbedPromptedBatch", "ReadOnlySpan<int> lengths, ReadOnlySpan<int> promptTokens, Span<float> embeddings")]
            : [];
        foreach ((string contract, string name, string parameters) in Calls([spec.Head]).Concat(prompted))
        {
            w.Line();
            EmitCall(w, contract, name, parameters);
        }
    }

    /// <summary>The interfaces of an encoder that isn't generated.</summary>
    public static void EmitStub(SourceWriter w, string type, IEnumerable<Head> heads)
    {
        w.Line($"static EncoderInfo ITransformerEncoder<{type}>.ModelInfo => throw NotGenerated();").Line();
        w.Line("EncoderInfo ITransformerEncoder.Info => throw NotGenerated();").Line();
        foreach ((string contract, string name, string parameters) in Calls(heads))
        {
            w.Line($"void {contract}.{name}({Input}, {parameters}) => throw NotGenerated();").Line();
        }
    }

    private const string Input = "ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds";

    /// <summary>The interfaces' calls, and their parameters after the input.</summary>
    private static IEnumerable<(string Contract, string Name, string Parameters)> Calls(IEnumerable<Head> heads)
    {
        const string encoder = "ITransformerEncoder", lengths = "ReadOnlySpan<int> lengths, ";
        yield return (encoder, "Encode", "Span<float> lastHiddenState");
        yield return (encoder, "Embed", "Span<float> embedding");
        yield return (encoder, "EncodeBatch", lengths + "Span<float> lastHiddenState");
        yield return (encoder, "EmbedBatch", lengths + "Span<float> embeddings");
        yield return (encoder, "Attend", "Span<float> lastHiddenState, Span<float> attentions");
        foreach (Head head in heads)
        {
            if (HeadInterface(head) is not { } contract)
            {
                continue;
            }

            yield return head switch
            {
                Head.SequenceClassification => (contract, "ClassifyBatch", lengths + "Span<float> logits"),
                Head.TokenClassification => (contract, "LabelTokensBatch", lengths + "Span<float> logits"),
                _ => (contract, "PredictMasked", "ReadOnlySpan<int> positions, Span<float> logits"),
            };
        }
    }

    /// <summary>A call whose token types must be left out, passed on to the class's own.</summary>
    private static void EmitCall(SourceWriter w, string contract, string name, string parameters)
    {
        string arguments = string.Join(", ", parameters.Split([", "], StringSplitOptions.None).Select(parameter => parameter.Substring(parameter.IndexOf(' ') + 1)));
        w.Line(Attributes.Generated);
        using (w.Block($"void {contract}.{name}({Input}, {parameters})"))
        {
            w.Line("CallGuard.NoTokenTypes(tokenTypeIds);");
            w.Line($"{name}(inputIds, {arguments});");
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
        if (spec.EmbeddingDimension != spec.HiddenSize)
        {
            yield return ("EmbeddingDimension", "EmbeddingDimension");
        }

        if (spec.EmbeddingSize > 0)
        {
            yield return ("EmbeddingSize", "EmbeddingSize");
        }

        yield return ("MaxTokens", "MaxTokens");
        yield return ("VocabSize", "VocabSize");
        yield return ("TypeVocabSize", "TypeVocabSize");
        if (spec.Weights != WeightFormat.Float32)
        {
            yield return ("Weights", $"WeightFormat.{spec.Weights}");
        }

        foreach (string bytes in new[] { "WeightBytes", "WorkspaceBytes", "ThreadBytes" })
        {
            yield return (bytes, bytes);
        }

        yield return ("Pooling", $"Pooling.{spec.Pooling}");
        yield return ("Normalize", spec.Normalize ? "true" : "false");
        if (spec.LeavesOutPrompts)
        {
            yield return ("IncludePrompt", "false");
        }

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
            yield return ("Prompts", $"new global::System.Collections.Generic.Dictionary<string, string> {{ {pairs} }}");
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

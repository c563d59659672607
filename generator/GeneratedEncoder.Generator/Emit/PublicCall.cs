using System.Globalization;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>One form of the input: its parameters, checks and how it is passed on.</summary>
internal sealed record InputForm(string Parameters, string Documentation, string Checks, string Arguments, string Input)
{
    public bool IsVectors => Input == "inputEmbeddings";

    /// <summary>Its parameters that are spans of int.</summary>
    public IEnumerable<string> WholeNumbers => IsVectors ? [] : Arguments.Split([", "], StringSplitOptions.None).Where(argument => argument != "default");

    /// <summary>The forms that an encoder's calls come in.</summary>
    public static IEnumerable<InputForm> All(EncoderSpec spec)
    {
        if (spec.TakesVectors)
        {
            yield return new(
                "ReadOnlySpan<float> inputEmbeddings",
                "/// <param name=\"inputEmbeddings\">The vectors, [tokens * HiddenSize].</param>",
                "int tokens = CallGuard.Rows(inputEmbeddings.Length, HiddenSize, nameof(inputEmbeddings));",
                "inputEmbeddings", "inputEmbeddings");
            yield break;
        }

        const string ids = "/// <param name=\"inputIds\">The token ids, [tokens].</param>";
        string checks = "int tokens = inputIds.Length;\nCallGuard.Ids(inputIds, VocabSize, \"token id\", \"vocabulary\");";
        yield return new("ReadOnlySpan<int> inputIds", ids, checks, spec.HasTokenTypes ? "inputIds, default" : "inputIds", "inputIds");
        if (spec.HasTokenTypes)
        {
            yield return new(
                "ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds",
                ids + "\n/// <param name=\"tokenTypeIds\">Each token's type (segment), [tokens]; empty: all are of type 0.</param>",
                checks + "\nCallGuard.TokenTypes(tokenTypeIds, tokens, TypeVocabSize);",
                "inputIds, tokenTypeIds", "inputIds");
        }
    }
}

/// <summary>A parameter beside the input: declaration, documentation, check.</summary>
internal sealed record CallParameter(string Declaration, string Documentation, string Check)
{
    /// <summary>The lengths of a batch's texts.</summary>
    public static readonly CallParameter Lengths = new(
        "ReadOnlySpan<int> lengths",
        "/// <param name=\"lengths\">Each text's number of tokens, [texts].</param>",
        "CallGuard.Lengths(lengths, tokens, MaxTokens);");

    public string Name => Declaration.Substring(Declaration.LastIndexOf(' ') + 1);

    /// <summary>Whether results are written to it.</summary>
    public bool IsOutput => Declaration.StartsWith("Span<float>", StringComparison.Ordinal);

    /// <summary>Whether it is a span of int.</summary>
    public bool IsWholeNumbers => Declaration.StartsWith("ReadOnlySpan<int>", StringComparison.Ordinal);

    /// <summary>Whether it may lie where vectors given as the input lie: true if no text's results reach past the text's own vectors.</summary>
    public bool MayBeInput { get; init; }

    /// <summary>An output of this many floats: "texts * NumLabels", in code "lengths.Length * NumLabels".</summary>
    public static CallParameter Output(string name, string receives, string shape, string size) => new(
        $"Span<float> {name}",
        $"/// <param name=\"{name}\">Receives {receives}, [{shape}].</param>",
        $"CallGuard.Exactly({name}.Length, {size}, \"{shape}\", nameof({name}));");
}

/// <summary>A public call, which is emitted once for each form of the input.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Parameters">What it takes after the input, in their order.</param>
/// <param name="Run">The statements after the checks; {0} stands for the input's arguments.</param>
internal sealed record PublicCall(string Name, string Summary, CallParameter[] Parameters, string Run)
{
    /// <summary>Documentation of what it returns, a float; null: it returns nothing.</summary>
    public string? Returns { get; init; }

    private bool IsBatch => Parameters.Contains(CallParameter.Lengths);

    /// <summary>The method's declaration.</summary>
    public string Declaration(InputForm form) =>
        $"public {(Returns is null ? "void" : "float")} {Name}({string.Join(", ", Parameters.Select(p => p.Declaration).Prepend(form.Parameters))})";

    /// <summary>The method's text.</summary>
    public string Text(InputForm form)
    {
        string oneText = $"CallGuard.Length(tokens, MaxTokens, nameof({form.Input}));";
        IEnumerable<string> checks = Parameters.Select(p => p.Check).Concat(OverlapChecks(form));
        string body = string.Join("\n", (IsBatch ? checks : checks.Prepend(oneText)).Prepend(form.Checks).Append(string.Format(CultureInfo.InvariantCulture, Run, form.Arguments)));
        IEnumerable<string> documentation = Parameters.Select(p => p.Documentation).Prepend(form.Documentation).Prepend($"/// <summary>{Summary}</summary>");
        return string.Join("\n", Returns is null ? documentation : documentation.Append($"/// <returns>{Returns}</returns>")) +
            "\n/// <exception cref=\"global::System.ArgumentException\">An argument doesn't fit; nothing was written.</exception>\n" +
            $"{Attributes.Generated}\n" +
            $"{Declaration(form)}\n{{\n    {body.Replace("\n", "\n    ")}\n}}";
    }

    /// <summary>Outputs must not destroy input that is still to be read, nor each other.</summary>
    private IEnumerable<string> OverlapChecks(InputForm form)
    {
        CallParameter[] outputs = [.. Parameters.Where(p => p.IsOutput)];
        for (int i = 0; i < outputs.Length; i++)
        {
            CallParameter output = outputs[i];
            foreach (CallParameter other in outputs.Take(i))
            {
                yield return $"CallGuard.Apart({other.Name}, {output.Name}, nameof({output.Name}));";
            }

            foreach (string whole in form.WholeNumbers.Concat(Parameters.Where(p => p.IsWholeNumbers).Select(p => p.Name)))
            {
                yield return $"CallGuard.Apart({whole}, {output.Name}, nameof({output.Name}));";
            }

            if (form.IsVectors)
            {
                yield return $"CallGuard.{(output.MayBeInput ? "SameOrApart" : "Apart")}(inputEmbeddings, {output.Name}, nameof({output.Name}));";
            }
        }
    }
}

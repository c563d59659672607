using System.Globalization;
using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The public face of an encoder: its constants, Load, and the calls.</summary>
internal static class ContractEmitter
{
    public static IEnumerable<(string, string)> About() =>
    [
        ("this file", "the public members; arguments are checked here, once, before anything is computed or written"),
    ];

    public static void Emit(SourceWriter w, EncoderPlan plan)
    {
        EmitConstants(w, plan);
        w.Line();
        EmitLifetime(w, plan);
        foreach (string method in Calls(plan.Spec))
        {
            w.Line().Line(method);
        }

        if (!plan.Spec.TakesVectors)
        {
            w.Line();
            InterfaceEmitter.Emit(w, plan.Spec);
        }
    }

    /// <summary>Remarks on the user's class: what was compiled, at a glance.</summary>
    public static void EmitRemarks(SourceWriter w, EncoderPlan plan)
    {
        EncoderSpec spec = plan.Spec;
        string norm = spec.IsPreNorm ? "norm before each sub-layer" : "norm after each sub-layer";
        w.Line($$"""
            /// <remarks>
            /// A transformer encoder compiled for these dimensions:
            /// <code>
            /// {{(spec.TakesVectors ? $"vectors      [tokens, {spec.HiddenSize}], at most {spec.MaxTokens} tokens" : $"embeddings   {spec.VocabSize} words, {spec.MaxPositionEmbeddings} positions, {spec.TypeVocabSize} types, of {spec.HiddenSize}; at most {spec.MaxTokens} tokens")}}
            /// {{spec.NumHiddenLayers}} x layer    {{norm}}
            ///   attention  {{spec.NumAttentionHeads}} heads of {{spec.HeadSize}}
            ///   network    {{spec.HiddenSize}} to {{spec.IntermediateSize}}, {{spec.HiddenAct}}, to {{spec.HiddenSize}}
            /// pooling      {{spec.Pooling}}{{(spec.Normalize ? ", normalised" : "")}}
            /// weights      {{Number(plan.Weights.Bytes)}} bytes
            /// workspace    {{Number(plan.Scratch.Bytes)}} bytes for each call that runs at the same time, {{Number(plan.Scratch.ThreadBytes)}} more for each further thread in it
            /// </code>
            /// Safe to use from any number of threads at once.
            /// </remarks>
            """);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static void EmitConstants(SourceWriter w, EncoderPlan plan)
    {
        EncoderSpec spec = plan.Spec;
        (string Name, long Value, string Meaning)[] constants =
        [
            ("HiddenSize", spec.HiddenSize, "Width of a token's vector."),
            ("NumHiddenLayers", spec.NumHiddenLayers, "Number of layers."),
            ("NumAttentionHeads", spec.NumAttentionHeads, "Attention heads of a layer."),
            ("HeadSize", spec.HeadSize, "Width of an attention head."),
            ("IntermediateSize", spec.IntermediateSize, "Width of the feed-forward network's inner layer."),
            ("MaxPositionEmbeddings", spec.MaxPositionEmbeddings, "Rows of the position table."),
            ("PositionOffset", spec.PositionOffset, "The position table's row for the first token."),
            ("MaxTokens", spec.MaxTokens, "Tokens of the longest text."),
            ("VocabSize", spec.VocabSize, "Rows of the word table; 0: the encoder takes vectors."),
            ("TypeVocabSize", spec.TypeVocabSize, "Rows of the token type table; 0: there is none."),
            ("WeightBytes", plan.Weights.Bytes, "Memory of the packed weights, in bytes, without the word table, which stays in the mapped file."),
            ("WorkspaceBytes", plan.Scratch.Bytes, "Scratch memory of one call, in bytes; calls that run at the same time have one each."),
            ("ThreadBytes", plan.Scratch.ThreadBytes, "What each further thread that a call may use adds to WorkspaceBytes."),
        ];
        foreach ((string name, long value, string meaning) in constants)
        {
            w.Summary(meaning);
            w.Line($"public const {(value > int.MaxValue ? "long" : "int")} {name} = {value.ToString(CultureInfo.InvariantCulture)};");
            w.Line();
        }

        w.Summary("Added to the variance in every LayerNorm.");
        w.Line($"public const double LayerNormEps = {spec.LayerNormEps.ToString("R", CultureInfo.InvariantCulture)};");
    }

    private static void EmitLifetime(SourceWriter w, EncoderPlan plan)
    {
        string name = plan.Spec.Type.Name;
        bool words = !plan.Spec.TakesVectors;
        TensorNames names = TensorNames.For(plan.Spec);
        w.Line("private readonly EncoderMemory _memory;");
        w.LineIf(words, "private readonly EmbeddingTable _words;");
        w.Line();
        using (w.Block($"private {name}(EncoderMemory memory{(words ? ", EmbeddingTable words" : "")})"))
        {
            w.Line("_memory = memory;");
            w.LineIf(words, "_words = words;");
        }

        w.Line();
        w.Line($$"""
            /// <summary>Loads a model: maps the file, checks every tensor's name, shape and type, and packs the weights.</summary>
            /// <param name="path">A model.safetensors of these dimensions (F32, F16 or BF16), the index of several, or the folder of either.</param>
            /// <param name="options">How to use the machine; the defaults if null.</param>
            /// <exception cref="System.IO.InvalidDataException">The file is damaged, or not a model of these dimensions.</exception>
            /// <exception cref="System.IO.IOException">The file can't be opened.</exception>
            /// <remarks>The file stays open and mapped until <see cref="Dispose"/>, and must not be changed meanwhile.</remarks>
            """);
        using (w.Block($"public static {name} Load(string path, EncoderOptions? options = null)"))
        {
            w.Line($"ModelTensors tensors = ModelTensors.Open(path, \"{names.Anchor}\");");
            w.Line($"EncoderMemory memory = EncoderMemory.Create(nameof({name}), tensors, WeightBytes, WorkspaceBytes, ThreadBytes, PackTokens, options);");
            using (w.Block("try"))
            {
                w.Line("Pack(tensors, memory);");
                w.Line(words
                    ? $"return new {name}(memory, tensors.MapTable(\"{names.Words}\", VocabSize, {(plan.Spec.EmbeddingSize > 0 ? "EmbeddingSize" : "HiddenSize")}));"
                    : $"return new {name}(memory);");
            }

            using (w.Block("catch"))
            {
                w.Line("memory.Dispose();");
                w.Line("throw;");
            }
        }

        w.Line();
        EmitLoadCopied(w, plan.Spec);
        w.Line("""
            /// <summary>Frees the memory as soon as running calls have ended; later calls throw <see cref="ObjectDisposedException"/>.</summary>
            public void Dispose() => _memory.Dispose();
            """);
    }

    /// <summary>Load without a path, where the build copies a model folder beside the application.</summary>
    private static void EmitLoadCopied(SourceWriter w, EncoderSpec spec)
    {
        if (spec.Model is not { } model)
        {
            return;
        }

        w.Line($$"""
            /// <summary>Loads the model that the build copied beside the application, from {{ForeignText.InComment(model.OutputFolder)}}.</summary>
            /// <param name="options">How to use the machine; the defaults if null.</param>
            /// <exception cref="System.IO.InvalidDataException">A file is damaged, or not a model of these dimensions.</exception>
            /// <exception cref="System.IO.IOException">The files aren't there.</exception>
            public static {{spec.Type.Name}} Load(EncoderOptions? options = null) => Load(ModelFiles.InApplication({{ForeignText.Literal(model.OutputFolder)}}), options);
            """);
        w.Line();
    }

    /// <summary>One form of the input: its parameters, checks and how it is passed on.</summary>
    private sealed record InputForm(string Parameters, string Documentation, string Checks, string Arguments, string Tokens, string Input);

    private static IEnumerable<InputForm> Forms(EncoderSpec spec)
    {
        if (spec.TakesVectors)
        {
            yield return new(
                "ReadOnlySpan<float> inputEmbeddings",
                "/// <param name=\"inputEmbeddings\">The vectors, [tokens * HiddenSize].</param>",
                "int tokens = CallGuard.Rows(inputEmbeddings.Length, HiddenSize, nameof(inputEmbeddings));",
                "inputEmbeddings", "tokens", "inputEmbeddings");
            yield break;
        }

        const string ids = "/// <param name=\"inputIds\">The token ids, [tokens].</param>";
        string checks = "int tokens = inputIds.Length;\nCallGuard.Ids(inputIds, VocabSize, \"token id\", \"vocabulary\");";
        yield return new("ReadOnlySpan<int> inputIds", ids, checks, spec.HasTokenTypes ? "inputIds, default" : "inputIds", "tokens", "inputIds");
        if (spec.HasTokenTypes)
        {
            yield return new(
                "ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds",
                ids + "\n/// <param name=\"tokenTypeIds\">Each token's type (segment), [tokens].</param>",
                checks + "\nCallGuard.Exactly(tokenTypeIds.Length, tokens, \"one for each token\", nameof(tokenTypeIds));\n" +
                    "CallGuard.Ids(tokenTypeIds, TypeVocabSize, \"token type\", \"token types\");",
                "inputIds, tokenTypeIds", "tokens", "inputIds");
        }
    }

    private static IEnumerable<string> Calls(EncoderSpec spec)
    {
        foreach (InputForm form in Forms(spec))
        {
            yield return Call(form, "Encode", "Computes the last hidden state of every token.",
                Hidden, null, "EncodeTexts({0}, new ReadOnlySpan<int>(in tokens), lastHiddenState, default);");
        }

        foreach (InputForm form in Forms(spec))
        {
            yield return Call(form, "Embed", "Computes the text's embedding: its tokens' vectors, pooled.",
                Embedding, null, "EmbedTexts({0}, new ReadOnlySpan<int>(in tokens), embedding);");
        }

        foreach (InputForm form in Forms(spec))
        {
            yield return Call(form, "EncodeBatch", "Computes the last hidden states of several texts, given end to end without padding. Each text's bits are those it has alone.",
                Hidden, Lengths, "EncodeTexts({0}, lengths, lastHiddenState, default);");
        }

        foreach (InputForm form in Forms(spec))
        {
            yield return Call(form, "EmbedBatch", "Computes the embeddings of several texts, given end to end without padding. Each text's bits are those it has alone.",
                Embeddings, Lengths, "EmbedTexts({0}, lengths, embeddings);");
        }

        foreach (InputForm form in Forms(spec))
        {
            yield return Call(form, "Attend", "As <c>Encode</c>, and also gives every layer's and head's attention weights; each row sums to 1.",
                Hidden, null, "EncodeTexts({0}, new ReadOnlySpan<int>(in tokens), lastHiddenState, attentions);", Attentions);
        }
    }

    /// <summary>An output or batch parameter: declaration, documentation, check.</summary>
    private sealed record Parameter(string Declaration, string Documentation, string Check)
    {
        public string Name => Declaration.Substring(Declaration.LastIndexOf(' ') + 1);
    }

    private static readonly Parameter Hidden = new(
        "Span<float> lastHiddenState",
        "/// <param name=\"lastHiddenState\">Receives the vectors, [tokens * HiddenSize].</param>",
        "CallGuard.Exactly(lastHiddenState.Length, (long)tokens * HiddenSize, \"tokens * HiddenSize\", nameof(lastHiddenState));");

    private static readonly Parameter Embedding = new(
        "Span<float> embedding",
        "/// <param name=\"embedding\">Receives the vector, [HiddenSize].</param>",
        "CallGuard.Exactly(embedding.Length, HiddenSize, \"HiddenSize\", nameof(embedding));");

    private static readonly Parameter Embeddings = new(
        "Span<float> embeddings",
        "/// <param name=\"embeddings\">Receives the vectors, [texts * HiddenSize].</param>",
        "CallGuard.Exactly(embeddings.Length, (long)lengths.Length * HiddenSize, \"texts * HiddenSize\", nameof(embeddings));");

    private static readonly Parameter Lengths = new(
        "ReadOnlySpan<int> lengths",
        "/// <param name=\"lengths\">Each text's number of tokens, [texts].</param>",
        "CallGuard.Lengths(lengths, tokens, MaxTokens);");

    private static readonly Parameter Attentions = new(
        "Span<float> attentions",
        "/// <param name=\"attentions\">Receives the weights, [NumHiddenLayers * NumAttentionHeads * tokens * tokens]: from each token (row) to each.</param>",
        "CallGuard.Exactly(attentions.Length, (long)NumHiddenLayers * NumAttentionHeads * tokens * tokens, \"NumHiddenLayers * NumAttentionHeads * tokens * tokens\", nameof(attentions));");

    private static string Call(InputForm form, string name, string summary, Parameter output, Parameter? lengths, string run, Parameter? second = null)
    {
        Parameter[] others = [.. new[] { lengths, output, second }.OfType<Parameter>()];
        string parameters = string.Join(", ", others.Select(p => p.Declaration).Prepend(form.Parameters));
        string oneText = $"CallGuard.Length(tokens, MaxTokens, nameof({form.Input}));";
        IEnumerable<string> checks = others.Select(p => p.Check).Concat(OverlapChecks(form, output, second));
        string body = string.Join("\n", (lengths is null ? checks.Prepend(oneText) : checks).Prepend(form.Checks).Append(string.Format(CultureInfo.InvariantCulture, run, form.Arguments)));
        string documentation = string.Join("\n", others.Select(p => p.Documentation).Prepend(form.Documentation).Prepend($"/// <summary>{summary}</summary>"));
        return $"{documentation}\n/// <exception cref=\"ArgumentException\">An argument doesn't fit; nothing was written.</exception>\n" +
            $"public void {name}({parameters})\n{{\n    {body.Replace("\n", "\n    ")}\n}}";
    }

    /// <summary>Float outputs must not destroy float input that is still to be read, nor each other.</summary>
    private static IEnumerable<string> OverlapChecks(InputForm form, Parameter output, Parameter? second)
    {
        if (form.Input == "inputEmbeddings")
        {
            yield return $"CallGuard.SameOrApart(inputEmbeddings, {output.Name}, nameof({output.Name}));";
        }

        if (second is not null)
        {
            yield return $"CallGuard.Apart({output.Name}, {second.Name}, nameof({second.Name}));";
            if (form.Input == "inputEmbeddings")
            {
                yield return $"CallGuard.Apart(inputEmbeddings, {second.Name}, nameof({second.Name}));";
            }
        }
    }
}

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
        foreach (PublicCall call in Calls(plan.Spec).Concat(HeadCalls.Of(plan.Spec)))
        {
            foreach (InputForm form in InputForm.All(plan.Spec))
            {
                w.Line().Line(call.Text(form));
            }
        }

        if (!plan.Spec.TakesVectors)
        {
            w.Line();
            InterfaceEmitter.Emit(w, plan.Spec);
        }
        else if (plan.Spec.Model is not null)
        {
            w.Line();
            w.Summary("What this encoder was compiled for.");
            w.Line(Attributes.Generated);
            using (w.Block("private static class Compiled"))
            {
                ModelFactsEmitter.EmitTable(w, plan.Spec);
            }
        }
    }

    /// <summary>Remarks on the user's class: what was compiled, at a glance.</summary>
    public static void EmitRemarks(SourceWriter w, EncoderPlan plan)
    {
        EncoderSpec spec = plan.Spec;
        string norm = plan.Attention.Norms switch
        {
            { Before: not null, OfOutput: not null } => "norm before and after each sub-layer",
            { Before: not null } => "norm before each sub-layer",
            _ => "norm after each sub-layer",
        };
        w.Line($$"""
            /// <remarks>
            /// A transformer encoder compiled for these dimensions:
            /// <code>
            /// {{(spec.TakesVectors ? $"vectors      [tokens, {spec.HiddenSize}], at most {spec.MaxTokens} tokens" : $"embeddings   {spec.VocabSize} words, {(plan.Embeddings!.Block.Positions is null ? "" : $"{spec.MaxPositionEmbeddings} positions, ")}{spec.TypeVocabSize} types, of {spec.WordSize}{(plan.Embeddings?.Projection is null ? "" : $", projected to {spec.HiddenSize}")}; at most {spec.MaxTokens} tokens")}}
            /// {{spec.NumHiddenLayers}} x layer    {{norm}}{{(plan.Weights.LayersPerSet == 1 ? "" : $"; every {plan.Weights.LayersPerSet} share their weights")}}
            ///   attention  {{spec.NumAttentionHeads}} heads of {{spec.HeadSize}}{{AttentionRemark(plan.Attention)}}; {{plan.Attention.Qkv.Name}}, {{plan.Attention.Output.Name}}
            ///   network    {{spec.HiddenSize}} to {{spec.IntermediateSize}}, {{(plan.FeedForward.IsGated ? "gated " : "")}}{{spec.HiddenAct}}, to {{spec.HiddenSize}}; {{plan.FeedForward.Up.Name}}, {{plan.FeedForward.Down.Name}}
            /// pooling      {{string.Join(" and ", plan.Pooling.Modes)}}{{(plan.Pooling.Modules.Length == 0 ? "" : $", {plan.Pooling.Modules.Length} {(plan.Pooling.Modules.Length == 1 ? "module" : "modules")} to {plan.Pooling.Dimension}")}}{{(spec.Normalize ? ", normalised" : "")}}{{HeadRemark(spec)}}
            /// arithmetic   {{Number(plan.FlopsPerToken)}} floating-point operations for each token, {{Number(plan.FlopsPerPair)}} more for each token that it attends to
            /// tiles        {{string.Join(", ", plan.Paths.Select(path => $"{TileOf(path, spec.Weights)} at {path.Lanes * 32} bits"))}}
            /// weights      {{Number(plan.Weights.Bytes)}} bytes{{(spec.Weights == WeightFormat.Float32 ? "" : $", layers' in {spec.Weights}")}}
            /// workspace    {{Number(plan.Scratch.Bytes)}} bytes for each call that runs at the same time, {{Number(plan.Scratch.ThreadBytes)}} more for each further thread in it
            /// </code>
            """);
        if (spec.Model is { } model)
        {
            w.Line($"/// Read when it was compiled, of the model folder {ForeignText.InComment(model.Name)}:");
            w.Line("/// <code>");
            foreach (string line in model.Read)
            {
                w.Line($"/// {ForeignText.InComment(line)}");
            }

            w.Line("/// </code>");
        }

        w.Line("/// Safe to use from any number of threads at once.");
        w.Line("/// </remarks>");
    }

    private static string TileOf(SimdPath path, WeightFormat format) => format == WeightFormat.Int8
        ? $"{Int8Path.Of(path).TileRows}x{Panel.Width}"
        : $"{(format == WeightFormat.BFloat16 ? path.BFloat16 : path).TileRows}x{path.TilePanels * Panel.Width}";

    private static string AttentionRemark(AttentionPlan attention)
    {
        string groups = attention.GroupSize == 1 ? "" : $", {attention.KeyValueHeads} of keys and values";
        string positions = attention switch
        {
            { RelativeBias.Buckets: 0 } => ", with biases that fall with the distance",
            { RelativeBias: { } bias } => $", with biases for relative positions in {bias.Buckets} buckets",
            { Rotary: not null } => ", rotated by position",
            { Disentangled: { } disentangled } => $", with scores of {disentangled.Rows} relative positions",
            _ => "",
        };
        string local = attention.Local is { } nearby ? $", in {nearby.Layers.Count(isLocal => isLocal)} layers to tokens up to {nearby.Reach} away" : "";
        return groups + positions + local;
    }

    private static string HeadRemark(EncoderSpec spec) => spec.Head == Head.None
        ? ""
        : $"\n/// head         {spec.Head}{(spec.HasLabels ? $", {spec.NumLabels} {(spec.NumLabels == 1 ? "label" : "labels")}" : "")}";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static void EmitConstants(SourceWriter w, EncoderPlan plan)
    {
        EncoderSpec spec = plan.Spec;
        foreach ((string name, int value, string meaning) in Dimensions(spec))
        {
            w.Summary(meaning);
            w.Line($"public const int {name} = {value.ToString(CultureInfo.InvariantCulture)};");
            w.Line();
        }

        (string Name, long Value, string Meaning)[] memory =
        [
            ("WeightBytes", plan.Weights.Bytes, $"Memory of the packed weights, in bytes, without {(plan.Head?.Decoder is { Tied: false } ? "the word table and the decoder's weight" : "the word table")}: up to 16 MiB of one are held beside them, a larger one stays in the file, unless EncoderOptions.WordTable says otherwise."),
            ("WorkspaceBytes", plan.Scratch.Bytes, "Scratch memory of one call, in bytes; calls that run at the same time have one each."),
            ("ThreadBytes", plan.Scratch.ThreadBytes, "What each further thread that a call may use adds to WorkspaceBytes."),
        ];
        foreach ((string name, long value, string meaning) in memory)
        {
            w.Summary(meaning);
            w.Line($"public const long {name} = {value.ToString(CultureInfo.InvariantCulture)};");
            w.Line();
        }

        if (spec.HasLabels && spec.Model is { Labels.Count: > 0 })
        {
            w.Summary("Names of the labels, in the order of the logits.");
            w.Line(Attributes.Generated);
            w.Line("public static global::System.Collections.Generic.IReadOnlyList<string> Labels => Compiled.Info.Labels;");
            w.Line();
        }

        w.Summary("Added to the variance in every LayerNorm.");
        w.Line($"public const double LayerNormEps = {spec.LayerNormEps.ToString("R", CultureInfo.InvariantCulture)};");
    }

    /// <summary>The constants that the spec alone gives: name, value and meaning.</summary>
    public static IEnumerable<(string Name, int Value, string Meaning)> Dimensions(EncoderSpec spec) =>
    [
        ("HiddenSize", spec.HiddenSize, "Width of a token's vector."),
        ("EmbeddingDimension", spec.EmbeddingDimension, "Width of an embedding."),
        ("NumHiddenLayers", spec.NumHiddenLayers, "Number of layers."),
        ("NumAttentionHeads", spec.NumAttentionHeads, "Attention heads of a layer."),
        ("HeadSize", spec.HeadSize, "Width of an attention head."),
        ("IntermediateSize", spec.IntermediateSize, "Width of the feed-forward network's inner layer."),
        ("MaxPositionEmbeddings", spec.MaxPositionEmbeddings, "Rows of the position table."),
        ("PositionOffset", spec.PositionOffset, "The position table's row for the first token."),
        ("MaxTokens", spec.MaxTokens, "Tokens of the longest text."),
        ("VocabSize", spec.VocabSize, "Rows of the word table; 0: the encoder takes vectors."),
        .. Constant(spec.EmbeddingSize, "EmbeddingSize", "Width of the embedding tables."),
        ("TypeVocabSize", spec.TypeVocabSize, "Rows of the token type table; 0: there is none."),
        .. Constant(spec.NumHiddenGroups, "NumHiddenGroups", "Sets of layer weights, which layers share."),
        .. Constant(spec.RelativeAttentionNumBuckets, "RelativeAttentionNumBuckets", "Buckets of relative positions, whose biases are added to attention scores."),
        .. Constant(spec.HasLabels ? spec.NumLabels : 0, "NumLabels", "Logits of the classification head."),
    ];

    /// <summary>A constant that only encoders with such a part have.</summary>
    private static IEnumerable<(string, int, string)> Constant(int value, string name, string meaning) => value > 0 ? [(name, value, meaning)] : [];

    private static void EmitLifetime(SourceWriter w, EncoderPlan plan)
    {
        string name = plan.Spec.Type.Name;
        bool words = !plan.Spec.TakesVectors;
        bool decoder = plan.Head?.Decoder is not null;
        w.Line("private readonly EncoderMemory _memory;");
        w.LineIf(words, "private readonly EmbeddingTable _words;");
        w.LineIf(decoder, "private readonly EmbeddingTable _decoder;");
        w.Line();
        w.Line(Attributes.Generated);
        using (w.Block($"private {name}(EncoderMemory memory{(words ? ", EmbeddingTable words" : "")}{(decoder ? ", EmbeddingTable decoder" : "")})"))
        {
            w.Line("_memory = memory;");
            w.LineIf(words, "_words = words;");
            w.LineIf(decoder, "_decoder = decoder;");
        }

        w.Line();
        w.Line($$"""
            /// <summary>Loads a model: opens the file, checks every tensor's name, shape and type, and packs the weights.</summary>
            /// <param name="path">A model.safetensors of these dimensions (F32, F16 or BF16), the index of several, or the folder of either.</param>
            /// <param name="options">How to use the machine; the defaults if null.</param>
            /// <exception cref="global::System.IO.InvalidDataException">The file is damaged, or not a model of these dimensions{{(plan.Spec.Model is null ? "" : ", or its folder says something else than the one that this class was compiled from")}}.</exception>
            /// <exception cref="global::System.IO.IOException">The file can't be opened or read.</exception>
            /// <remarks>
            /// The file stays open until <see cref="Dispose"/>{{(words ? ", unless <c>EncoderOptions.WordTable</c> has all in memory that calls need" : "")}}, and must not
            /// be changed meanwhile. If it becomes shorter all the same, calls that read from it throw <see cref="global::System.IO.InvalidDataException"/>.
            /// </remarks>
            """);
        w.Line(Attributes.Generated);
        using (w.Block($"public static {name} Load(string path, EncoderOptions? options = null)"))
        {
            ModelFactsEmitter.EmitCheck(w, plan.Spec, "path");
            w.Line($"return Load(ModelTensors.Open(path, \"{plan.Blocks.Anchor}\"), options);");
        }

        w.Line();
        EmitLoadFromMemory(w, plan);
        w.Line(Attributes.Generated);
        using (w.Block($"private static {name} Load(ModelTensors tensors, EncoderOptions? options)"))
        {
            w.Line($"EncoderMemory memory = EncoderMemory.Create(nameof({name}), tensors, WeightBytes, WorkspaceBytes, ThreadBytes, PackTokens, options);");
            using (w.Block("try"))
            {
                w.Comment("What stands for the memory map and how it is filled: weights that were kept are those of no other.");
                w.Line($"memory.Fill(\"{WeightsEmitter.Layout(plan)}\", Pack);");
                EmitTables(w, plan);
                w.Line($"return new {name}(memory{(words ? ", words" : "")}{(decoder ? ", decoder" : "")});");
            }

            using (w.Block("catch"))
            {
                w.Line("memory.Dispose();");
                w.Line("throw;");
            }
        }

        w.Line();
        EmitLoadCopied(w, plan.Spec);
        w.Line($$"""
            /// <summary>Frees the memory as soon as running calls have ended; later calls throw <see cref="global::System.ObjectDisposedException"/>.</summary>
            {{Attributes.Generated}}
            public void Dispose() => _memory.Dispose();
            """);
    }

    /// <summary>The tables that calls read rows of, and the end of loading.</summary>
    private static void EmitTables(SourceWriter w, EncoderPlan plan)
    {
        if (plan.Embeddings?.Block.Words is not { } table)
        {
            return;
        }

        string otherName = table.OtherName is { } other ? $"\"{other}\", " : "";
        w.Line($"EmbeddingTable words = tensors.OpenWordTable(\"{table.Name}\", {otherName}VocabSize, {(plan.Spec.EmbeddingSize > 0 ? "EmbeddingSize" : "HiddenSize")});");
        if (plan.Head?.Decoder is { } decoder)
        {
            w.Line($"EmbeddingTable decoder = {(decoder.Tied ? "tensors.OpenTied(words)" : $"tensors.Root.OpenTable(\"{plan.Head.Block.Decoder!.Name}.weight\", VocabSize, {decoder.K})")};");
        }

        w.Line("memory.CloseUnread();");
    }

    /// <summary>Load of what is in memory, or comes as a stream.</summary>
    private static void EmitLoadFromMemory(SourceWriter w, EncoderPlan plan)
    {
        string name = plan.Spec.Type.Name;
        w.Line($$"""
            /// <summary>Loads a model from the bytes of its safetensors file, with the same checks.</summary>
            /// <param name="model">The bytes. They are not copied, and must not change until the encoder is disposed.</param>
            /// <param name="options">How to use the machine; the defaults if null.</param>
            /// <exception cref="global::System.IO.InvalidDataException">The bytes are damaged, or not a model of these dimensions.</exception>
            {{Attributes.Generated}}
            public static {{name}} Load({{BytesType}} model, EncoderOptions? options = null) => Load(ModelTensors.Open(model, "{{plan.Blocks.Anchor}}"), options);
            """);
        w.Line();
        w.Line($$"""
            /// <summary>Loads a model from a stream of its safetensors file, from where it stands to its end. It is not closed.</summary>
            /// <param name="model">The stream. What it gives is kept in memory.</param>
            /// <param name="options">How to use the machine; the defaults if null.</param>
            /// <exception cref="global::System.ArgumentException">The stream can't be read.</exception>
            /// <exception cref="global::System.IO.InvalidDataException">The bytes are damaged, too many, or not a model of these dimensions.</exception>
            /// <exception cref="global::System.IO.IOException">Reading failed.</exception>
            {{Attributes.Generated}}
            public static {{name}} Load({{StreamType}} model, EncoderOptions? options = null) => Load(ModelTensors.Open(model, "{{plan.Blocks.Anchor}}"), options);
            """);
        w.Line();
        w.Line($$"""
            /// <summary>Loads a model from the files of its folder, with the checks of a folder on disk.</summary>
            /// <param name="files">
            /// Each file's bytes by its path in the folder, with slashes: "model.safetensors", "config.json", "1_Pooling/config.json". They are not copied, and must
            /// not change until the encoder is disposed.
            /// </param>
            /// <param name="options">How to use the machine; the defaults if null.</param>
            /// <exception cref="global::System.IO.InvalidDataException">A file is damaged, or they are not a model of these dimensions{{(plan.Spec.Model is null ? "" : ", or say something else than the folder that this class was compiled from")}}.</exception>
            /// <exception cref="global::System.IO.FileNotFoundException">A file is missing.</exception>
            """);
        w.Line(Attributes.Generated);
        using (w.Block($"public static {name} Load({FilesType} files, EncoderOptions? options = null)"))
        {
            ModelFactsEmitter.EmitCheck(w, plan.Spec, "files");
            w.Line($"return Load(ModelTensors.Open(files, \"{plan.Blocks.Anchor}\"), options);");
        }

        w.Line();
    }

    /// <summary>What models can be loaded from, beside a path.</summary>
    public const string BytesType = "global::System.ReadOnlyMemory<byte>", StreamType = "global::System.IO.Stream",
        FilesType = $"global::System.Collections.Generic.IReadOnlyDictionary<string, {BytesType}>";

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
            /// <exception cref="global::System.IO.InvalidDataException">A file is damaged, or not a model of these dimensions.</exception>
            /// <exception cref="global::System.IO.IOException">The files aren't there.</exception>
            {{Attributes.Generated}}
            public static {{spec.Type.Name}} Load(EncoderOptions? options = null) => Load(ModelFiles.InApplication({{ForeignText.Literal(model.OutputFolder)}}), options);
            """);
        w.Line();
    }

    /// <summary>The calls that every encoder has.</summary>
    public static IEnumerable<PublicCall> Calls(EncoderSpec spec)
    {
        string dimension = PassEmitter.Dimension(spec);
        CallParameter hidden = CallParameter.Output("lastHiddenState", "the vectors", "tokens * HiddenSize", "(long)tokens * HiddenSize") with { MayBeInput = true };
        CallParameter embedding = CallParameter.Output("embedding", "the vector", dimension, dimension) with { MayBeInput = dimension == "HiddenSize" };
        CallParameter embeddings = CallParameter.Output("embeddings", "the vectors", $"texts * {dimension}", $"(long)lengths.Length * {dimension}") with { MayBeInput = dimension == "HiddenSize" };
        CallParameter attentions = new(
            "Span<float> attentions",
            "/// <param name=\"attentions\">Receives the weights, [NumHiddenLayers * NumAttentionHeads * tokens * tokens]: from each token (row) to each.</param>",
            "CallGuard.Exactly(attentions.Length, (long)NumHiddenLayers * NumAttentionHeads * tokens * tokens, \"NumHiddenLayers * NumAttentionHeads * tokens * tokens\", nameof(attentions));");

        yield return new("Encode", "Computes the last hidden state of every token.",
            [hidden], "EncodeTexts({0}, new ReadOnlySpan<int>(in tokens), lastHiddenState, default);");
        yield return new("Embed", "Computes the text's embedding: its tokens' vectors, pooled.",
            [embedding], $"EmbedTexts({{0}}, new ReadOnlySpan<int>(in tokens), {(spec.LeavesOutPrompts ? "default, " : "")}embedding);");
        yield return new("EncodeBatch", "Computes the last hidden states of several texts, given end to end without padding. Each text's bits are those it has alone.",
            [CallParameter.Lengths, hidden], "EncodeTexts({0}, lengths, lastHiddenState, default);");
        yield return new("EmbedBatch", "Computes the embeddings of several texts, given end to end without padding. Each text's bits are those it has alone.",
            [CallParameter.Lengths, embeddings], $"EmbedTexts({{0}}, lengths, {(spec.LeavesOutPrompts ? "default, " : "")}embeddings);");
        if (spec.LeavesOutPrompts)
        {
            CallParameter prompts = new(
                "ReadOnlySpan<int> promptTokens",
                "/// <param name=\"promptTokens\">How many of each text's first tokens are its prompt's, special ones among them, [texts]; fewer than the text has.</param>",
                "CallGuard.Prompts(promptTokens, lengths);");
            yield return new("EmbedPromptedBatch", "Computes the embeddings of several texts, given end to end without padding; what is pooled are the tokens behind each text's prompt.",
                [CallParameter.Lengths, prompts, embeddings], "EmbedTexts({0}, lengths, promptTokens, embeddings);");
        }

        yield return new("Attend", "As <c>Encode</c>, and also gives every layer's and head's attention weights; each row sums to 1.",
            [hidden, attentions], "EncodeTexts({0}, new ReadOnlySpan<int>(in tokens), lastHiddenState, attentions);");
    }
}

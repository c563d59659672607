using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>What lies between a public call and the kernels: texts into packs, a pack through the layers, results out.</summary>
internal static class PassEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan) =>
    [
        ("this file", "texts into packs, packs through the layers, results out"),
        ("packs", $"texts of a batch go end to end through the products, up to {plan.Pack.Tokens} tokens at a time (a longer one alone), without padding"),
        ("threads", $"threads share a pack if there are {plan.Pack.ThreadTokens} tokens or more for each: they take blocks of up to {plan.Pack.BlockRows} rows, or heads, as they get to them"),
    ];

    public static void Emit(SourceWriter w, EncoderPlan plan)
    {
        EncoderSpec spec = plan.Spec;
        w.Line($"private const int PackTokens = {plan.Pack.Tokens};");
        w.Line($"private const int ThreadTokens = {plan.Pack.ThreadTokens};");
        w.Line($"private const int BlockRows = {plan.Pack.BlockRows};");
        w.Line();
        EmitTexts(w, plan, "EncodeTexts", "Span<float> lastHiddenState, Span<float> attentions", "attentions", firstTokens: false,
            ["CopyRows(ref workspace.Start, lastHiddenState.Slice(start * HiddenSize, tokens * HiddenSize));"]);
        w.Line();
        string dimension = Dimension(plan.Spec);
        string prompts = plan.Pooling.LeavesOutPrompts ? "ReadOnlySpan<int> promptTokens, " : "", packPrompts = plan.Pooling.LeavesOutPrompts ? "promptTokens.IsEmpty ? default : promptTokens.Slice(text, pack.Length), " : "";
        EmitTexts(w, plan, "EmbedTexts", $"{prompts}Span<float> embeddings", "default", plan.PoolsFirstToken,
            [$"PoolPack(pack, {packPrompts}{(plan.Pooling.Modules.Length > 0 ? "ref _memory.Weights, " : "")}ref workspace.Start, embeddings.Slice(text * {dimension}, pack.Length * {dimension}));"]);
        w.Line();
        EmitEncodePack(w, plan);
        w.Line();
        EmitPass(w, plan);
        w.Line();
        EmitResults(w, plan);
        if (plan.Head is not null)
        {
            w.Line();
            HeadPassEmitter.Emit(w, plan);
        }
    }

    /// <summary>The constant that says how wide an embedding is.</summary>
    public static string Dimension(EncoderSpec spec) => spec.EmbeddingDimension == spec.HiddenSize ? "HiddenSize" : "EmbeddingDimension";

    /// <summary>The parameters that every pass takes.</summary>
    public static string Input(EncoderSpec spec) => spec.TakesVectors
        ? "ReadOnlySpan<float> inputEmbeddings"
        : spec.HasTokenTypes ? "ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds" : "ReadOnlySpan<int> inputIds";

    /// <summary>A method that takes texts through the layers, pack by pack, and hands each pack's results out by the lines given.</summary>
    public static void EmitTexts(SourceWriter w, EncoderPlan plan, string name, string outputs, string attentions, bool firstTokens, string[] deliver)
    {
        EncoderSpec spec = plan.Spec;
        string slice = spec.TakesVectors
            ? "inputEmbeddings.Slice(start * HiddenSize, tokens * HiddenSize)"
            : "inputIds.Slice(start, tokens)" + (spec.HasTokenTypes ? ", tokenTypeIds.IsEmpty ? default : tokenTypeIds.Slice(start, tokens)" : "");
        w.Line(Attributes.Generated);
        using (w.Block($"private void {name}({Input(spec)}, ReadOnlySpan<int> lengths, {outputs})"))
        {
            w.Line("Workspace workspace = _memory.Rent();");
            using (w.Block("try"))
            {
                w.Line("int start = 0;");
                using (w.Block("for (int text = 0; text < lengths.Length;)"))
                {
                    w.Comment("The lengths are copied and checked again: another thread may have changed the span since.");
                    w.Line("ReadOnlySpan<int> pack = workspace.TakePack(lengths.Slice(text), MaxTokens, PackTokens, out int tokens);");
                    w.Line($"EncodePack({slice}, pack, workspace, {attentions}{FirstTokens(plan, firstTokens)});");
                    foreach (string line in deliver)
                    {
                        w.Line(line);
                    }

                    w.Line("text += pack.Length;");
                    w.Line("start += tokens;");
                }
            }

            using (w.Block("finally"))
            {
                w.Line("_memory.Return(workspace);");
            }
        }
    }

    /// <summary>The argument that says whether only first tokens are wanted, where some call wants only them.</summary>
    private static string FirstTokens(EncoderPlan plan, bool only) => !plan.HasFirstTokenCalls ? "" : only ? ", firstTokens: true" : ", firstTokens: false";

    private static void EmitEncodePack(SourceWriter w, EncoderPlan plan)
    {
        EncoderSpec spec = plan.Spec;
        bool first = plan.HasFirstTokenCalls;
        w.Summary("A pack of texts through the whole encoder; the last hidden states stay in the workspace" +
            (first ? ":\nof each token, or, if no others will be looked at, of each text's first token, in rows 0, 1, 2, ..." : "."));
        w.Line(Attributes.Generated);
        using (w.Block($"private void EncodePack({Input(spec)}, ReadOnlySpan<int> pack, Workspace workspace, Span<float> attentions{(first ? ", bool firstTokens" : "")})"))
        {
            w.Line("ref float weights = ref _memory.Weights;");
            w.Line("ref float hidden = ref Unsafe.Add(ref workspace.Start, Scratch.Hidden);");
            w.LineIf(plan.Scratch.Embeddings is not null, "ref float embedded = ref Unsafe.Add(ref workspace.Start, Scratch.Embedded);");
            w.Line($"int tokens = {(spec.TakesVectors ? "inputEmbeddings.Length / HiddenSize" : "inputIds.Length")};");
            EmitByPath(w, plan, path => w.Line(spec.TakesVectors
                ? $"{path}.Embed(inputEmbeddings, ref hidden);"
                : $"{path}.Embed({EmbeddingsEmitter.Arguments(plan, plan.Embeddings!)});"));
            w.Line();
            w.Line($$"""
                if (attentions.IsEmpty && _memory.Team is { } team && tokens / team.Members >= ThreadTokens)
                {
                    Pass pass = (Pass)(workspace.Work ??= new Pass(_memory, workspace));
                    pass.Set(tokens, team.Members{{(first ? ", firstTokens" : "")}});
                    if (team.TryRun(pass, tokens))
                    {
                        return;
                    }
                }
                """);
            w.Line();
            EmitByPath(w, plan, path => w.Line($"{path}.Forward(pack, tokens, ref weights, ref workspace.Start, attentions{(first ? ", firstTokens" : "")});"));
        }
    }

    private static void EmitPass(SourceWriter w, EncoderPlan plan)
    {
        bool first = plan.HasFirstTokenCalls;
        int layers = plan.Spec.NumHiddenLayers, heads = plan.Spec.NumAttentionHeads;
        w.Summary("A pass through the layers as work for threads: blocks of rows in even phases, heads in odd ones. One for each workspace, made with the first\n" +
            "such pass. It touches none of the class's own statics, whose initialisation may be what waits for this pass.");
        w.Line(Attributes.Generated);
        using (w.Block("private sealed class Pass(EncoderMemory memory, Workspace workspace) : TeamWork"))
        {
            w.Line("private int _tokens, _rows, _threads, _blocks;");
            w.LineIf(first, "private bool _firstTokens;");
            w.Line();
            using (w.Block($"public void Set(int tokens, int threads{(first ? ", bool firstTokens" : "")})"))
            {
                w.Line("_tokens = _rows = tokens;");
                w.Line("_threads = threads;");
                w.LineIf(first, "_firstTokens = firstTokens;");
            }

            w.Line();
            EmitBegin(w, plan, layers, heads);
            w.Line();
            using (w.Block("public override void Run(int phase, int block, int thread)"))
            {
                w.Line("int index = phase / 2;");
                using (w.Block("if (phase % 2 == 0)"))
                {
                    w.Line("(int start, int end) = RowsOf(block, _blocks, _rows);");
                    EmitByPath(w, plan, path => w.Line($"{path}.Rows(index, start, end, _tokens, ref memory.Weights, ref workspace.Start, thread);"));
                }

                using (w.Block("else"))
                {
                    EmitByPath(w, plan, path => w.Line(
                        $"{path}.Heads(block, block + 1, workspace.Pack, _tokens, ref memory.Weights, ref workspace.Start, thread, default{(first ? $", _firstTokens && index == {layers - 1}" : "")}{HeadsEmitter.LayerArgument(plan.Attention)});"));
                }
            }
        }
    }

    private static void EmitBegin(SourceWriter w, EncoderPlan plan, int layers, int heads)
    {
        using (w.Block("public override int Begin(int phase)"))
        {
            using (w.Block($"if (phase > {2 * layers})"))
            {
                w.Line("return 0;");
            }

            w.Line();
            using (w.Block("if (phase % 2 == 1)"))
            {
                w.Line($"return {heads};");
            }

            w.Line();
            if (plan.HasFirstTokenCalls)
            {
                using (w.Block($"if (_firstTokens && phase == {2 * layers})"))
                {
                    w.Line("_rows = workspace.Pack.Length;");
                    EmitByPath(w, plan, path => w.Line($"{path}.GatherFirstRows(workspace.Pack, ref workspace.Start);"));
                }

                w.Line();
            }

            w.Line("return _blocks = BlocksOf(_rows, _threads, BlockRows);");
        }
    }

    private static void EmitResults(SourceWriter w, EncoderPlan plan)
    {
        w.Summary("Hands the last hidden states out, without the workspace's padding.");
        w.Line(Attributes.Generated);
        using (w.Block("private static void CopyRows(ref float scratch, Span<float> lastHiddenState)"))
        {
            w.Line("ref float row = ref Unsafe.Add(ref scratch, Scratch.Hidden);");
            using (w.Block("for (int start = 0; start < lastHiddenState.Length; start += HiddenSize)"))
            {
                w.Line("MemoryMarshal.CreateReadOnlySpan(ref row, HiddenSize).CopyTo(lastHiddenState.Slice(start, HiddenSize));");
                w.Line($"row = ref Unsafe.Add(ref row, {plan.HiddenStride});");
            }
        }

        w.Line();
        w.Summary("Hands each text's pooled vector out.");
        w.Line(Attributes.Generated);
        bool hasModules = plan.Pooling.Modules.Length > 0;
        string dimension = Dimension(plan.Spec);
        using (w.Block($"private static void PoolPack(ReadOnlySpan<int> pack, {(plan.Pooling.LeavesOutPrompts ? "ReadOnlySpan<int> promptTokens, " : "")}{(hasModules ? "ref float weights, " : "")}ref float scratch, Span<float> embeddings)"))
        {
            w.Line("ref float row = ref Unsafe.Add(ref scratch, Scratch.Hidden);");
            w.Line($"ref float pooled = ref Unsafe.Add(ref scratch, Scratch.{(plan.Pooling.HasOwnMemory ? "Pooled" : "Context")});");
            w.LineIf(hasModules, "ref float next = ref Unsafe.Add(ref scratch, Scratch.PooledNext);");
            using (w.Block("for (int text = 0; text < pack.Length; text++)"))
            {
                if (plan.Pooling.LeavesOutPrompts)
                {
                    w.Comment("Checked where it is used: another thread may have changed the span since the call began.");
                    w.Line("int prompt = promptTokens.IsEmpty ? 0 : CallGuard.Row(promptTokens[text], pack[text]);");
                }

                EmitByPath(w, plan, path =>
                {
                    w.Line($"{path}.Pool(pack[text]{(plan.Pooling.LeavesOutPrompts ? ", prompt" : "")}, ref row, ref pooled);");
                    w.LineIf(hasModules, $"{path}.RunModules(ref weights, ref pooled, ref next);");
                });
                w.Line();
                w.Line($"MemoryMarshal.CreateReadOnlySpan(ref pooled, {dimension}).CopyTo(embeddings.Slice(text * {dimension}, {dimension}));");
                w.Line(plan.PoolsFirstToken
                    ? $"row = ref Unsafe.Add(ref row, {plan.HiddenStride});"
                    : $"row = ref Unsafe.Add(ref row, {plan.Offsets.RowsOf("pack[text]")});");
            }
        }
    }

    /// <summary>The widest path that the machine has; the tests are constants to the JIT, so that one branch remains.</summary>
    public static void EmitByPath(SourceWriter w, EncoderPlan plan, Action<string> emit)
    {
        foreach (SimdPath path in plan.Paths)
        {
            bool last = path == plan.Paths[plan.Paths.Length - 1];
            string test = $"if ({path.Vector}.IsHardwareAccelerated)";
            using (w.Block(path == plan.Paths[0] ? test : last ? "else" : $"else {test}"))
            {
                emit(path.Name);
            }
        }
    }
}

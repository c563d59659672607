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
        ("threads", $"a pack is shared out over the threads that the options allow if each gets {plan.Pack.ThreadTokens} tokens or more"),
    ];

    public static void Emit(SourceWriter w, EncoderPlan plan)
    {
        EncoderSpec spec = plan.Spec;
        w.Line($"private const int PackTokens = {plan.Pack.Tokens};");
        w.Line($"private const int ThreadTokens = {plan.Pack.ThreadTokens};");
        w.Line();
        EmitTexts(w, plan, "EncodeTexts", "Span<float> lastHiddenState, Span<float> attentions", "attentions", firstTokens: false,
            ["CopyRows(ref workspace.Start, lastHiddenState.Slice(start * HiddenSize, tokens * HiddenSize));"]);
        w.Line();
        EmitTexts(w, plan, "EmbedTexts", "Span<float> embeddings", "default", plan.PoolsFirstToken,
            ["PoolPack(pack, ref workspace.Start, embeddings.Slice(text * HiddenSize, pack.Length * HiddenSize));"]);
        w.Line();
        EmitEncodePack(w, plan);
        w.Line();
        EmitLayers(w, plan);
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
                : $"{path}.Embed(inputIds, {(spec.HasTokenTypes ? "tokenTypeIds, " : "")}pack, _words, ref weights, {(plan.Scratch.Embeddings is null ? "" : "ref embedded, ")}ref hidden);"));
            w.Line();
            w.Line($$"""
                if (attentions.IsEmpty && _memory.Team is { } team && tokens / team.Members >= ThreadTokens)
                {
                    Pass pass = (Pass)(workspace.Work ??= new Pass(_memory, workspace));
                    pass.Set(tokens{{(first ? ", firstTokens" : "")}});
                    if (team.TryRun(pass))
                    {
                        return;
                    }
                }

                Layers(TeamMember.Alone, pack, tokens, ref weights, ref workspace.Start, attentions{{(first ? ", firstTokens" : "")}});
                """);
        }
    }

    private static void EmitLayers(SourceWriter w, EncoderPlan plan)
    {
        bool first = plan.HasFirstTokenCalls;
        w.Summary("A thread's share of the layers, by the widest vectors that the machine has: the tests are constants to the JIT.");
        w.Line(Attributes.Generated);
        using (w.Block($"private static void Layers(in TeamMember member, ReadOnlySpan<int> pack, int tokens, ref float weights, ref float scratch, Span<float> attentions{(first ? ", bool firstTokens" : "")})"))
        {
            EmitByPath(w, plan, path => w.Line($"{path}.Forward(member, pack, tokens, ref weights, ref scratch, attentions{(first ? ", firstTokens" : "")});"));
        }
    }

    private static void EmitPass(SourceWriter w, EncoderPlan plan)
    {
        bool first = plan.HasFirstTokenCalls;
        w.Summary("A pass through the layers as work for a team; one for each workspace, made with the first such pass.");
        w.Line(Attributes.Generated);
        using (w.Block("private sealed class Pass(EncoderMemory memory, Workspace workspace) : TeamWork"))
        {
            w.Line("private int _tokens;");
            w.LineIf(first, "private bool _firstTokens;");
            w.Line();
            using (w.Block($"public void Set(int tokens{(first ? ", bool firstTokens" : "")})"))
            {
                w.Line("_tokens = tokens;");
                w.LineIf(first, "_firstTokens = firstTokens;");
            }

            w.Line();
            w.Line("public override void Run(in TeamMember member) =>");
            w.Line($"    Layers(member, workspace.Pack, _tokens, ref memory.Weights, ref workspace.Start, default{(first ? ", _firstTokens" : "")});");
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
        using (w.Block("private static void PoolPack(ReadOnlySpan<int> pack, ref float scratch, Span<float> embeddings)"))
        {
            w.Line("ref float row = ref Unsafe.Add(ref scratch, Scratch.Hidden);");
            w.Line("ref float pooled = ref Unsafe.Add(ref scratch, Scratch.Context);");
            using (w.Block("for (int text = 0; text < pack.Length; text++)"))
            {
                EmitByPath(w, plan, path => w.Line($"{path}.Pool(pack[text], ref row, ref pooled);"));
                w.Line();
                w.Line("MemoryMarshal.CreateReadOnlySpan(ref pooled, HiddenSize).CopyTo(embeddings.Slice(text * HiddenSize, HiddenSize));");
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

using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The projection of relative positions' embeddings, which is the same for all texts and done once, at load, by the layers' own product.</summary>
internal static class PositionPackEmitter
{
    public static void Emit(SourceWriter w, EncoderPlan plan, DisentangledPlan positions)
    {
        EmitNormed(w, plan, positions);
        w.Line();
        EmitPack(w, plan, positions);
    }

    private static void EmitNormed(SourceWriter w, EncoderPlan plan, DisentangledPlan positions)
    {
        Table table = positions.Block.Embeddings;
        w.Summary($"The embeddings of relative positions, [{table.Rows}][{positions.HiddenStride}]{(positions.Block.Norm is null ? "" : ", normalised")}.");
        w.Line(Attributes.Generated);
        using (w.Block("private static float[] NormedPositions(ModelTensors tensors)"))
        {
            w.Line($"float[] positions = new float[{table.Rows * positions.HiddenStride}];");
            w.Line($"tensors.CopyTable(\"{table.Name}\", {table.Rows}, {table.Width}, {positions.HiddenStride}, positions);");
            if (positions.Block.Norm is { } norm)
            {
                NormPlan normPlan = NormPlan.For(norm, plan.Spec.HiddenSize)!;
                w.Line($"float[] weight = new float[{normPlan.Columns}], bias = new float[{normPlan.Columns}];");
                w.Line($"tensors.CopyLayerNorm(\"{norm.Name}\", {norm.Size}, weight, bias);");
                PassEmitter.EmitByPath(w, plan, path => w.Line($"{path}.{normPlan.Name}({table.Rows}, ref positions[0], ref positions[0], ref weight[0], ref bias[0]);"));
                w.Line();
            }

            w.Line("return positions;");
        }
    }

    private static void EmitPack(SourceWriter w, EncoderPlan plan, DisentangledPlan positions)
    {
        AttentionPlan attention = plan.Attention;
        bool isShared = attention.PositionsUsePackedWeights;
        int rows = positions.Rows, length = rows * positions.HeadColumns, product = attention.Qkv.Columns * attention.Qkv.K;
        w.Summary("Packs one layer's keys and queries of positions, as panels of each head.");
        w.Line(Attributes.Generated);
        using (w.Block($"private static void PackPositions({(isShared ? "" : "ModelTensors tensors, string name, ")}EncoderMemory memory, int start, float[] positions)"))
        {
            w.Line($"float[] projected = new float[{attention.Qkv.Columns * rows}];");
            if (isShared)
            {
                w.Line("ref float panels = ref memory.WeightSlice(start + Layer.QkvPanels, 1)[0];");
                w.Line("ref float bias = ref memory.WeightSlice(start + Layer.QkvBias, 1)[0];");
            }
            else
            {
                EmitUnshared(w, plan, positions, product);
            }

            PassEmitter.EmitByPath(w, plan, path => w.Line($"{path}.ProjectPositions({rows}, ref positions[0], ref panels, ref bias, ref projected[0], {length});"));
            w.Line();
            using (w.Block($"for (int head = 0; head < {positions.Heads}; head++)"))
            {
                foreach ((bool exists, string region, int first) in new[] { (positions.Block.ContentToPosition, "KeyPositions", positions.Heads), (positions.Block.PositionToContent, "QueryPositions", 0) })
                {
                    string source = first == 0 ? $"head * {length}" : $"({first} + head) * {length}";
                    w.LineIf(exists, $"Transposition.ToPanels({rows}, {positions.HeadSize}, {positions.HeadColumns}, ref projected[{source}], ref memory.WeightSlice(start + Layer.{region} + head * {positions.HeadPanelFloats}, {positions.HeadPanelFloats})[0]);");
                }
            }
        }
    }

    /// <summary>Panels of the positions' own projections, or of contents' in float32, in the places of those of contents.</summary>
    private static void EmitUnshared(SourceWriter w, EncoderPlan plan, DisentangledPlan positions, int product)
    {
        AttentionPlan attention = plan.Attention;
        int part = attention.Heads * attention.HeadColumns;
        w.Line($"float[] packed = new float[{product}], biases = new float[{attention.Qkv.Columns}];");
        w.Line($"float scale = {AttentionPlan.QueryScale(plan.Blocks.Layer.Attention)};");
        AttentionBlock layer = plan.Blocks.Layer.Attention;
        bool isShared = positions.Block is { Key: null, Query: null };
        Linear? query = isShared && positions.Block.PositionToContent ? layer.Query : positions.Block.Query, key = isShared && positions.Block.ContentToPosition ? layer.Key : positions.Block.Key;
        foreach ((Linear? linear, int index) in new[] { (query, 0), (key, 1) })
        {
            w.LineIf(linear is not null,
                $"tensors.PackLinear(name + \"{linear?.Name}\", {linear?.Out}, {linear?.In}, {attention.HeadSize}, {attention.HeadColumns}, {(index == 0 ? "scale" : "1f")}, " +
                $"packed.AsSpan({index * part * attention.Qkv.K}, {part * attention.Qkv.K}), biases.AsSpan({index * part}, {part}));");
        }

        w.Line("ref float panels = ref packed[0];");
        w.Line("ref float bias = ref biases[0];");
    }
}

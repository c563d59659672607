using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>Scores between contents and relative positions, which are added to those between contents.</summary>
internal static class DisentangledEmitter
{
    public static IEnumerable<(string, string)> About(DisentangledPlan? positions) => positions is null
        ? []
        : [("positions", $"{positions.Rows} embeddings of relative positions, projected at load for each layer; a score takes {Terms(positions)} by the distance's row")];

    private static string Terms(DisentangledPlan positions) => (positions.Block.ContentToPosition, positions.Block.PositionToContent) switch
    {
        (true, true) => "its query's product with one and its key's with another",
        (true, false) => "its query's product with one",
        _ => "its key's product with one",
    };

    /// <summary>References to a layer's projected positions and the table of rows.</summary>
    public static void EmitReferences(SourceWriter w, EncoderPlan plan, DisentangledPlan positions)
    {
        w.Line($"ref float layer = ref Unsafe.Add(ref weights, {plan.Offsets.LayerWeights("index")});");
        w.Line("ref int positionRows = ref Unsafe.As<float, int>(ref Unsafe.Add(ref weights, Weights.PositionRows));");
        w.LineIf(positions.Block.ContentToPosition, "ref float byKeyPosition = ref Unsafe.Add(ref own, Own.ByKeyPosition);");
        w.LineIf(positions.Block.PositionToContent, "ref float byQueryPosition = ref Unsafe.Add(ref own, Own.ByQueryPosition);");
    }

    /// <summary>A head's keys times the queries of positions.</summary>
    public static void EmitHead(SourceWriter w, EncoderPlan plan, DisentangledPlan positions, SimdPath path)
    {
        if (positions.Block.PositionToContent)
        {
            w.Line($"TimesPositions(tokens, ref k, ref Unsafe.Add(ref layer, {plan.Offsets.HeadPositions(positions, "QueryPositions")}), ref zeros, ref byQueryPosition);");
        }
    }

    /// <summary>A block's queries times the keys of positions, and what scores take of both.</summary>
    public static void EmitBlock(SourceWriter w, EncoderPlan plan, DisentangledPlan positions, SimdPath path)
    {
        (bool c2p, bool p2c) = (positions.Block.ContentToPosition, positions.Block.PositionToContent);
        w.Line();
        if (c2p)
        {
            w.Line($"TimesPositions(rows, ref queries, ref Unsafe.Add(ref layer, {plan.Offsets.HeadPositions(positions, "KeyPositions")}), ref zeros, ref byKeyPosition);");
        }

        using (w.Block("for (int r = 0; r < rows; r++)"))
        {
            string byKey = c2p ? $", ref Unsafe.Add(ref byKeyPosition, {plan.Offsets.ByKeyPosition(positions)})" : "", byQuery = p2c ? ", ref byQueryPosition" : "";
            w.Line($"AddPositions(row + r, tokens, ref positionRows{byKey}{byQuery}, ref Unsafe.Add(ref scores, {plan.Offsets.Scores("r")}));");
        }
    }

    public static void Emit(SourceWriter w, EncoderPlan plan, DisentangledPlan positions, SimdPath path)
    {
        w.Summary("Projects positions as contents are projected: each head's matrices, at load.");
        w.Line($"internal static void ProjectPositions(int rows, ref float x, ref float panels, ref float bias, ref float y, int headLength) => {plan.Attention.PositionProjection.Name}.Run(rows, ref x, ref panels, ref bias, ref y, headLength);");
        w.Line();
        EmitTimes(w, plan, positions, path);
        w.Line();
        EmitAdd(w, plan, positions);
        w.Line();
        w.Summary($"products[rows, {positions.Rows}] = x[rows, {positions.HeadSize}] * positions[{positions.HeadSize}, {positions.Rows}], a panel being {Panel.Width} positions.");
        using (w.Block($"private readonly struct Positions : {path.Tiles}.IProduct"))
        {
            LinearEmitter.EmitStrides(w, path, positions.Strides);
        }
    }

    private static void EmitTimes(SourceWriter w, EncoderPlan plan, DisentangledPlan positions, SimdPath path)
    {
        int columns = Panel.Pad(positions.Rows), wide = path.TilePanels * Panel.Width, whole = columns / wide * wide;
        string Call(int panels, string column) =>
            $"{path.Tiles}.Rows{panels * Panel.Width}<Positions>(rows, HeadSize, ref x, ref Unsafe.Add(ref panels, {(column == "column" ? plan.Offsets.PositionPanel(positions) : $"{column} * {positions.HeadSize}")}), ref zeros, ref Unsafe.Add(ref products, {column}){(panels > 1 ? $", {Panel.Width}" : "")});";
        w.Summary("Rows of a head's queries or keys times a head's projected positions.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static void TimesPositions(int rows, ref float x, ref float panels, ref float zeros, ref float products)"))
        {
            if (whole > 0)
            {
                using (w.Block($"for (int column = 0; column < {whole}; column += {wide})"))
                {
                    w.Line(Call(path.TilePanels, "column"));
                }
            }

            if (whole < columns)
            {
                w.LineIf(whole > 0, "");
                w.Line(Call(1, $"{whole}"));
            }
        }
    }

    private static void EmitAdd(SourceWriter w, EncoderPlan plan, DisentangledPlan positions)
    {
        (bool c2p, bool p2c) = (positions.Block.ContentToPosition, positions.Block.PositionToContent);
        w.Summary("Adds to a query's scores what they take of products with positions, by the row of each distance.");
        w.Line(Attributes.Kernel);
        using (w.Block($"private static void AddPositions(int query, int tokens, ref int positionRows{(c2p ? ", ref float byKeyPosition" : "")}{(p2c ? ", ref float byQueryPosition" : "")}, ref float scores)"))
        {
            using (w.Block("for (int key = 0; key < tokens; key++)"))
            {
                w.Line($"int position = Unsafe.Add(ref positionRows, {plan.Offsets.Distance(positions)});");
                string ofKey = p2c ? $" + Unsafe.Add(ref byQueryPosition, {plan.Offsets.KeyPosition(positions)})" : "", ofQuery = c2p ? " + Unsafe.Add(ref byKeyPosition, position)" : "";
                w.Line($"Unsafe.Add(ref scores, key) = Unsafe.Add(ref scores, key){ofQuery}{ofKey};");
            }
        }
    }
}

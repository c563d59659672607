using System.Globalization;
using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>Norms over rows: of hidden states, of embeddings where those have another width, of heads.</summary>
internal static class NormEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan) => IsCentred(plan)
        ?
        [
            ("this file", $"y = (x - mean) / sqrt(variance + eps) * weight{(plan.Norms.Any(norm => norm.HasBias) ? " + bias" : "")}, row by row"),
            ("bits", "mean and variance are summed in 16 lanes, combined by one fixed tree"),
        ]
        :
        [
            ("this file", "y = x / sqrt(mean of squares + eps) * weight, row by row"),
            ("bits", "squares are summed in 16 lanes, combined by one fixed tree"),
        ];

    private static bool IsCentred(EncoderPlan plan) => plan.Norms.All(norm => norm.Kind == NormKind.LayerNorm);

    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        string eps = Literal(plan.Spec.LayerNormEps);
        w.Line($"private const float Eps = {eps};");
        foreach (NormPlan norm in plan.Norms)
        {
            w.Line();
            EmitNorm(w, norm, path, Literal(norm.Eps) == eps ? "Eps" : Literal(norm.Eps));
        }

        if (plan.AddsRows)
        {
            w.Line();
            EmitAddRows(w, plan, path);
        }

        if (plan.Attention.QueryKeyNorms is { IsByHead: false } all)
        {
            w.Line();
            EmitAllHeads(w, plan, all.Norm, path);
        }
    }

    /// <summary>The arguments that name a norm's gains and biases, which lie under this name of a map.</summary>
    public static string Weights(NormPlan norm, string start, string name) =>
        $"ref Unsafe.Add(ref {start}, {name}Weight)" + (norm.HasBias ? $", ref Unsafe.Add(ref {start}, {name}Bias)" : "");

    private static string Literal(double eps) => ((float)eps).ToString("R", CultureInfo.InvariantCulture) + "f";

    private static void EmitNorm(SourceWriter w, NormPlan norm, SimdPath path, string eps)
    {
        string v = path.Vector;
        int size = norm.Size, columns = norm.Columns, whole = size / Panel.Width * Panel.Width;
        bool isCentred = norm.Kind == NormKind.LayerNorm;
        w.Summary(whole == columns
            ? "Normalises rows; x and y may be the same."
            : $"Normalises rows; x and y may be the same. Columns from {size} to {columns} are zero before and after.");
        w.Line(Attributes.Kernel);
        using (w.Block($"internal static void {norm.Name}(int rows, ref float x, ref float y, ref float weight{(norm.HasBias ? ", ref float bias" : "")})"))
        {
            using (w.Block("for (int row = 0; row < rows; row++)"))
            {
                if (isCentred)
                {
                    w.Line(path.Declare("sum", $"{v}<float>.Zero"));
                    EmitChunks(w, path, columns, (part, column) => w.Line($"sum{part} += {path.Load("x", "i", column)};"));
                    w.Line();
                    w.Line($"{v}<float> mean = {v}.Create({path.Functions}.SumLanes({path.Arguments("sum")}) / {size});");
                }

                w.Line(path.Declare("squares", $"{v}<float>.Zero"));
                int squared = isCentred ? whole : columns;
                if (squared > 0)
                {
                    EmitChunks(w, path, squared, (part, column) =>
                    {
                        w.Line($"{v}<float> d{part} = {path.Load("x", "i", column)}{(isCentred ? " - mean" : "")};");
                        w.Line($"squares{part} = {VectorText.Fused(v)}(d{part}, d{part}, squares{part});");
                    });
                }

                if (isCentred)
                {
                    EmitLastChunkSquares(w, path, size, whole);
                }

                w.Line();
                w.Line($"{v}<float> scale = {v}.Create(1f / MathF.Sqrt({path.Functions}.SumLanes({path.Arguments("squares")}) / {size} + {eps}));");
                EmitChunks(w, path, columns, (part, column) =>
                {
                    string x = path.Load("x", "i", column), weight = path.Load("weight", "i", column);
                    w.Line($"{v}<float> n{part} = {(isCentred ? $"({x} - mean)" : x)} * scale;");
                    w.Line(path.Store(norm.HasBias ? $"{VectorText.Fused(v)}(n{part}, {weight}, {path.Load("bias", "i", column)})" : $"n{part} * {weight}", "y", "i", column));
                });
                w.Line();
                w.Line($"x = ref Unsafe.Add(ref x, {norm.Stride});");
                w.Line($"y = ref Unsafe.Add(ref y, {norm.Stride});");
            }
        }
    }

    private static void EmitAddRows(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        w.Summary("Adds rows of x to rows of y.");
        w.Line(Attributes.Kernel);
        using (w.Block("private static void AddRows(int rows, ref float x, ref float y)"))
        {
            using (w.Block("for (int row = 0; row < rows; row++)"))
            {
                EmitChunks(w, path, plan.HiddenColumns, (_, column) => w.Line(path.Store($"{path.Load("y", "i", column)} + {path.Load("x", "i", column)}", "y", "i", column)));
                w.Line();
                w.Line($"x = ref Unsafe.Add(ref x, {plan.HiddenStride});");
                w.Line($"y = ref Unsafe.Add(ref y, {plan.HiddenStride});");
            }
        }
    }

    /// <summary>A norm over all heads' columns of a row, which stand in a matrix for each head.</summary>
    private static void EmitAllHeads(SourceWriter w, EncoderPlan plan, NormPlan norm, SimdPath path)
    {
        string v = path.Vector;
        AttentionPlan attention = plan.Attention;
        int size = attention.HeadSize, whole = size / Panel.Width * Panel.Width;
        string matrix = $"ref Unsafe.Add(ref x, {plan.Offsets.HeadRow})";
        w.Summary($"Normalises rows over all heads' columns; each head's {size} columns stand in a matrix of their own.");
        w.Line(Attributes.Kernel);
        using (w.Block($"private static void {norm.Name}(int rows, int headLength, ref float x, ref float weight, ref float bias)"))
        {
            using (w.Block("for (int row = 0; row < rows; row++)"))
            {
                w.Line(path.Declare("sum", $"{v}<float>.Zero"));
                EmitHeads(w, attention, matrix, () => EmitChunks(w, path, norm.Stride, (part, column) => w.Line($"sum{part} += {path.Load("h", "i", column)};")));
                w.Line();
                w.Line($"{v}<float> mean = {v}.Create({path.Functions}.SumLanes({path.Arguments("sum")}) / {norm.Size});");
                w.Line(path.Declare("squares", $"{v}<float>.Zero"));
                EmitHeads(w, attention, matrix, () =>
                {
                    if (whole > 0)
                    {
                        EmitChunks(w, path, whole, (part, column) =>
                        {
                            w.Line($"{v}<float> d{part} = {path.Load("h", "i", column)} - mean;");
                            w.Line($"squares{part} = {VectorText.Fused(v)}(d{part}, d{part}, squares{part});");
                        });
                    }

                    EmitLastChunkSquares(w, path, size, whole, "h");
                });
                w.Line();
                w.Line($"{v}<float> scale = {v}.Create(1f / MathF.Sqrt({path.Functions}.SumLanes({path.Arguments("squares")}) / {norm.Size} + Eps));");
                EmitHeads(w, attention, matrix, () =>
                {
                    w.Line($"ref float gain = ref Unsafe.Add(ref weight, {plan.Offsets.HeadGains});");
                    w.Line($"ref float shift = ref Unsafe.Add(ref bias, {plan.Offsets.HeadGains});");
                    EmitChunks(w, path, norm.Stride, (part, column) => w.Line(path.Store(
                        $"{VectorText.Fused(v)}(({path.Load("h", "i", column)} - mean) * scale, {path.Load("gain", "i", column)}, {path.Load("shift", "i", column)})", "h", "i", column)));
                });
                w.Line();
                w.Line($"x = ref Unsafe.Add(ref x, {norm.Stride});");
            }
        }
    }

    private static void EmitHeads(SourceWriter w, AttentionPlan attention, string matrix, Action emit)
    {
        using (w.Block($"for (int head = 0; head < {attention.Heads}; head++)"))
        {
            w.Line($"ref float h = {matrix};");
            emit();
        }
    }

    private static void EmitChunks(SourceWriter w, SimdPath path, int columns, Action<string, int> emitVector)
    {
        using (w.Block($"for (nuint i = 0; i < {columns}; i += {Panel.Width})"))
        {
            foreach ((string part, int column) in path.Vectors())
            {
                emitVector(part, column);
            }
        }
    }

    /// <summary>The columns after the last whole chunk: padding is zero there, but its distance from the mean is not.</summary>
    private static void EmitLastChunkSquares(SourceWriter w, SimdPath path, int size, int whole, string x = "x")
    {
        foreach ((string part, int column) in path.Vectors())
        {
            int filled = Math.Min(path.Lanes, size - whole - column);
            if (filled <= 0)
            {
                continue;
            }

            string difference = $"{path.Load(x, whole.ToString(CultureInfo.InvariantCulture), column)} - mean";
            w.Line();
            if (filled < path.Lanes)
            {
                string mask = string.Join(", ", Enumerable.Range(0, path.Lanes).Select(lane => lane < filled ? "-1" : "0"));
                w.Comment($"Of these {path.Lanes} columns {filled} {(filled == 1 ? "exists" : "exist")}; the rest must not count as distant from the mean.");
                w.Line($"{path.Vector}<float> last{part} = ({difference}) & {path.Vector}.AsSingle({path.Vector}.Create({mask}));");
            }
            else
            {
                w.Line($"{path.Vector}<float> last{part} = {difference};");
            }

            w.Line($"squares{part} = {VectorText.Fused(path.Vector)}(last{part}, last{part}, squares{part});");
        }
    }
}

using System.Globalization;
using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>LayerNorm over rows of hidden states, and of embeddings where those have another width.</summary>
internal static class LayerNormEmitter
{
    public static IEnumerable<(string, string)> About(EncoderPlan plan) =>
    [
        ("this file", "y = (x - mean) / sqrt(variance + eps) * weight + bias, row by row"),
        ("bits", "mean and variance are summed in 16 lanes, combined by one fixed tree"),
    ];

    public static void Emit(SourceWriter w, EncoderPlan plan, SimdPath path)
    {
        w.Line($"private const float Eps = {((float)plan.Spec.LayerNormEps).ToString("R", CultureInfo.InvariantCulture)}f;");
        foreach (NormPlan norm in plan.Norms)
        {
            w.Line();
            EmitNorm(w, norm, path);
        }
    }

    private static void EmitNorm(SourceWriter w, NormPlan norm, SimdPath path)
    {
        string v = path.Vector;
        int size = norm.Size, columns = norm.Columns, whole = size / Panel.Width * Panel.Width;
        w.Summary(whole == columns
            ? "Normalises rows; x and y may be the same."
            : $"Normalises rows; x and y may be the same. Columns from {size} to {columns} are zero before and after.");
        w.Line(Attributes.Kernel);
        using (w.Block($"internal static void {norm.Name}(int rows, ref float x, ref float y, ref float weight, ref float bias)"))
        {
            using (w.Block("for (int row = 0; row < rows; row++)"))
            {
                w.Line(path.Declare("sum", $"{v}<float>.Zero"));
                EmitChunks(w, path, columns, (part, column) => w.Line($"sum{part} += {path.Load("x", "i", column)};"));
                w.Line();
                w.Line($"{v}<float> mean = {v}.Create({path.Functions}.SumLanes({path.Arguments("sum")}) / {size});");
                w.Line(path.Declare("squares", $"{v}<float>.Zero"));
                if (whole > 0)
                {
                    EmitChunks(w, path, whole, (part, column) =>
                    {
                        w.Line($"{v}<float> d{part} = {path.Load("x", "i", column)} - mean;");
                        w.Line($"squares{part} = {v}.FusedMultiplyAdd(d{part}, d{part}, squares{part});");
                    });
                }

                EmitLastChunkSquares(w, path, size, whole);
                w.Line();
                w.Line($"{v}<float> scale = {v}.Create(1f / MathF.Sqrt({path.Functions}.SumLanes({path.Arguments("squares")}) / {size} + Eps));");
                EmitChunks(w, path, columns, (part, column) =>
                {
                    w.Line($"{v}<float> n{part} = ({path.Load("x", "i", column)} - mean) * scale;");
                    w.Line(path.Store($"{v}.FusedMultiplyAdd(n{part}, {path.Load("weight", "i", column)}, {path.Load("bias", "i", column)})", "y", "i", column));
                });
                w.Line();
                w.Line($"x = ref Unsafe.Add(ref x, {norm.Stride});");
                w.Line($"y = ref Unsafe.Add(ref y, {norm.Stride});");
            }
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
    private static void EmitLastChunkSquares(SourceWriter w, SimdPath path, int size, int whole)
    {
        foreach ((string part, int column) in path.Vectors())
        {
            int filled = Math.Min(path.Lanes, size - whole - column);
            if (filled <= 0)
            {
                continue;
            }

            string difference = $"{path.Load("x", whole.ToString(CultureInfo.InvariantCulture), column)} - mean";
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

            w.Line($"squares{part} = {path.Vector}.FusedMultiplyAdd(last{part}, last{part}, squares{part});");
        }
    }
}

using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>Rows of floats made rows of eight bits, for products with weights of eight bits.</summary>
internal static class QuantisationEmitter
{
    public static IEnumerable<(string, string)> About() =>
    [
        ("this file", $"a row's blocks of {Int8Layout.BlockInputs} rotated as the weights were, then rounded to at most {Int8Layout.Most} steps to either side of 0"),
        ("rotation", "signs changed by a fixed pattern, then a Hadamard transform without its factor (the weights' scales have both factors): outliers are spread over their block"),
        ("rounding", "to nearest, ties to even; a block with NaN or infinity gets NaN for its scale, one of nearly nothing 0"),
        ("bound", $"of {Int8Layout.SumInputs} values whose products tiles add up in 16 bits, the squares are at most {Int8Layout.MostSquaresOfActivations} together: their norm before rounding is at most {Number(Int8Layout.MostNormOfActivations)} steps, and larger steps see to it where it would be more"),
        ("bits", "each value is one tree of sums, the same whatever the vectors' width"),
    ];

    public static void Emit(SourceWriter w, SimdPath path)
    {
        string v = path.Vector;
        string[] names = [.. Enumerable.Range(0, Int8Layout.BlockInputs / path.Lanes).Select(i => $"v{i}")];
        bool isSmall = path == SimdPath.V128;
        w.Summary($"Adding it to a value of up to {Int8Layout.Most} leaves that in the lowest byte, rounded.");
        w.Line($"private const float Rounding = {Rounding}f;");
        w.Line();
        w.Summary("A block whose largest magnitude is below this is zero: the reciprocal of that would not be a number.");
        w.Line($"private const float Least = {Number(Int8Layout.Least)};");
        w.Line();
        w.Summary($"Largest norm, in steps, of values whose products tiles add up in 16 bits, before they are rounded.");
        w.Line($"private const float MostNorm = {Number(Int8Layout.MostNormOfActivations)};");
        w.Line();
        w.Summary($"What is added to rounded values{(isSmall ? ": x64 multiplies bytes without a sign" : ", since bytes without a sign are multiplied")}. Not before they are rounded: ties would go another way.");
        w.Line(isSmall ? $"private static byte Offset => Ssse3.IsSupported ? (byte){Int8Layout.Offset} : (byte)0;" : $"private const byte Offset = {Int8Layout.Offset};");
        w.Line();
        w.Summary("Makes rows of x, [rows][k], rows of eight bits, with a scale for each block. Strides are in floats, bytes and floats.");
        w.Line(Attributes.Kernel);
        using (w.Block("internal static void Rows(int rows, int k, int xStride, int stride, int scaleStride, ref float x, ref byte quantised, ref float scales)"))
        {
            w.Line($"Span<float> last = stackalloc float[{Int8Layout.BlockInputs}];");
            using (w.Block("for (int row = 0; row < rows; row++)"))
            {
                w.Line("ref float values = ref x;");
                w.Line("ref byte bytes = ref quantised;");
                w.Line("ref float scale = ref scales;");
                w.Line("int left = k;");
                using (w.Block($"for (; left >= {Int8Layout.BlockInputs}; left -= {Int8Layout.BlockInputs})"))
                {
                    w.Line("scale = Block(ref values, ref bytes);");
                    w.Line("scale = ref Unsafe.Add(ref scale, 1);");
                    w.Line($"values = ref Unsafe.Add(ref values, {Int8Layout.BlockInputs});");
                    w.Line($"bytes = ref Unsafe.Add(ref bytes, {Int8Layout.BlockInputs});");
                }

                w.Line();
                using (w.Block("if (left > 0)"))
                {
                    w.Comment("The last block is filled up with zeros.");
                    w.Line("last.Clear();");
                    w.Line("MemoryMarshal.CreateReadOnlySpan(ref values, left).CopyTo(last);");
                    w.Line("scale = Block(ref MemoryMarshal.GetReference(last), ref bytes);");
                }

                w.Line();
                w.Line("x = ref Unsafe.Add(ref x, xStride);");
                w.Line("quantised = ref Unsafe.Add(ref quantised, stride);");
                w.Line("scales = ref Unsafe.Add(ref scales, scaleStride);");
            }
        }

        w.Line();
        EmitBlock(w, path, names);
        w.Line();
        EmitSquares(w, path);
        for (int distance = path.Lanes / 2; distance >= 1; distance /= 2)
        {
            w.Line();
            EmitApart(w, path, distance);
        }
    }

    private const int Rounding = 3 << 22;

    private static string Number(float value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture) + "f";

    private static void EmitBlock(SourceWriter w, SimdPath path, string[] names)
    {
        string v = path.Vector;
        w.Summary("Rotates a block, rounds it to bytes, and returns what one of their steps stands for.");
        w.Line(Attributes.Inline);
        using (w.Block("private static float Block(ref float x, ref byte quantised)"))
        {
            for (int i = 0; i < names.Length; i++)
            {
                int column = i * path.Lanes;
                string signs = string.Join(", ", Enumerable.Range(column, path.Lanes).Select(bit => (Int8Layout.Signs >> bit & 1) == 1 ? "-0f" : "0f"));
                w.Line($"{v}<float> {names[i]} = {v}.LoadUnsafe(ref x{At(column)}) ^ {v}.Create({signs});");
            }

            for (int distance = Int8Layout.BlockInputs / 2; distance >= 1; distance /= 2)
            {
                w.Line();
                w.Comment($"Sums and differences of values {distance} apart.");
                EmitStage(w, path, names, distance);
            }

            w.Line();
            w.Comment("The largest magnitude. As whole numbers they have the order that they have as floats, with infinity and NaN above all.");
            w.Line($"{v}<int> magnitude = {v}.Create(int.MaxValue), largest = {v}.AsInt32({names[0]}) & magnitude;");
            foreach (string name in names.Skip(1))
            {
                w.Line($"largest = {v}.Max(largest, {v}.AsInt32({name}) & magnitude);");
            }

            string half = "largest";
            foreach (string wide in new[] { "Vector512", "Vector256" }.Where(wide => string.CompareOrdinal(wide, v) <= 0))
            {
                string narrow = wide == "Vector512" ? "Vector256" : "Vector128", name = wide == "Vector512" ? "middle" : "small";
                w.Line($"{narrow}<int> {name} = {narrow}.Max({wide}.GetLower({half}), {wide}.GetUpper({half}));");
                half = name;
            }

            string pairs = half == "largest" ? "pairs" : half;
            w.Line($"{(pairs == half ? "" : "Vector128<int> ")}{pairs} = Vector128.Max({half}, Vector128.Shuffle({half}, Vector128.Create(2, 3, 0, 1)));");
            w.Line($"float most = Vector128.ToScalar(Vector128.AsSingle(Vector128.Max({pairs}, Vector128.Shuffle({pairs}, Vector128.Create(1, 0, 3, 2)))));");
            w.Line($"bool isFinite = most <= float.MaxValue, isZero = most < Least;");
            w.Line();
            w.Comment($"In steps of which the largest magnitude has {Int8Layout.Most}. None are branched on but what is rare: a branch that can't be foreseen costs as much as the rotation.");
            w.Line($"{v}<float> factor = {v}.Create(isZero || !isFinite ? 0f : {Int8Layout.Most}f / most);");
            w.Line(string.Join(" ", names.Select(name => $"{name} *= factor;")));
            w.Line();
            w.Comment("Larger ones where squares would be too much.");
            int sum = Int8Layout.SumLines * Int8Layout.LineInputs / path.Lanes;
            string[] sums = [.. Enumerable.Range(0, names.Length / sum).Select(i => $"Squares({string.Join(", ", names.Skip(i * sum).Take(sum))})")];
            w.Line($"Vector128<float> squares = Vector128.MaxNative(Vector128.MaxNative({sums[0]}, {sums[1]}), Vector128.MaxNative({sums[2]}, {sums[3]}));");
            w.Line($"float norm = float.MaxNative(MostNorm, MathF.Sqrt(float.MaxNative(squares[0], squares[2])));");
            w.Line($"{v}<float> smaller = {v}.Create(MostNorm / norm), rounding = {v}.Create(Rounding);");
            w.Line($"{v}<byte> offset = {v}.Create(Offset);");
            for (int i = 0; i < names.Length; i += 4)
            {
                string[] four = [.. names.Skip(i).Take(4).Select(name => $"{v}.AsInt32({name} * smaller + rounding)")];
                string bytes = names.Length == 4 ? "bytes" : $"bytes{i / 4}";
                w.Line($"{v}<byte> {bytes} = {v}.AsByte({v}.Narrow(");
                w.Line($"    {v}.Narrow({four[0]}, {four[1]}),");
                w.Line($"    {v}.Narrow({four[2]}, {four[3]})));");
                w.Line($"{v}.StoreUnsafe({bytes} + offset, ref quantised{At(i * path.Lanes)});");
            }

            w.Line();
            w.Line($"return isZero ? 0f : isFinite ? most / {Int8Layout.Most}f * (norm / MostNorm) : float.NaN;");
        }
    }

    /// <summary>The squares that belong together: of 16 values, those of the first two of each four, and of the last two.</summary>
    private static void EmitSquares(SourceWriter w, SimdPath path)
    {
        string v = path.Vector;
        w.Summary($"The squares of the values whose products tiles add up in 16 bits: of four lines the first two values of each, in the first two places, and the last two, in the others.");
        w.Line(Attributes.Inline);
        if (path == SimdPath.V512)
        {
            using (w.Block($"private static Vector128<float> Squares({v}<float> values)"))
            {
                w.Line($"{v}<float> squares = values * values;");
                w.Line("Vector256<float> apart8 = Vector512.GetLower(squares) + Vector512.GetUpper(squares);");
                EmitLines(w, "Vector256.GetLower(apart8) + Vector256.GetUpper(apart8)");
            }
        }
        else if (path == SimdPath.V256)
        {
            using (w.Block($"private static Vector128<float> Squares({v}<float> first, {v}<float> last)"))
            {
                w.Line($"{v}<float> apart8 = first * first + last * last;");
                EmitLines(w, "Vector256.GetLower(apart8) + Vector256.GetUpper(apart8)");
            }
        }
        else
        {
            using (w.Block($"private static {v}<float> Squares({v}<float> line0, {v}<float> line1, {v}<float> line2, {v}<float> line3)"))
            {
                EmitLines(w, "(line0 * line0 + line2 * line2) + (line1 * line1 + line3 * line3)");
            }
        }
    }

    private static void EmitLines(SourceWriter w, string sum) => w
        .Line($"Vector128<float> lines = {sum};")
        .Line("return lines + Vector128.Shuffle(lines, Vector128.Create(1, 0, 3, 2));");

    private static void EmitStage(SourceWriter w, SimdPath path, string[] names, int distance)
    {
        if (distance >= path.Lanes)
        {
            int apart = distance / path.Lanes;
            for (int i = 0; i < names.Length; i++)
            {
                if ((i & apart) == 0)
                {
                    w.Line($"({names[i]}, {names[i + apart]}) = ({names[i]} + {names[i + apart]}, {names[i]} - {names[i + apart]});");
                }
            }

            return;
        }

        for (int i = 0; i < names.Length; i += 4)
        {
            w.Line(string.Join(" ", names.Skip(i).Take(4).Select(name => $"{name} = Apart{distance}({name});")));
        }
    }

    /// <summary>Sums and differences of values of one vector.</summary>
    private static void EmitApart(SourceWriter w, SimdPath path, int distance)
    {
        string v = path.Vector;
        string partners = string.Join(", ", Enumerable.Range(0, path.Lanes).Select(lane => lane ^ distance));
        string signs = string.Join(", ", Enumerable.Range(0, path.Lanes).Select(lane => (lane & distance) == 0 ? "1f" : "-1f"));
        w.Summary($"Of values {distance} apart the sum, in the place of the first, and the difference.");
        w.Line(Attributes.Inline);
        w.Line($"private static {v}<float> Apart{distance}({v}<float> v) => {(path == SimdPath.V128 ? $"v * {v}.Create({signs}) + {v}.Shuffle(v, {v}.Create({partners}))" : $"{v}.FusedMultiplyAdd(v, {v}.Create({signs}), {v}.Shuffle(v, {v}.Create({partners})))")};");
    }

    private static string At(int column) => column == 0 ? "" : $", {column}";
}

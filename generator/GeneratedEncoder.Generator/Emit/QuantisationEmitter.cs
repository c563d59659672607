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
        ("bound", $"of {Int8Layout.SumInputs} values whose products tiles add up in 16 bits, the squares are at most {Int8Layout.MostSquaresOfActivations} together: steps grow by 1/64 until they are"),
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
        w.Summary($"What is added to rounded values{(isSmall ? ": x64 multiplies bytes without a sign" : ", since bytes without a sign are multiplied")}. Not before they are rounded: ties would go another way.");
        w.Line(isSmall ? $"private static byte Offset => Ssse3.IsSupported ? (byte){Int8Layout.Offset} : (byte)0;" : $"private const byte Offset = {Int8Layout.Offset};");
        w.Line();
        w.Summary("Makes rows of x, [rows][k], rows of eight bits, with a scale for each block: scales is [rows][blocks].");
        w.Line(Attributes.Kernel);
        using (w.Block("internal static void Rows(int rows, int k, int xStride, int stride, ref float x, ref byte quantised, ref float scales)"))
        {
            w.Line($"Span<float> last = stackalloc float[{Int8Layout.BlockInputs}];");
            using (w.Block("for (int row = 0; row < rows; row++)"))
            {
                w.Line("ref float values = ref x;");
                w.Line("ref byte bytes = ref quantised;");
                w.Line("int left = k;");
                using (w.Block($"for (; left >= {Int8Layout.BlockInputs}; left -= {Int8Layout.BlockInputs})"))
                {
                    w.Line("scales = Block(ref values, ref bytes);");
                    w.Line("scales = ref Unsafe.Add(ref scales, 1);");
                    w.Line($"values = ref Unsafe.Add(ref values, {Int8Layout.BlockInputs});");
                    w.Line($"bytes = ref Unsafe.Add(ref bytes, {Int8Layout.BlockInputs});");
                }

                w.Line();
                using (w.Block("if (left > 0)"))
                {
                    w.Comment("The last block is filled up with zeros.");
                    w.Line("last.Clear();");
                    w.Line("MemoryMarshal.CreateReadOnlySpan(ref values, left).CopyTo(last);");
                    w.Line("scales = Block(ref MemoryMarshal.GetReference(last), ref bytes);");
                    w.Line("scales = ref Unsafe.Add(ref scales, 1);");
                }

                w.Line();
                w.Line("x = ref Unsafe.Add(ref x, xStride);");
                w.Line("quantised = ref Unsafe.Add(ref quantised, stride);");
            }
        }

        w.Line();
        EmitBlock(w, path, names);
        w.Line();
        EmitIsTooMuch(w, path);
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

            w.Line($"float most = Unsafe.BitCast<int, float>(Math.Max(Math.Max({half}[0], {half}[1]), Math.Max({half}[2], {half}[3])));");
            w.Line($"bool isFinite = most <= float.MaxValue, isZero = most < Least;");
            w.Line();
            w.Line($"{v}<float> rounding = {v}.Create(Rounding);");
            using (w.Block("while (true)"))
            {
                w.Line($"{v}<float> factor = {v}.Create(isZero || !isFinite ? 0f : {Int8Layout.Most}f / most);");
                string[] vectors = [.. Enumerable.Range(0, names.Length / 4).Select(i => names.Length == 4 ? "bytes" : $"bytes{i}")];
                for (int i = 0; i < names.Length; i += 4)
                {
                    string[] four = [.. names.Skip(i).Take(4).Select(name => $"{v}.AsInt32({name} * factor + rounding)")];
                    w.Line($"{v}<sbyte> {vectors[i / 4]} = {v}.AsSByte({v}.Narrow(");
                    w.Line($"    {v}.Narrow({four[0]}, {four[1]}),");
                    w.Line($"    {v}.Narrow({four[2]}, {four[3]})));");
                }

                using (w.Block($"if (!isFinite || !({string.Join(" || ", vectors.Select(vector => $"IsTooMuch({vector})"))}))"))
                {
                    w.Line($"{v}<byte> offset = {v}.Create(Offset);");
                    for (int i = 0; i < vectors.Length; i++)
                    {
                        w.Line($"{v}.StoreUnsafe({v}.AsByte({vectors[i]}) + offset, ref quantised{At(i * 4 * path.Lanes)});");
                    }

                    w.Line("break;");
                }

                w.Line();
                w.Line($"most *= {Number(Int8Layout.Coarser)};");
            }

            w.Line();
            w.Line($"return isZero ? 0f : isFinite ? most / {Int8Layout.Most}f : float.NaN;");
        }
    }

    /// <summary>Whether a block's steps are too small, so that sums of 16 bits could overflow.</summary>
    private static void EmitIsTooMuch(SourceWriter w, SimdPath path)
    {
        string v = path.Vector, parameters = $"{v}<short> first, {v}<short> last";
        w.Summary($"Whether any {Int8Layout.SumInputs} values whose products are added up in 16 bits have squares of more than {Int8Layout.MostSquaresOfActivations} together.");
        w.Line(Attributes.Inline);
        using (w.Block($"private static bool IsTooMuch({v}<sbyte> values)"))
        {
            w.Line($"({parameters}) = {v}.Widen(values);");
            w.Line($"return {v}.GreaterThanAny({(path == SimdPath.V128 ? "Squares(first, last)" : $"{v}.Max(Squares(first), Squares(last))")}, {v}.Create((ushort){Int8Layout.MostSquaresOfActivations}));");
        }

        // Values of a line are four: the first two belong to one sum, the last two to another. Vectors of 128 bits have two lines of a sum's four.
        w.Line();
        w.Summary("The squares of each sum's values, added up in the upper half of 32 bits; the lower half has some of them.");
        w.Line(Attributes.Inline);
        using (w.Block($"private static {v}<ushort> Squares({(path == SimdPath.V128 ? parameters : $"{v}<short> values")})"))
        {
            if (path == SimdPath.V128)
            {
                w.Line($"{v}<short> lines = first * first + last * last;");
            }
            else
            {
                w.Line($"{v}<short> squares = values * values, lines = squares + {v}.AsInt16({v}.Shuffle({v}.AsInt64(squares), {v}.Create({Lanes(2, "L")})));");
            }

            w.Line($"{v}<uint> pairs = {v}.AsUInt32(lines) + {v}.ShiftLeft({v}.AsUInt32(lines), 16);");
            w.Line($"return {v}.AddSaturate({v}.AsUInt16(pairs), {v}.AsUInt16({v}.Shuffle({v}.AsInt64(pairs), {v}.Create({Lanes(1, "L")}))));");
        }

        string Lanes(int apart, string suffix) => string.Join(", ", Enumerable.Range(0, path.Lanes / 2).Select(lane => $"{lane ^ apart}{suffix}"));
    }

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
        string signs = string.Join(", ", Enumerable.Range(0, path.Lanes).Select(lane => (lane & distance) == 0 ? "0f" : "-0f"));
        w.Summary($"Of values {distance} apart the sum, in the place of the first, and the difference.");
        w.Line(Attributes.Inline);
        w.Line($"private static {v}<float> Apart{distance}({v}<float> v) => {v}.Shuffle(v, {v}.Create({partners})) + (v ^ {v}.Create({signs}));");
    }

    private static string At(int column) => column == 0 ? "" : $", {column}";
}

using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>What a tile in eight bits does with vectors: it multiplies inputs of each column and adds them up, by the instructions of each machine.</summary>
internal static class Int8DotEmitter
{
    public static void Emit(SourceWriter w, SimdPath path)
    {
        string v = path.Vector;
        w.Line(path == SimdPath.V128 ? Small : path == SimdPath.V256 ? Middle : Large);
        w.Line();
        if (path != SimdPath.V512)
        {
            w.Line($$"""
                /// <summary>What a block's whole numbers start from.</summary>
                {{Attributes.Inline}}
                private static {{v}}<int> Corrections(ref float panel, nuint column = 0) => {{(path == SimdPath.V128 ? $"!Ssse3.IsSupported ? {v}<int>.Zero : " : "")}}{{v}}.AsInt32({{v}}.LoadUnsafe(ref panel, column));
                """);
            w.Line();
        }

        w.Line($$"""
            /// <summary>A block's whole numbers, times what one stands for, added to the sums.</summary>
            {{Attributes.Inline}}
            private static void Add({{v}}<int> block, {{v}}<float> scale, ref float sums) =>
                {{v}}.StoreUnsafe({{VectorText.Fused(v)}}({{v}}.ConvertToSingle(block), scale, {{v}}.LoadUnsafe(ref sums)), ref sums);

            /// <summary>A vector of results into y, or added to what stands there.</summary>
            {{Attributes.Inline}}
            private static void Store<TProduct>({{v}}<float> results, ref float y, nuint column = 0)
                where TProduct : struct, IInt8Product
            {
                if (TProduct.AddsToY)
                {
                    results = {{v}}.LoadUnsafe(ref y, column) + results;
                }

                {{v}}.StoreUnsafe(results, ref y, column);
            }
            """);
    }

    private static string Large => $$"""
        /// <summary>
        /// Four lines' inputs of each column multiplied and added up: first two of each line in either half of the column's 32 bits, then the halves. Adding wraps around in 16 bits,
        /// and comes back when what x's offset has added is subtracted.
        /// </summary>
        {{Attributes.Inline}}
        private static Vector512<int> Dot(
            Vector512<int> acc, ref byte x, Vector512<sbyte> w0, Vector512<sbyte> w1, Vector512<sbyte> w2, Vector512<sbyte> w3, Vector512<short> offsets, Vector512<short> ones)
        {
            Vector512<short> p0 = Avx512BW.MultiplyAddAdjacent(Line(ref x), w0), p1 = Avx512BW.MultiplyAddAdjacent(Line(ref Unsafe.Add(ref x, 4)), w1);
            Vector512<short> p2 = Avx512BW.MultiplyAddAdjacent(Line(ref Unsafe.Add(ref x, 8)), w2), p3 = Avx512BW.MultiplyAddAdjacent(Line(ref Unsafe.Add(ref x, 12)), w3);
            return acc + Avx512BW.MultiplyAddAdjacent(p0 + p1 + (p2 + p3 - offsets), ones);
        }

        /// <summary>A row's four inputs of a line, in every column's place.</summary>
        {{Attributes.Inline}}
        private static Vector512<byte> Line(ref byte x) => Vector512.AsByte(Vector512.Create(Unsafe.ReadUnaligned<int>(ref x)));

        /// <summary>What the offset of four lines' inputs adds.</summary>
        {{Attributes.Inline}}
        private static Vector512<short> Offsets(Vector512<sbyte> w0, Vector512<sbyte> w1, Vector512<sbyte> w2, Vector512<sbyte> w3)
        {
            Vector512<byte> offset = Vector512.Create((byte){{Int8Layout.Offset}});
            return Avx512BW.MultiplyAddAdjacent(offset, w0) + Avx512BW.MultiplyAddAdjacent(offset, w1) + (Avx512BW.MultiplyAddAdjacent(offset, w2) + Avx512BW.MultiplyAddAdjacent(offset, w3));
        }
        """;

    private static string Middle => $$"""
        /// <summary>Four inputs of each column multiplied and added up: by one instruction, or pairs in 16 bits and their sums in 32.</summary>
        {{Attributes.Inline}}
        private static Vector256<int> Dot(Vector256<int> acc, Vector256<byte> x, Vector256<sbyte> w, Vector256<short> ones) => AvxVnni.IsSupported
            ? AvxVnni.MultiplyWideningAndAdd(acc, x, w)
            : acc + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(x, w), ones);
        """;

    private static string Small => $$"""
        /// <summary>
        /// Four inputs of each column multiplied and added up: on x64 as with wider vectors, on others from x as it is, without an offset, by one instruction
        /// where there is one.
        /// </summary>
        {{Attributes.Inline}}
        private static Vector128<int> Dot(Vector128<int> acc, Vector128<byte> x, Vector128<sbyte> w, Vector128<short> ones)
        {
            if (Ssse3.IsSupported)
            {
                return acc + Sse2.MultiplyAddAdjacent(Ssse3.MultiplyAddAdjacent(x, w), ones);
            }

            if (Dp.IsSupported)
            {
                return Dp.DotProduct(acc, Vector128.AsSByte(x), w);
            }

            (Vector128<short> xLow, Vector128<short> xHigh) = Vector128.Widen(Vector128.AsSByte(x));
            (Vector128<short> wLow, Vector128<short> wHigh) = Vector128.Widen(w);
            if (PackedSimd.IsSupported)
            {
                // Pairs of the first two columns, and of the last two.
                Vector128<int> low = PackedSimd.Dot(xLow, wLow), high = PackedSimd.Dot(xHigh, wHigh);
                return acc + PairsOf(low, high);
            }

            // Pairs add up to at most 2 * 127 * 127, less than 2^15.
            Vector128<short> pairsLow = xLow * wLow, pairsHigh = xHigh * wHigh;
            return AdvSimd.Arm64.IsSupported
                ? AdvSimd.AddPairwiseWideningAndAdd(acc, AdvSimd.Arm64.AddPairwise(pairsLow, pairsHigh))
                : acc + PairsOf(PairsOf(pairsLow), PairsOf(pairsHigh));
        }

        /// <summary>Neighbours added, in 32 bits.</summary>
        {{Attributes.Inline}}
        private static Vector128<int> PairsOf(Vector128<short> v) =>
            Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(Vector128.AsInt32(v), 16), 16) + Vector128.ShiftRightArithmetic(Vector128.AsInt32(v), 16);

        /// <summary>Neighbours of both added.</summary>
        {{Attributes.Inline}}
        private static Vector128<int> PairsOf(Vector128<int> low, Vector128<int> high) =>
            Vector128.Create(low[0] + low[1], low[2] + low[3], high[0] + high[1], high[2] + high[3]);
        """;
}

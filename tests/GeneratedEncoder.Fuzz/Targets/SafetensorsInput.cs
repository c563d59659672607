using System.Buffers.Binary;
using System.Text;

namespace GeneratedEncoder.Fuzz;

/// <summary>
/// A safetensors file as targets mutate it: a byte that says what is wrong with the header's length and how much data there is, and
/// the header. So a change of the header is not refused for its length alone.
/// </summary>
internal static class SafetensorsInput
{
    private static readonly byte[][] s_data = [new byte[SmallModel.DataBytes], [], new byte[8], Enumerable.Repeat((byte)255, SmallModel.DataBytes).ToArray()];

    public static IEnumerable<byte[]> Seeds =>
        [Of(SmallModel.Header()), Of(SmallModel.Header("F16", 2)), Of(SmallModel.Header("BF16", 2)), Of(SmallModel.Header(which: i => i is 0 or 5)), Of("{}"), Of("{\"a\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}")];

    public static IReadOnlyList<string> Words { get; } =
        ["dtype", "shape", "data_offsets", "__metadata__", "F32", "F16", "BF16", "F64", "I64", "F8_E4M3", "BOOL", .. SmallModel.Names.Take(8), "bert.embeddings.word_embeddings.weight"];

    public static byte[] Header(byte[] input) => input.Length == 0 ? [] : input[1..];

    public static byte[] Data(byte[] input) => input.Length == 0 ? [] : s_data[input[0] / 64];

    /// <summary>The eight bytes before the header.</summary>
    public static byte[] Length(byte[] input)
    {
        long length = input.Length - 1;
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, (input.Length == 0 ? 0 : input[0] % 64) switch
        {
            1 => length + 1,
            2 => length - 1,
            3 => 0,
            4 => long.MaxValue,
            5 => long.MinValue,
            6 => -1,
            7 => 100_000_000,
            8 => int.MaxValue,
            9 => length + Data(input).Length,
            10 => 1L << 32 | length,
            _ => length,
        });
        return bytes;
    }

    private static byte[] Of(string header) => [0, .. Encoding.UTF8.GetBytes(header)];
}

using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace GeneratedEncoder.Fuzz;

/// <summary>The input that a campaign is at, in a file: what ended the process, if anything did.</summary>
internal sealed class LastInput(string target)
{
    private readonly SafeFileHandle _file = File.OpenHandle(PathOf(target), FileMode.Create, FileAccess.Write, FileShare.Read);

    public static string PathOf(string target) => Path.Combine(Path.GetTempPath(), $"generated-encoder-fuzz-{target}.last");

    /// <summary>What a process that died was at, in base64.</summary>
    public static string Read(string target)
    {
        byte[] file = File.ReadAllBytes(PathOf(target));
        return Convert.ToBase64String(file.AsSpan(4, BinaryPrimitives.ReadInt32LittleEndian(file)));
    }

    public void Write(byte[] input)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, input.Length);
        RandomAccess.Write(_file, [length, input], 0);
    }
}

using System.Text;
using GeneratedEncoder.Generator.Spec.ModelFolders;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Build;

/// <summary>The header of a safetensors file, without a look at the weights behind it.</summary>
internal static class SafetensorsHeaderFile
{
    /// <summary>The format allows 100 MB; the largest encoders' headers have a hundredth of this.</summary>
    private const ulong MostBytes = 16_000_000;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the header's JSON and holds its tensors' extent against the file's length.</summary>
    /// <exception cref="InvalidDataException">It is not a safetensors file, or a truncated one.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static string Read(string path)
    {
        using FileStream file = RegularFile.OpenRead(path);
        byte[] start = ReadBytes(file, 8);
        if (Encoding.ASCII.GetString(start) == "version ")
        {
            throw new InvalidDataException("it is a Git LFS pointer: the model itself was not downloaded (git lfs pull fetches it)");
        }

        ulong length = 0;
        for (int i = 7; i >= 0; i--)
        {
            length = length << 8 | start[i];
        }

        if (length > MostBytes || (long)length > file.Length - 8)
        {
            throw new InvalidDataException(
                $"its first 8 bytes give a header of {length} bytes, but the file has {file.Length} bytes and a header at most {MostBytes}");
        }

        string header = Decode(ReadBytes(file, (int)length));
        CheckExtent(header, file.Length - 8 - (long)length);
        return header;
    }

    private static void CheckExtent(string header, long dataLength)
    {
        try
        {
            if (SafetensorsEntries.Parse(header).FirstOrDefault(entry => entry.End > dataLength) is { } cut)
            {
                throw new InvalidDataException(
                    $"the tensor '{cut.Name}' is said to end at byte {cut.End} of the data, but the file has {dataLength} bytes of data; it may be truncated");
            }
        }
        catch (JsonFormatException e)
        {
            throw new InvalidDataException($"its header is not valid: {e.Message}", e);
        }
    }

    private static string Decode(byte[] header)
    {
        try
        {
            return s_strict.GetString(header);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("its header is not UTF-8", e);
        }
    }

    private static byte[] ReadBytes(Stream stream, int count)
    {
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            int more = stream.Read(bytes, read, count - read);
            read += more > 0 ? more : throw new InvalidDataException($"it ends after {stream.Position} bytes");
        }

        return bytes;
    }
}

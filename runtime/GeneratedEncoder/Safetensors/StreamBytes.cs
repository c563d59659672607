namespace GeneratedEncoder.Safetensors;

/// <summary>Reads streams into memory.</summary>
internal static class StreamBytes
{
    /// <summary>At first, where a stream doesn't say how long it is; what it says is not believed beyond what comes.</summary>
    private const int FirstBytes = 1 << 20;

    /// <summary>Reads a stream from where it stands to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What it is, for messages.</param>
    /// <exception cref="InvalidDataException">It has more bytes than an array may have.</exception>
    /// <exception cref="IOException">Reading failed.</exception>
    public static ReadOnlyMemory<byte> ReadToEnd(Stream stream, string name)
    {
        // One byte more than a file has, so that its end is seen without making room for more.
        byte[] bytes = new byte[stream is FileStream or MemoryStream ? Math.Clamp(stream.Length - stream.Position + 1, 1, Array.MaxLength) : FirstBytes];
        int length = 0;
        for (int more; (more = stream.Read(bytes, length, bytes.Length - length)) > 0;)
        {
            length += more;
            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, length < Array.MaxLength
                    ? (int)Math.Min(2L * length, Array.MaxLength)
                    : throw new InvalidDataException($"The stream of '{name}' has more than {Array.MaxLength} bytes, which is the most that fits in memory as one array; load larger models by their path."));
            }
        }

        return bytes.AsMemory(0, length);
    }
}

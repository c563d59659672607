using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Packed weights in a file, for the next start. A file is named by the class's memory map and the model's place; what is in it counts only if the fingerprint of
/// the model's tensors is the one that it was written with, and its own is right. Whatever goes wrong with the file, weights are packed as without it.
/// </summary>
internal static class PackedWeightsCache
{
    /// <summary>Of the file's form and of what the packers make; to be raised when either changes.</summary>
    private const int Version = 2;

    // The header: these, the seed of both fingerprints, and the weights behind it.
    private const int VersionAt = 16, LengthAt = 24, ModelAt = 32, WeightsAt = ModelAt + Fingerprint.Part.Bytes, SeedAt = WeightsAt + Fingerprint.Part.Bytes;
    private const int HeaderBytes = SeedAt + Fingerprint.SeedBytes;

    private static ReadOnlySpan<byte> Magic => "GeneratedEncoder"u8;

    /// <summary>Fills the weights, from the file or by packing.</summary>
    /// <param name="folder">The cache's folder.</param>
    /// <param name="layout">What tells the class's memory map and its packing from others.</param>
    /// <param name="tensors">The model.</param>
    /// <param name="weights">What to fill, zeroed.</param>
    /// <param name="threads">How many threads may work.</param>
    /// <param name="pack">Packs the model's tensors.</param>
    public static void Fill(string folder, string layout, ModelTensors tensors, AlignedMemory weights, int threads, Action pack)
    {
        string path = Path.Combine(folder, NameOf(layout, tensors.FullPath));
        if (OpenFile(path, weights.Bytes) is { } file)
        {
            using (file)
            {
                byte[] header = new byte[HeaderBytes];
                if (TryRead(file, header, weights.Bytes) && tensors.Identify(Start(header, layout), pack, packs: false) == Fingerprint.Part.Read(header.AsSpan(ModelAt))
                    && TryRead(file, header, weights, threads))
                {
                    return;
                }
            }

            weights.Clear();
        }

        byte[] made = Header(weights.Bytes);
        tensors.Identify(Start(made, layout), pack, packs: true).Write(made.AsSpan(ModelAt));
        WeightsOf(made, weights.Bytes, threads, (begin, length) => weights.AsBytes(begin, length)).Write(made.AsSpan(WeightsAt));
        Write(path, made, weights);
    }

    /// <summary>A name proves nothing, so that any fixed seed does.</summary>
    private static string NameOf(string layout, string model)
    {
        byte[] seed = new byte[Fingerprint.SeedBytes];
        for (int i = 0; i < seed.Length; i++)
        {
            seed[i] = (byte)(i * i * 31 + i / 8 * 17 + 1);
        }

        Fingerprint name = new(seed);
        name.Add(layout);
        name.Add(model);
        return $"{name.Value.First:x16}{name.Value.Second:x16}.weights";
    }

    private static byte[] Header(long bytes)
    {
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(VersionAt), Version);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(LengthAt), bytes);
        RandomNumberGenerator.Fill(header.AsSpan(SeedAt));
        return header;
    }

    private static Fingerprint Start(byte[] header, string layout)
    {
        Fingerprint fingerprint = new(header.AsSpan(SeedAt));
        fingerprint.Add(layout);
        return fingerprint;
    }

    /// <summary>The fingerprint of a file: of its header up to this, and of its weights.</summary>
    private static Fingerprint.Part WeightsOf(byte[] header, long bytes, int threads, Chunk chunk)
    {
        Fingerprint fingerprint = new(header.AsSpan(SeedAt));
        fingerprint.Add(fingerprint.Of(header.AsSpan(0, WeightsAt)));
        Fingerprint.Part[] parts = new Fingerprint.Part[(bytes + Fingerprint.ChunkBytes - 1) / Fingerprint.ChunkBytes];
        LoadBlocks.Run(parts.Length, threads, index =>
        {
            long begin = (long)index * Fingerprint.ChunkBytes;
            parts[index] = fingerprint.Of(chunk(begin, (int)Math.Min(Fingerprint.ChunkBytes, bytes - begin)));
        });
        foreach (Fingerprint.Part part in parts)
        {
            fingerprint.Add(part);
        }

        return fingerprint.Value;
    }

    /// <summary>The file, if there is one of the right length.</summary>
    private static SafeFileHandle? OpenFile(string path, long bytes)
    {
        SafeFileHandle? file = null;
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            RegularFile.Check(path);
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (RandomAccess.GetLength(file) == HeaderBytes + bytes)
            {
                return file;
            }
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            // As if it weren't there.
        }

        file?.Dispose();
        return null;
    }

    private static bool TryRead(SafeFileHandle file, byte[] header, long bytes)
    {
        try
        {
            Read(file, 0, header);
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            return false;
        }

        return header.AsSpan().StartsWith(Magic)
            && BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(VersionAt)) == Version
            && BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(LengthAt)) == bytes;
    }

    private static bool TryRead(SafeFileHandle file, byte[] header, AlignedMemory weights, int threads)
    {
        try
        {
            Fingerprint.Part found = WeightsOf(header, weights.Bytes, threads, (begin, length) =>
            {
                Span<byte> part = weights.AsBytes(begin, length);
                Read(file, HeaderBytes + begin, part);
                return part;
            });
            return found == Fingerprint.Part.Read(header.AsSpan(WeightsAt));
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            return false;
        }
    }

    private static void Read(SafeFileHandle file, long offset, Span<byte> destination)
    {
        for (int read = 0, more; read < destination.Length; read += more)
        {
            more = RandomAccess.Read(file, destination[read..], offset + read);
            if (more == 0)
            {
                throw new EndOfStreamException();
            }
        }
    }

    /// <summary>Writes the file beside its place and renames it, so that nobody ever sees a part of it.</summary>
    private static void Write(string path, byte[] header, AlignedMemory weights)
    {
        string beside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using (SafeFileHandle file = File.OpenHandle(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, preallocationSize: HeaderBytes + weights.Bytes))
            {
                RandomAccess.Write(file, header, 0);
                for (long begin = 0; begin < weights.Bytes; begin += Fingerprint.ChunkBytes)
                {
                    RandomAccess.Write(file, weights.AsBytes(begin, (int)Math.Min(Fingerprint.ChunkBytes, weights.Bytes - begin)), HeaderBytes + begin);
                }
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            Delete(beside);
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            // Then it stays.
        }
    }

    /// <summary>What the file system says no with, and what a path says that can't be one.</summary>
    private static bool IsOfFiles(Exception e) => e is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException or ArgumentException;

    /// <summary>Gives some of the weights' bytes.</summary>
    private delegate ReadOnlySpan<byte> Chunk(long begin, int length);
}

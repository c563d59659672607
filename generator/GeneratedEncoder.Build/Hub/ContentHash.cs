using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GeneratedEncoder.Build.Hub;

/// <summary>A file's length and hashes.</summary>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Sha256">Its SHA-256: the Hub's ETag of a large file.</param>
/// <param name="Git">git's SHA-1 of it as a blob: the Hub's ETag of a small one.</param>
internal sealed record ContentHash(long Size, string Sha256, string Git)
{
    /// <summary>Hashes a file, through links.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="OperationCanceledException">The build is cancelled meanwhile.</exception>
    public static ContentHash Of(string path, CancellationToken cancellation = default)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using SHA256 sha256 = SHA256.Create();

        // Not for secrecy: it is the name that git gives to a content.
#pragma warning disable CA5350
        using SHA1 git = SHA1.Create();
#pragma warning restore CA5350
        long size = file.Length, read = 0;
        byte[] start = Encoding.ASCII.GetBytes($"blob {size.ToString(CultureInfo.InvariantCulture)}\0"), buffer = new byte[1 << 20];
        git.TransformBlock(start, 0, start.Length, null, 0);
        for (int count; (count = file.Read(buffer, 0, buffer.Length)) > 0; read += count)
        {
            cancellation.ThrowIfCancellationRequested();
            sha256.TransformBlock(buffer, 0, count, null, 0);
            git.TransformBlock(buffer, 0, count, null, 0);
        }

        sha256.TransformFinalBlock([], 0, 0);
        git.TransformFinalBlock([], 0, 0);
        return new(read, Hexadecimal(sha256.Hash!), Hexadecimal(git.Hash!));
    }

    /// <summary>The hash of the kind that an ETag is of: 64 digits are a SHA-256, 40 git's.</summary>
    public string Like(string etag) => etag.Length == 64 ? Sha256 : Git;

    private static string Hexadecimal(byte[] bytes) => string.Concat(bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
}

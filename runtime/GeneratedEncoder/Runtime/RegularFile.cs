using System.ComponentModel;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// Opens a model's files: ordinary ones only, and no more of them than they have at that time. A pipe would keep its reader waiting and
/// a device gives bytes without end, whatever length either says that it has. For this library and those beside it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RegularFile
{
    /// <summary>Opens a file to be read from its start.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <exception cref="InvalidDataException">It has no bytes: it is empty, or a pipe, a socket or a device.</exception>
    /// <exception cref="IOException">It is not there, or can't be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static FileStream OpenRead(string path)
    {
        FileStream file = new(Checked(path), FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            // Once more: what was there may have been replaced.
            return file.CanSeek && file.Length > 0 ? file : throw NoBytes(path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="mostBytes">A longer file is refused, and not read.</param>
    /// <exception cref="InvalidDataException">It has no bytes (it is empty, or a pipe, a socket or a device), too many, or becomes shorter while it is read.</exception>
    /// <exception cref="IOException">It is not there, or can't be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static byte[] ReadAllBytes(string path, int mostBytes)
    {
        using FileStream file = OpenRead(path);
        long length = file.Length;
        if (length > mostBytes)
        {
            throw new InvalidDataException($"'{path}' has {length} bytes; at most {mostBytes} are read.");
        }

        byte[] bytes = new byte[(int)length];
        for (int read = 0; read < bytes.Length;)
        {
            int more = file.Read(bytes, read, bytes.Length - read);
            read += more > 0 ? more : throw new InvalidDataException($"'{path}' had {length} bytes when it was opened, and has become shorter.");
        }

        return bytes;
    }

    /// <summary>The place of the file that a path leads to, without links, once it has been seen to have bytes. Nothing is opened.</summary>
    /// <exception cref="InvalidDataException">It has none: it is empty, or a pipe, a socket or a device.</exception>
    internal static string Checked(string path)
    {
        FileInfo file = new(Links.Follow(path));

        // A missing file and a folder have no length to ask for; opening says which it is.
        return !file.Exists || file.Length > 0 ? file.FullName : throw NoBytes(path);
    }

    private static InvalidDataException NoBytes(string path) =>
        new($"'{path}' has no bytes: it is empty, or no ordinary file but a pipe, a socket or a device, which are not read.");
}

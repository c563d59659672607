using Microsoft.Win32.SafeHandles;

namespace GeneratedEncoder.Fuzz;

/// <summary>A folder for inputs that are read from files, in memory where the system has such a file system.</summary>
internal sealed class ScratchFolder
{
    private readonly Dictionary<string, int> _written = [];

    public ScratchFolder() => Path = Directory.CreateDirectory(System.IO.Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath(), $"generated-encoder-fuzz-{Guid.NewGuid():N}")).FullName;

    ~ScratchFolder() => Directory.Delete(Path, recursive: true);

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, over the one that it was before.</summary>
    public string Write(string name, params ReadOnlySpan<byte[]> parts)
    {
        string path = this[name];
        using SafeFileHandle file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        int length = 0;
        foreach (byte[] part in parts)
        {
            RandomAccess.Write(file, part, length);
            length += part.Length;
        }

        if (length != _written.GetValueOrDefault(name, -1))
        {
            RandomAccess.SetLength(file, length);
            _written[name] = length;
        }

        return path;
    }

    /// <summary>Leaves no file but these.</summary>
    public void KeepOnly(IEnumerable<string> names)
    {
        foreach (string name in _written.Keys.Except(names).ToArray())
        {
            File.Delete(this[name]);
            _written.Remove(name);
        }
    }
}

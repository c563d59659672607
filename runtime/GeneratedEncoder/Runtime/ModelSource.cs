using System.ComponentModel;
using GeneratedEncoder.Safetensors;

namespace GeneratedEncoder.Runtime;

/// <summary>A model's folder: one on disk, or its files in memory. For this library and those beside it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ModelSource
{
    private protected ModelSource()
    {
    }

    /// <summary>A folder on disk, whether it is there or not.</summary>
    /// <param name="folder">Its path.</param>
    public static ModelSource OnDisk(string folder) => new DiskSource(folder);

    /// <summary>A folder's files in memory.</summary>
    /// <param name="files">Each file's bytes by its path in the folder, with slashes: "config.json", "1_Pooling/config.json". They must not change while they are in use.</param>
    public static ModelSource InMemory(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return new MemorySource(files);
    }

    /// <summary>Where the files are, in a message: "'models/mini'", or "memory".</summary>
    public abstract string Place { get; }

    /// <summary>What has the files, at the beginning of a message: "The folder 'models/mini'".</summary>
    public string Owner => OwnerOf("");

    /// <summary>The names of the files that stand in no folder of their own.</summary>
    public abstract IEnumerable<string> TopNames { get; }

    /// <summary>What a file is to be opened by, and what messages call it: its path, or its name in memory. Null if there is none of that name.</summary>
    /// <param name="name">The file's path in the folder, with slashes.</param>
    /// <exception cref="InvalidDataException">It is a link that leads out of the folder.</exception>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public abstract string? Find(string name);

    /// <summary>The same for a file that should be there: opening says if it isn't.</summary>
    /// <param name="name">The file's path in the folder, with slashes.</param>
    public abstract string PathOf(string name);

    /// <summary>A whole file. It may be the memory that was given, which is not to be written to.</summary>
    /// <param name="path">As <see cref="Find"/> gave it.</param>
    /// <param name="mostBytes">A longer file is refused.</param>
    /// <exception cref="InvalidDataException">It is empty, too long, or no ordinary file.</exception>
    /// <exception cref="IOException">It is not there, or can't be read.</exception>
    public abstract ReadOnlyMemory<byte> ReadAllBytes(string path, int mostBytes);

    /// <summary>A path from the file system's root on; a name in memory stays what it is.</summary>
    internal abstract string FullPath(string path);

    /// <summary>The same as <see cref="Owner"/>, for the files of a folder in the model's.</summary>
    internal abstract string OwnerOf(string folder);

    /// <summary>Opens a file to be read anywhere.</summary>
    /// <param name="path">As <see cref="Find"/> gave it, or whatever path a caller named.</param>
    internal abstract ByteSource Open(string path);

    private sealed class DiskSource(string folder) : ModelSource
    {
        public override string Place => $"'{folder}'";

        public override IEnumerable<string> TopNames => Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path));

        public override string? Find(string name) => ModelFiles.Find(folder, name);

        public override string PathOf(string name) => Path.Combine(folder, name);

        public override ReadOnlyMemory<byte> ReadAllBytes(string path, int mostBytes) => RegularFile.ReadAllBytes(path, mostBytes);

        internal override string FullPath(string path) => Path.GetFullPath(path);

        internal override string OwnerOf(string part) => $"The folder '{Path.GetFullPath(Path.Combine(folder, part))}'";

        internal override ByteSource Open(string path) => new FileBytes(path);
    }

    private sealed class MemorySource(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files) : ModelSource
    {
        public override string Place => "memory";

        public override IEnumerable<string> TopNames => files.Keys.Where(name => !name.Contains('/'));

        public override string? Find(string name) => files.ContainsKey(name) ? name : null;

        public override string PathOf(string name) => name;

        public override ReadOnlyMemory<byte> ReadAllBytes(string path, int mostBytes)
        {
            ReadOnlyMemory<byte> bytes = Bytes(path);
            return bytes.Length <= mostBytes ? bytes : throw new InvalidDataException($"'{path}' has {bytes.Length} bytes; at most {mostBytes} are read.");
        }

        internal override string FullPath(string path) => path;

        internal override string OwnerOf(string part) => part.Length == 0 ? "The dictionary of files" : $"The dictionary of files, in '{part}',";

        internal override ByteSource Open(string path) => new MemoryBytes(Bytes(path));

        private ReadOnlyMemory<byte> Bytes(string path) => !files.TryGetValue(path, out ReadOnlyMemory<byte> bytes)
            ? throw new FileNotFoundException($"{Owner} has no {path}.", path)
            : bytes.Length > 0 ? bytes : throw new InvalidDataException($"'{path}' has no bytes: it is empty.");
    }
}

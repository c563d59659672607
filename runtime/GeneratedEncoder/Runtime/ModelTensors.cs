using System.ComponentModel;
using GeneratedEncoder.Safetensors;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// A model file as a generated encoder asks for it: tensors by their name without prefix, each checked against the
/// shape that the encoder was compiled for. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial class ModelTensors : IDisposable
{
    private readonly SafetensorsModel _file;
    private readonly string _prefix;
    private readonly List<NarrowTable> _narrow = [];
    private WordTableFormat _wordTable;

    private ModelTensors(SafetensorsModel file, string prefix)
    {
        _file = file;
        _prefix = prefix;
    }

    /// <summary>Opens a model's safetensors files and finds the prefix of the encoder's tensors in it.</summary>
    /// <param name="path">A model.safetensors, the index of several (model.safetensors.index.json), or the folder of either.</param>
    /// <param name="anchor">A name that every such model has, without prefix.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or holds no such encoder.</exception>
    /// <exception cref="IOException">The file can't be opened.</exception>
    public static ModelTensors Open(string path, string anchor) => Open(SafetensorsModel.Open(path), anchor);

    /// <summary>The same for the files of a model's folder in memory.</summary>
    /// <param name="files">Each file's bytes by its path in the folder. They must not change while the encoder is in use.</param>
    /// <param name="anchor">A name that every such model has, without prefix.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or they hold no such encoder.</exception>
    /// <exception cref="FileNotFoundException">There is no model.safetensors and no index of several.</exception>
    public static ModelTensors Open(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string anchor) => Open(SafetensorsModel.Open(ModelSource.InMemory(files)), anchor);

    /// <summary>The same for the bytes of a safetensors file.</summary>
    /// <param name="model">The file's bytes. They must not change while the encoder is in use.</param>
    /// <param name="anchor">A name that every such model has, without prefix.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged, or hold no such encoder.</exception>
    public static ModelTensors Open(ReadOnlyMemory<byte> model, string anchor) =>
        Open(new Dictionary<string, ReadOnlyMemory<byte>> { [SafetensorsModel.FileName] = model }, anchor);

    /// <summary>The same for a stream, from where it stands to its end. It stays open.</summary>
    /// <param name="model">A safetensors file's bytes.</param>
    /// <param name="anchor">A name that every such model has, without prefix.</param>
    /// <exception cref="ArgumentException">The stream can't be read.</exception>
    /// <exception cref="InvalidDataException">The bytes are damaged, too many, or hold no such encoder.</exception>
    /// <exception cref="IOException">Reading failed.</exception>
    public static ModelTensors Open(Stream model, string anchor)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.CanRead)
        {
            throw new ArgumentException("The stream can't be read: it is closed, or only to be written to.", nameof(model));
        }

        return Open(StreamBytes.ReadToEnd(model, SafetensorsModel.FileName), anchor);
    }

    private static ModelTensors Open(SafetensorsModel file, string anchor)
    {
        try
        {
            return new ModelTensors(file, FindPrefix(file, anchor));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The same file's tensors by their full names. A task model's head stands beside the encoder, not under its prefix.
    /// Lives as long as this does; only this is to be disposed.
    /// </summary>
    public ModelTensors Root => new(_file, "");

    /// <summary>
    /// The weights of a module that comes after the encoder, by their full names. They have a file of their own, in a folder of the model's. To be
    /// disposed by itself.
    /// </summary>
    /// <param name="folder">The module's folder in the model's: "2_Dense".</param>
    /// <exception cref="InvalidDataException">It has no safetensors file, or a damaged one, or the file is a link that leads out of the model's folder.</exception>
    /// <exception cref="IOException">The file is missing, or can't be opened.</exception>
    public ModelTensors OpenModule(string folder) => new(_file.OpenModule(folder), "");

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool HasTensor(string name) => _file.Tensors.ContainsKey(_prefix + name);

    /// <summary>A table [rows, width] whose rows are to be had one by one, as the model has them.</summary>
    public EmbeddingTable OpenTable(string name, int rows, int width) => new(_file, Find(name, rows, width), rows, width);

    /// <summary>The word table [rows, width], as <see cref="EncoderOptions.WordTable"/> says. A narrow one lives as long as this does.</summary>
    /// <exception cref="InvalidDataException">It is missing, or not what it should be.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public EmbeddingTable OpenWordTable(string name, int rows, int width)
    {
        if (_wordTable == WordTableFormat.FromFile)
        {
            return OpenTable(name, rows, width);
        }

        TensorInfo tensor = Find(name, rows, width);
        NarrowTable narrow = new(_file, tensor, rows, width, _wordTable);
        _narrow.Add(narrow);
        return new EmbeddingTable(narrow, tensor, rows, width);
    }

    /// <summary>A word table that files store under either of two names, or under both.</summary>
    public EmbeddingTable OpenWordTable(string name, string otherName, int rows, int width) => OpenWordTable(Either(name, otherName), rows, width);

    /// <summary>
    /// The word table for a head that multiplies by it: with the model's own values, whatever words are looked up in. Heads are float32 in any case, and logits, which
    /// are sums over a row, would show what is rounded off it. It is not held in memory beside a narrow one, but read block by block.
    /// </summary>
    /// <param name="words">As <c>OpenWordTable</c> gave it.</param>
    public EmbeddingTable OpenTied(EmbeddingTable words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return words.IsExact ? words : new EmbeddingTable(_file, words.Tensor, (int)words.Tensor.Shape[0], (int)words.Tensor.Shape[1], mostBytesInMemory: 0);
    }

    /// <summary>From now on refuses weights that are NaN or infinite.</summary>
    internal void RefuseNonFinite() => _file.RefusesNonFinite = true;

    /// <summary>From now on opens word tables in this format.</summary>
    internal void UseWordTable(WordTableFormat format) => _wordTable = format;

    /// <summary>Threads that may read and pack at once.</summary>
    internal int Threads => _file.Threads;

    /// <summary>Lets so many threads read and pack at once.</summary>
    internal void UseThreads(int threads) => _file.Threads = threads;

    /// <summary>
    /// Packs, and says of what: the fingerprint of the names, types, places and elements of all tensors, or parts of them, that were packed. It is of the very elements
    /// that were, whatever becomes of the file meanwhile.
    /// </summary>
    /// <param name="fingerprint">Is given what is read.</param>
    /// <param name="pack">Packs.</param>
    /// <param name="packs">False to leave linear layers' weights as they are, and only to read and check them.</param>
    /// <exception cref="InvalidDataException">A tensor is missing, or not what it should be.</exception>
    internal Fingerprint.Part Identify(Fingerprint fingerprint, Action pack, bool packs)
    {
        (_file.Fingerprint, _file.Packs) = (fingerprint, packs);
        try
        {
            pack();
            return fingerprint.Value;
        }
        finally
        {
            (_file.Fingerprint, _file.Packs) = (null, true);
        }
    }

    /// <summary>What names the model: its file's full path, or its file's name in memory.</summary>
    internal string FullPath => _file.FullPath;

    /// <summary>Refuses to go on with a file that calls read from, if it has become shorter since it was opened.</summary>
    /// <exception cref="InvalidDataException">It has.</exception>
    internal void CheckLengths() => _file.CheckLengths();

    /// <summary>Refuses a file with a tensor that the encoder would have to use but was not compiled for.</summary>
    /// <exception cref="InvalidDataException">The tensor is there.</exception>
    public void Refuse(string name, string because)
    {
        if (_file.Tensors.TryGetValue(_prefix + name, out TensorInfo? tensor))
        {
            throw new InvalidDataException($"'{_file.Path}' has a tensor '{tensor.Name}' of shape {tensor.ShapeText}, but {because}");
        }
    }

    /// <summary>Ends loading. Where the word table was taken into memory, lets go of the files that no call reads from: few models have one left then.</summary>
    internal void CloseUnread()
    {
        if (_wordTable != WordTableFormat.FromFile)
        {
            _file.CloseUnread();
        }
    }

    /// <summary>Closes the file and frees narrow tables; tables from it are gone with it.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _narrow.ForEach(table => table.Dispose());
    }

    /// <summary>Whatever stands before the anchor: nothing, or a task model's name for its encoder ("bert.", "roberta.", ...).</summary>
    private static string FindPrefix(SafetensorsModel file, string anchor)
    {
        string[] candidates = [.. file.Tensors.Keys
            .Where(name => name == anchor || name.EndsWith("." + anchor, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        return candidates.Length switch
        {
            1 => candidates[0][..^anchor.Length],
            0 => throw new InvalidDataException(
                $"'{file.Path}' has no tensor '{anchor}', with or without a prefix: it is not the model that this encoder was compiled for. " +
                $"It has {file.Tensors.Count} tensors{FirstNames(file)}."),
            _ => throw new InvalidDataException(
                $"'{file.Path}' holds several encoders ({string.Join(", ", candidates)}), and it is not clear which is meant."),
        };
    }

    private static string FirstNames(SafetensorsModel file) =>
        file.Tensors.Count == 0 ? "" : $", such as '{file.Tensors.Keys.Order(StringComparer.Ordinal).First()}'";

    /// <summary>The first of two names that there is; the first if there is neither.</summary>
    private string Either(string name, string otherName) => HasTensor(name) || !HasTensor(otherName) ? name : otherName;

    private TensorInfo Find(string name, params ReadOnlySpan<long> shape)
    {
        if (!_file.Tensors.TryGetValue(_prefix + name, out TensorInfo? tensor))
        {
            throw new InvalidDataException($"'{_file.Path}' has no tensor '{_prefix}{name}' (expected with shape {TensorInfo.Describe(shape)}).");
        }

        if (!shape.SequenceEqual(tensor.Shape))
        {
            throw new InvalidDataException(
                $"The tensor '{tensor.Name}' in '{_file.Path}' has shape {tensor.ShapeText}, " +
                $"but this encoder was compiled for {TensorInfo.Describe(shape)}.");
        }

        if (tensor.Type == TensorType.Other)
        {
            throw new InvalidDataException(
                $"The tensor '{tensor.Name}' in '{_file.Path}' has type {tensor.TypeName}; F32, F16 and BF16 are supported.");
        }

        return tensor;
    }
}

using System.ComponentModel;
using GeneratedEncoder.Safetensors;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// A model file as a generated encoder asks for it: tensors by their name without prefix, each checked against the
/// shape that the encoder was compiled for. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ModelTensors : IDisposable
{
    /// <summary>Elements that are read at once: few enough to stay in the L2 cache until they are packed.</summary>
    internal const int BlockElements = 1 << 16;

    private readonly SafetensorsModel _file;
    private readonly string _prefix;

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
    public static ModelTensors Open(string path, string anchor)
    {
        SafetensorsModel file = SafetensorsModel.Open(path);
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
    /// Packs a linear layer, weight [outFeatures, inFeatures] and bias [outFeatures], into panels of 16 columns.
    /// Output features come in groups (attention heads) that each fill a whole number of panels; columns that a group
    /// doesn't fill stay as they are, zero.
    /// </summary>
    /// <param name="name">The layer's name: "encoder.layer.0.output.dense".</param>
    /// <param name="outFeatures">Rows of the weight.</param>
    /// <param name="inFeatures">Columns of the weight.</param>
    /// <param name="groupSize">Output features of a group; <paramref name="outFeatures"/> for a layer without groups.</param>
    /// <param name="groupColumns">Columns that a group takes in the panels, a multiple of 16.</param>
    /// <param name="scale">Multiplies weight and bias: log2(e) / sqrt(d), folded into the queries.</param>
    /// <param name="panels">[columns / 16][inFeatures][16]</param>
    /// <param name="bias">[columns]</param>
    public void PackLinear(
        string name, int outFeatures, int inFeatures, int groupSize, int groupColumns, float scale, Span<float> panels, Span<float> bias)
    {
        int Column(int feature) => feature / groupSize * groupColumns + feature % groupSize;
        TensorInfo weight = Find(name + ".weight", outFeatures, inFeatures);
        int rows = Math.Clamp(BlockElements / inFeatures, 1, outFeatures);
        float[] block = new float[Math.Max(rows * inFeatures, outFeatures)];
        for (int first = 0; first < outFeatures; first += rows)
        {
            Span<float> read = block.AsSpan(0, Math.Min(rows, outFeatures - first) * inFeatures);
            _file.Read(weight, (long)first * inFeatures, read);
            for (int row = 0; row < read.Length / inFeatures; row++)
            {
                PanelPacker.PackRow(read.Slice(row * inFeatures, inFeatures), Column(first + row), scale, panels);
            }
        }

        Span<float> biases = block.AsSpan(0, outFeatures);
        _file.Read(Find(name + ".bias", outFeatures), 0, biases);
        for (int feature = 0; feature < outFeatures; feature++)
        {
            bias[Column(feature)] = biases[feature] * scale;
        }
    }

    /// <summary>Copies a LayerNorm's weight and bias, [size] each; checkpoints of 2018 call them gamma and beta.</summary>
    public void CopyLayerNorm(string name, int size, Span<float> weight, Span<float> bias)
    {
        _file.Read(Find(Has(name + ".weight") ? name + ".weight" : Alternative(name, ".weight", ".gamma"), size), 0, weight[..size]);
        _file.Read(Find(Has(name + ".bias") ? name + ".bias" : Alternative(name, ".bias", ".beta"), size), 0, bias[..size]);
    }

    /// <summary>Copies a vector, [size], that files store under either of two names, or under both.</summary>
    public void CopyVector(string name, string otherName, int size, Span<float> vector) =>
        _file.Read(Find(Has(name) || !Has(otherName) ? name : otherName, size), 0, vector[..size]);

    /// <summary>Copies a small table [rows, width] into rows of <paramref name="stride"/> floats.</summary>
    public void CopyTable(string name, int rows, int width, int stride, Span<float> table)
    {
        Span<float> block = table[..(rows * stride)];
        _file.Read(Find(name, rows, width), 0, block[^(rows * width)..]);
        TensorDecoder.Spread(rows, width, stride, block);
    }

    /// <summary>
    /// Spreads a table of attention biases by bucket, [buckets, heads], into each head's row of biases by distance: from
    /// <paramref name="maxTokens"/> - 1 tokens before the query to as many after it.
    /// </summary>
    /// <param name="name">The table's name.</param>
    /// <param name="buckets">Rows of the table.</param>
    /// <param name="heads">Columns of the table.</param>
    /// <param name="maxTokens">Tokens of the longest text.</param>
    /// <param name="stride">Floats from a head's row to the next; those past the last distance stay as they are, zero.</param>
    /// <param name="scale">Multiplies each bias: log2(e), since softmax takes powers of 2.</param>
    /// <param name="biases">[heads][stride]</param>
    public void CopyRelativeBias(string name, int buckets, int heads, int maxTokens, int stride, float scale, Span<float> biases)
    {
        TensorInfo tensor = Find(name, buckets, heads);
        float[] table = new float[buckets * heads];
        _file.Read(tensor, 0, table);
        for (int place = 0; place < 2 * maxTokens - 1; place++)
        {
            int bucket = RelativeBuckets.Of(place - (maxTokens - 1), buckets);
            for (int head = 0; head < heads; head++)
            {
                biases[head * stride + place] = table[bucket * heads + head] * scale;
            }
        }
    }

    /// <summary>A table [rows, width] whose rows are to be had one by one.</summary>
    public EmbeddingTable OpenTable(string name, int rows, int width) => new(_file, Find(name, rows, width), rows, width);

    /// <summary>From now on refuses weights that are NaN or infinite.</summary>
    internal void RefuseNonFinite() => _file.RefusesNonFinite = true;

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

    /// <summary>Closes the file; tables from <see cref="OpenTable"/> are gone with it.</summary>
    public void Dispose() => _file.Dispose();

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

    private bool Has(string name) => _file.Tensors.ContainsKey(_prefix + name);

    private string Alternative(string name, string current, string legacy) => name + (Has(name + legacy) ? legacy : current);

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

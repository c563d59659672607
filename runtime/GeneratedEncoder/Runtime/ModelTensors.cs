using System.ComponentModel;
using GeneratedEncoder.Safetensors;

namespace GeneratedEncoder.Runtime;

/// <summary>
/// A model file as a generated encoder asks for it: tensors by their name without prefix, each checked against the
/// shape that the encoder was compiled for. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class ModelTensors : IDisposable
{
    private readonly SafetensorsModel _file;
    private readonly string _prefix;

    private ModelTensors(SafetensorsModel file, string prefix)
    {
        _file = file;
        _prefix = prefix;
    }

    /// <summary>Maps a model's safetensors files and finds the prefix of the encoder's tensors in it.</summary>
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
        TensorInfo weight = Find(name + ".weight", outFeatures, inFeatures);
        float[] row = new float[Math.Max(inFeatures, outFeatures)];
        for (int feature = 0; feature < outFeatures; feature++)
        {
            int column = feature / groupSize * groupColumns + feature % groupSize;
            DecodeRow(weight, feature, row.AsSpan(0, inFeatures));
            PanelPacker.PackRow(row.AsSpan(0, inFeatures), column, scale, panels);
        }

        DecodeRow(Find(name + ".bias", outFeatures), 0, row.AsSpan(0, outFeatures));
        for (int feature = 0; feature < outFeatures; feature++)
        {
            bias[feature / groupSize * groupColumns + feature % groupSize] = row[feature] * scale;
        }
    }

    /// <summary>Copies a LayerNorm's weight and bias, [size] each; checkpoints of 2018 call them gamma and beta.</summary>
    public void CopyLayerNorm(string name, int size, Span<float> weight, Span<float> bias)
    {
        DecodeRow(Find(Has(name + ".weight") ? name + ".weight" : Alternative(name, ".weight", ".gamma"), size), 0, weight[..size]);
        DecodeRow(Find(Has(name + ".bias") ? name + ".bias" : Alternative(name, ".bias", ".beta"), size), 0, bias[..size]);
    }

    /// <summary>Copies a vector, [size], that files store under either of two names, or under both.</summary>
    public void CopyVector(string name, string otherName, int size, Span<float> vector) =>
        DecodeRow(Find(Has(name) || !Has(otherName) ? name : otherName, size), 0, vector[..size]);

    /// <summary>Copies a small table [rows, width] into rows of <paramref name="stride"/> floats.</summary>
    public void CopyTable(string name, int rows, int width, int stride, Span<float> table)
    {
        TensorInfo tensor = Find(name, rows, width);
        for (int row = 0; row < rows; row++)
        {
            DecodeRow(tensor, row, table.Slice(row * stride, width));
        }
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
        float[] row = new float[heads];
        for (int place = 0; place < 2 * maxTokens - 1; place++)
        {
            DecodeRow(tensor, RelativeBuckets.Of(place - (maxTokens - 1), buckets), row);
            for (int head = 0; head < heads; head++)
            {
                biases[head * stride + place] = row[head] * scale;
            }
        }
    }

    /// <summary>A table [rows, width] that is read where it lies.</summary>
    public EmbeddingTable MapTable(string name, int rows, int width)
    {
        TensorInfo tensor = Find(name, rows, width);
        return new EmbeddingTable(_file.AddressOf(tensor), tensor.Type, rows, width);
    }

    /// <summary>Refuses a file with a tensor that the encoder would have to use but was not compiled for.</summary>
    /// <exception cref="InvalidDataException">The tensor is there.</exception>
    public void Refuse(string name, string because)
    {
        if (_file.Tensors.TryGetValue(_prefix + name, out TensorInfo? tensor))
        {
            throw new InvalidDataException($"'{_file.Path}' has a tensor '{tensor.Name}' of shape {tensor.ShapeText}, but {because}");
        }
    }

    /// <summary>Unmaps the file; tables from <see cref="MapTable"/> are gone with it.</summary>
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

    private void DecodeRow(TensorInfo tensor, int row, Span<float> destination)
    {
        int rowBytes = destination.Length * SafetensorsHeader.ElementSize(tensor.Type);
        byte* start = _file.AddressOf(tensor) + (long)row * rowBytes;
        TensorDecoder.Decode(new ReadOnlySpan<byte>(start, rowBytes), tensor.Type, destination);
    }
}

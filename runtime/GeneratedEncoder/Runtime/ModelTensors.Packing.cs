using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using GeneratedEncoder.Safetensors;

namespace GeneratedEncoder.Runtime;

/// <summary>The part that brings tensors into the form in which an encoder computes with them.</summary>
public sealed partial class ModelTensors
{
    /// <summary>Elements that are read at once: few enough to stay in the L2 cache until they are packed.</summary>
    internal const int BlockElements = 1 << 16;

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
        PackWeight(name + ".weight", outFeatures, 0, outFeatures, inFeatures, groupSize, groupColumns, 1, scale, panels);
        PackBias(name + ".bias", outFeatures, 0, outFeatures, groupSize, groupColumns, 1, scale, bias);
    }

    /// <summary>
    /// Packs some rows of a weight [totalRows, inFeatures] as <see cref="PackLinear"/> does. Files have the weights of several layers in one tensor:
    /// queries, keys and values, or both halves of a gated feed-forward network.
    /// </summary>
    /// <param name="tensor">The tensor's whole name: "layers.0.attn.Wqkv.weight".</param>
    /// <param name="totalRows">Rows of the tensor.</param>
    /// <param name="firstRow">The first that is packed.</param>
    /// <param name="rows">How many are: the layer's output features.</param>
    /// <param name="inFeatures">Columns of the tensor.</param>
    /// <param name="groupSize">Output features of a group; <paramref name="rows"/> for a layer without groups.</param>
    /// <param name="groupColumns">Columns that a group takes in the panels, a multiple of 16.</param>
    /// <param name="panelStep">
    /// Panels from one to the next: 1, or 2 to leave every other one to the gate's other half, which starts a panel later.
    /// </param>
    /// <param name="scale">Multiplies each weight.</param>
    /// <param name="panels">[columns / 16 * panelStep][inFeatures][16], from the layer's first panel on.</param>
    public void PackWeight(
        string tensor, int totalRows, int firstRow, int rows, int inFeatures, int groupSize, int groupColumns, int panelStep, float scale, Span<float> panels) =>
        PackWeight(WeightFormat.Float32, tensor, totalRows, firstRow, rows, inFeatures, groupSize, groupColumns, panelStep, scale, panels);

    /// <summary>Packs some rows of a weight likewise, in any format.</summary>
    /// <param name="format">How weights are held.</param>
    /// <param name="tensor">The tensor's whole name: "layers.0.attn.Wqkv.weight".</param>
    /// <param name="totalRows">Rows of the tensor.</param>
    /// <param name="firstRow">The first that is packed.</param>
    /// <param name="rows">How many are: the layer's output features.</param>
    /// <param name="inFeatures">Columns of the tensor.</param>
    /// <param name="groupSize">Output features of a group; <paramref name="rows"/> for a layer without groups.</param>
    /// <param name="groupColumns">Columns that a group takes in the panels, a multiple of 16.</param>
    /// <param name="panelStep">Panels from one to the next.</param>
    /// <param name="scale">Multiplies each weight; 1 for <see cref="WeightFormat.BFloat16"/>, whose weights stay those of the file.</param>
    /// <param name="panels">[columns / 16 * panelStep] panels of the format, from the layer's first panel on.</param>
    public void PackWeight(
        WeightFormat format, string tensor, int totalRows, int firstRow, int rows, int inFeatures, int groupSize, int groupColumns, int panelStep, float scale, Span<float> panels)
    {
        TensorInfo weight = Find(tensor, totalRows, inFeatures);
        CheckSlice(totalRows, firstRow, rows);
        PackRows(format, weight, firstRow, rows, taps: 1, feature => ColumnOf(feature, groupSize, groupColumns, panelStep), scale, panels);
    }

    /// <summary>Packs some elements of a bias [totalRows], to where <c>PackWeight</c> packs the rows they belong to.</summary>
    /// <param name="tensor">The tensor's whole name: "layers.0.attn.Wqkv.bias".</param>
    /// <param name="totalRows">Elements of the tensor.</param>
    /// <param name="firstRow">The first that is packed.</param>
    /// <param name="rows">How many are.</param>
    /// <param name="groupSize">Output features of a group; <paramref name="rows"/> for a layer without groups.</param>
    /// <param name="groupColumns">Columns that a group takes in the panels, a multiple of 16.</param>
    /// <param name="panelStep">Panels from one to the next.</param>
    /// <param name="scale">Multiplies each element.</param>
    /// <param name="bias">[columns / 16 * panelStep][16], from the layer's first panel on.</param>
    public void PackBias(
        string tensor, int totalRows, int firstRow, int rows, int groupSize, int groupColumns, int panelStep, float scale, Span<float> bias)
    {
        float[] slice = new float[rows];
        CopyVectorSlice(tensor, totalRows, firstRow, rows, slice);
        for (int feature = 0; feature < rows; feature++)
        {
            bias[ColumnOf(feature, groupSize, groupColumns, panelStep)] = slice[feature] * scale;
        }
    }

    /// <summary>
    /// Packs a convolution along the text, weight [outChannels, inChannels, taps], as the linear layer that it is: its inputs are the channels of the
    /// first tap's token, then those of the second's, and so on.
    /// </summary>
    /// <param name="tensor">The tensor's whole name: "encoder.conv.conv.weight".</param>
    /// <param name="outChannels">Output features.</param>
    /// <param name="inChannels">Channels of a token.</param>
    /// <param name="taps">Tokens that an output is computed from: the kernel's size.</param>
    /// <param name="scale">Multiplies each weight.</param>
    /// <param name="panels">[columns / 16][taps * inChannels][16]</param>
    public void PackConvolution(string tensor, int outChannels, int inChannels, int taps, float scale, Span<float> panels) =>
        PackRows(WeightFormat.Float32, Find(tensor, outChannels, inChannels, taps), 0, outChannels, taps, feature => feature, scale, panels);

    /// <summary>Copies a LayerNorm's weight and bias, [size] each; checkpoints of 2018 call them gamma and beta.</summary>
    public void CopyLayerNorm(string name, int size, Span<float> weight, Span<float> bias)
    {
        CopyNormWeight(name, size, 0, 1, weight);
        CopyNormBias(name, size, 1, bias);
    }

    /// <summary>Copies a norm's weight, [size], or gamma: (weight + add) * scale.</summary>
    /// <param name="name">The norm's name, without ".weight".</param>
    /// <param name="size">Elements.</param>
    /// <param name="add">1 for a norm that multiplies by 1 + weight, 0 for others.</param>
    /// <param name="scale">What follows the norm and is folded into it, such as log2(e) / sqrt(d) for queries; 1 for none.</param>
    /// <param name="weight">[size], and what stays as it is.</param>
    public void CopyNormWeight(string name, int size, float add, float scale, Span<float> weight)
    {
        CopyVector(name + ".weight", name + ".gamma", size, weight);
        for (int i = 0; i < size && (add, scale) != (0, 1); i++)
        {
            weight[i] = (weight[i] + add) * scale;
        }
    }

    /// <summary>Copies a norm's bias, [size], or beta, times a scale.</summary>
    /// <param name="name">The norm's name, without ".bias".</param>
    /// <param name="size">Elements.</param>
    /// <param name="scale">What the weight is multiplied by, too.</param>
    /// <param name="bias">[size], and what stays as it is.</param>
    public void CopyNormBias(string name, int size, float scale, Span<float> bias)
    {
        CopyVector(name + ".bias", name + ".beta", size, bias);
        for (int i = 0; i < size && scale != 1; i++)
        {
            bias[i] *= scale;
        }
    }

    /// <summary>Copies a vector, [size], that files store under either of two names, or under both.</summary>
    public void CopyVector(string name, string otherName, int size, Span<float> vector) =>
        Read(Find(Either(name, otherName), size), 0, vector[..size]);

    /// <summary>Copies some elements of a vector [total].</summary>
    public void CopyVectorSlice(string tensor, int total, int first, int size, Span<float> vector)
    {
        TensorInfo whole = Find(tensor, total);
        CheckSlice(total, first, size);
        Read(whole, first, vector[..size]);
    }

    /// <summary>Copies a small table [rows, width] into rows of <paramref name="stride"/> floats.</summary>
    public void CopyTable(string name, int rows, int width, int stride, Span<float> table)
    {
        Span<float> block = table[..(rows * stride)];
        Read(Find(name, rows, width), 0, block[^(rows * width)..]);
        TensorDecoder.Spread(rows, width, stride, block);
    }

    /// <summary>
    /// Spreads a table of attention biases by bucket, [buckets, heads], into each head's row of biases by distance: from
    /// <paramref name="maxTokens"/> - 1 tokens before the query to as many after it.
    /// </summary>
    /// <param name="name">The table's name.</param>
    /// <param name="buckets">Rows of the table.</param>
    /// <param name="maxDistance">The distance from which on all is one bucket: 128 in MPNet.</param>
    /// <param name="heads">Columns of the table.</param>
    /// <param name="maxTokens">Tokens of the longest text.</param>
    /// <param name="stride">Floats from a head's row to the next; those past the last distance stay as they are, zero.</param>
    /// <param name="scale">Multiplies each bias: log2(e), since softmax takes powers of 2.</param>
    /// <param name="biases">[heads][stride]</param>
    public void CopyRelativeBias(string name, int buckets, int maxDistance, int heads, int maxTokens, int stride, float scale, Span<float> biases)
    {
        TensorInfo tensor = Find(name, buckets, heads);
        float[] table = new float[buckets * heads];
        Read(tensor, 0, table);
        for (int place = 0; place < 2 * maxTokens - 1; place++)
        {
            int bucket = RelativeBuckets.Of(place - (maxTokens - 1), buckets, maxDistance);
            for (int head = 0; head < heads; head++)
            {
                biases[head * stride + place] = table[bucket * heads + head] * scale;
            }
        }
    }

    /// <summary>Where an output feature goes.</summary>
    private static int ColumnOf(int feature, int groupSize, int groupColumns, int panelStep)
    {
        int column = feature / groupSize * groupColumns + feature % groupSize;
        return column / PanelPacker.Width * PanelPacker.Width * panelStep + column % PanelPacker.Width;
    }

    /// <summary>What lies beyond a tensor in the file is another one.</summary>
    private static void CheckSlice(int total, int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, total, nameof(count));
    }

    /// <summary>Reads some of a tensor's elements, as all that is small.</summary>
    private void Read(TensorInfo tensor, long first, Span<float> destination)
    {
        _file.Read(tensor, first, destination);
        if (_file.Fingerprint is { } fingerprint)
        {
            Describe(fingerprint, tensor, first, destination.Length);
            fingerprint.Add(fingerprint.Of(MemoryMarshal.AsBytes(destination)));
        }
    }

    /// <summary>Says which elements come next.</summary>
    private static void Describe(Fingerprint fingerprint, TensorInfo tensor, long first, long count) =>
        fingerprint.Add(string.Create(CultureInfo.InvariantCulture, $"{tensor.Name} {tensor.TypeName} {tensor.ShapeText} {first} {count}"));

    /// <summary>Reads rows in blocks, and packs each into the column of its output feature. Blocks are shared among the load's threads: no two have a column in common.</summary>
    private unsafe void PackRows(WeightFormat format, TensorInfo weight, int firstRow, int rows, int taps, Func<int, int> columnOf, float scale, Span<float> panels)
    {
        int width = (int)(weight.Shape[1] * taps), most = RowsOfBlock(width, rows), blocks = (rows + most - 1) / most;
        Fingerprint? fingerprint = _file.Fingerprint;
        Fingerprint.Part[] parts = fingerprint is null ? [] : new Fingerprint.Part[blocks];
        fixed (float* start = panels)
        {
            // A span can't be handed to other threads. The panels stay where they are until the last of these is done.
            float* place = start;
            int length = panels.Length;
            LoadBlocks.Run(blocks, _file.Threads, index =>
            {
                int first = index * most, count = Math.Min(most, rows - first);

                // Bytes, whose pool .NET has precompiled: of floats, the first load of a process would wait for that.
                byte[] block = ArrayPool<byte>.Shared.Rent(checked(count * width * sizeof(float)));
                try
                {
                    Span<float> values = MemoryMarshal.Cast<byte, float>(block.AsSpan(0, count * width * sizeof(float)));
                    _file.Read(weight, (long)(firstRow + first) * width, values);
                    if (fingerprint is not null)
                    {
                        parts[index] = fingerprint.Of(MemoryMarshal.AsBytes(values));
                    }

                    if (_file.Packs)
                    {
                        TapsFirst(values, width, taps);
                        PackBlock(format, values, width, row => columnOf(first + row), scale, new Span<float>(place, length));
                    }
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(block);
                }
            });
        }

        if (fingerprint is not null)
        {
            Describe(fingerprint, weight, (long)firstRow * width, (long)rows * width);
            Array.ForEach(parts, fingerprint.Add);
        }
    }

    /// <summary>Whole panels' rows, where a block takes as many.</summary>
    private static int RowsOfBlock(int width, int rows)
    {
        int most = Math.Clamp(BlockElements / width, 1, rows);
        return most < PanelPacker.Width ? most : most / PanelPacker.Width * PanelPacker.Width;
    }

    /// <summary>Packs rows together that go side by side into the same panel.</summary>
    private static void PackBlock(WeightFormat format, ReadOnlySpan<float> rows, int width, Func<int, int> columnOf, float scale, Span<float> panels)
    {
        for (int row = 0, total = rows.Length / width, count; row < total; row += count)
        {
            int column = columnOf(row);
            for (count = 1; row + count < total && (column + count) % PanelPacker.Width != 0 && columnOf(row + count) == column + count;)
            {
                count++;
            }

            PackRows(format, rows.Slice(row * width, count * width), count, column, scale, panels);
        }
    }

    private static void PackRows(WeightFormat format, ReadOnlySpan<float> rows, int count, int column, float scale, Span<float> panels)
    {
        switch (format)
        {
            case WeightFormat.Float32: PanelPacker.PackRows(rows, count, column, scale, panels); break;
            case WeightFormat.BFloat16 when scale == 1: BFloat16Packer.PackRows(rows, count, column, panels); break;
            case WeightFormat.Int8: Int8Packer.PackRows(rows, count, column, scale, panels); break;
            default: throw new ArgumentOutOfRangeException(nameof(format), format, $"Weights can't be packed as {format} with a scale of {scale}.");
        }
    }

    /// <summary>Each row from [channels][taps] to [taps][channels].</summary>
    private static void TapsFirst(Span<float> rows, int width, int taps)
    {
        int channels = width / taps;
        float[] turned = new float[taps > 1 ? width : 0];
        for (Span<float> row = rows; taps > 1 && row.Length > 0; row = row[width..])
        {
            for (int i = 0; i < width; i++)
            {
                turned[i % taps * channels + i / taps] = row[i];
            }

            turned.CopyTo(row);
        }
    }
}

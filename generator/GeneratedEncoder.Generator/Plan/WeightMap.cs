using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>Where each packed tensor lies in the one block of weights that an instance owns.</summary>
internal sealed record WeightMap
{
    /// <summary>What all layers share: embedding tables, their norm and projection, what belongs to positions, the last norm, modules, the head.</summary>
    public required MemoryMap Shared { get; init; }

    /// <summary>One set of layer weights, from its own start; as a rule each layer has its own.</summary>
    public required MemoryMap Layer { get; init; }

    /// <summary>Start of the first set of layer weights.</summary>
    public long Layers => Shared.Floats;

    /// <summary>From one set of layer weights to the next.</summary>
    public long LayerStride => Layer.Floats;

    public required int LayerSets { get; init; }

    /// <summary>Layers, one after another, that use the same set of weights.</summary>
    public required int LayersPerSet { get; init; }

    public long Bytes => (Layers + LayerSets * LayerStride) * sizeof(float);

    public static WeightMap For(EncoderSpec spec, EncoderParts parts)
    {
        MemoryMap.Builder shared = MemoryMap.At(0).Add("Zeros", 2 * Panel.Width, "bias of products that have none");
        AddEmbeddings(shared, parts.Embeddings);
        AddPositions(shared, parts.Attention);
        AddNorm(shared, "FinalNorm", parts.FinalNorm);
        if (parts.Convolution is { } convolution)
        {
            AddLinear(shared, "Convolution", convolution.Product);
            AddNorm(shared, "ConvolutionNorm", convolution.Norm);
        }

        foreach (ModulePlan module in parts.Pooling.Modules)
        {
            AddLinear(shared, module.Name, module.Dense);
            AddNorm(shared, module.Name, module.Norm);
        }

        AddHead(shared, parts.Head);
        return new WeightMap
        {
            LayerSets = spec.LayerSets,
            LayersPerSet = spec.NumHiddenLayers / spec.LayerSets,
            Shared = shared.Build(),
            Layer = LayerMap(parts.Attention, parts.FeedForward),
        };
    }

    private static MemoryMap LayerMap(AttentionPlan attention, FeedForwardPlan feedForward)
    {
        MemoryMap.Builder map = MemoryMap.At(0);
        AddLinear(map, "Qkv", attention.Qkv);
        AddLinear(map, "Output", attention.Output);
        AddNorms(map, "Attention", attention.Norms);
        if (attention.QueryKeyNorms is { } norms)
        {
            AddNorm(map, "QueryNorm", norms.Norm, norms.IsByHead ? 1 : attention.Heads, attention.HeadColumns);
            AddNorm(map, "KeyNorm", norms.Norm, norms.IsByHead ? 1 : attention.KeyValueHeads, attention.HeadColumns);
        }

        if (attention.Disentangled is { } positions)
        {
            string meaning = $"[{positions.Heads}][{Panel.Pad(positions.Rows) / Panel.Width}][{positions.HeadSize}][{Panel.Width}]";
            map.AddIf(positions.Block.ContentToPosition, "KeyPositions", positions.PanelFloats, meaning + " each head's keys of positions")
                .AddIf(positions.Block.PositionToContent, "QueryPositions", positions.PanelFloats, meaning + " each head's queries of positions");
        }

        AddLinear(map, "Up", feedForward.Up);
        AddLinear(map, "Down", feedForward.Down);
        AddNorms(map, "FeedForward", feedForward.Norms);
        bool lacksBias = new[] { attention.Qkv, attention.Output, feedForward.Up, feedForward.Down }.Any(product => !product.HasBias);
        return map.AddIf(lacksBias, "Zeros", 2 * Panel.Width, "bias of products that have none").Build();
    }

    private static void AddEmbeddings(MemoryMap.Builder map, EmbeddingsPlan? embeddings)
    {
        if (embeddings is null)
        {
            return;
        }

        long width = embeddings.Columns;
        foreach ((string name, Table? table) in new[] { ("Positions", embeddings.Block.Positions), ("TokenTypes", embeddings.Block.Types) })
        {
            map.AddIf(table is not null, name, (table?.Rows ?? 0) * width, $"[{table?.Rows}][{width}]");
        }

        AddNorm(map, "EmbeddingNorm", embeddings.Norm);
        AddLinear(map, "Projection", embeddings.Projection);
    }

    private static void AddPositions(MemoryMap.Builder map, AttentionPlan attention)
    {
        if (attention.RelativeBias is { } bias)
        {
            map.Add("RelativeBias", bias.Floats, $"[{bias.Heads}][{bias.Stride}] each head's biases by distance, times log2(e); distance 0 stands at {bias.Center}");
        }

        if (attention.Rotary is { } rotary)
        {
            string tables = rotary.Tables.Count == 1 ? "" : $"[{rotary.Tables.Count}]";
            map.Add("Rotary", rotary.Tables.Count * rotary.TableFloats, $"{tables}[{rotary.Positions}][{rotary.Stride}] each position's {rotary.Pairs} cosines, and from column {rotary.SineColumn} on sines");
        }

        if (attention.Disentangled is { } positions)
        {
            map.Add("PositionRows", 2L * positions.MaxTokens, $"[{2 * positions.MaxTokens - 1}] whole numbers: the row of a distance from query to key; distance 0 stands at {positions.MaxTokens - 1}");
        }
    }

    private static void AddHead(MemoryMap.Builder map, HeadPlan? head)
    {
        AddLinear(map, "HeadDense", head?.Dense);
        AddNorm(map, "HeadNorm", head?.Norm);
        AddLinear(map, "Classifier", head?.Classifier);
        map.AddIf(head?.Decoder is { HasBias: true }, "DecoderBias", head?.Decoder?.Words ?? 0, $"[{head?.Decoder?.Words}]");
    }

    private static void AddNorms(MemoryMap.Builder map, string subLayer, SubLayerPlan norms)
    {
        foreach ((string place, NormPlan norm) in norms.All)
        {
            AddNorm(map, subLayer + place, norm);
        }
    }

    private static void AddNorm(MemoryMap.Builder map, string name, NormPlan? norm) => AddNorm(map, name, norm, 1, norm?.Columns ?? 0);

    /// <summary>A norm's gains and biases, those of several heads one after another.</summary>
    private static void AddNorm(MemoryMap.Builder map, string name, NormPlan? norm, int heads, int columns)
    {
        if (norm is not null)
        {
            string shape = heads == 1 ? $"[{columns}]" : $"[{heads}][{columns}]";
            map.Add(name + "Weight", (long)heads * columns, shape).AddIf(norm.HasBias, name + "Bias", (long)heads * columns, shape);
        }
    }

    private static void AddLinear(MemoryMap.Builder map, string name, LinearPlan? linear)
    {
        if (linear is not null)
        {
            string shape = linear.Format switch
            {
                WeightFormat.BFloat16 when linear.Float32Columns > 0 => $"[{linear.Float32Columns / Panel.Width}][{linear.K}][{Panel.Width}] of queries, then [{(linear.Columns - linear.Float32Columns) / Panel.Width}][{(linear.K + 1) / 2}][{Panel.Width}][2] of 16 bits",
                WeightFormat.BFloat16 => $"[{linear.Columns / Panel.Width}][{(linear.K + 1) / 2}][{Panel.Width}][2] of 16 bits",
                WeightFormat.Int8 => $"[{linear.Columns / Panel.Width}][{linear.Blocks}] blocks: {Panel.Width} corrections, [{Int8Layout.Lines}][{Panel.Width}][{Int8Layout.LineInputs}] of 8 bits, {Panel.Width} scales",
                _ => $"[{linear.Columns / Panel.Width}][{linear.K}][{Panel.Width}]",
            };
            map.Add(name + "Panels", linear.FloatsOf(linear.Columns), shape)
                .AddIf(linear.HasBias, name + "Bias", linear.Columns, $"[{linear.Columns}]");
        }
    }
}

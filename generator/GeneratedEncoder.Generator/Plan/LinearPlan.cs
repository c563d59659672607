using GeneratedEncoder.Generator.Spec;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Generator.Plan;

/// <summary>What happens to a product before it is stored.</summary>
internal enum Epilogue
{
    /// <summary>Nothing more than the bias that the sums start from.</summary>
    Bias,

    /// <summary>Nothing more either, but each attention head's columns go to a matrix of their own.</summary>
    Heads,

    /// <summary>The activation.</summary>
    Activation,

    /// <summary>The activation of one half, which the other half multiplies.</summary>
    Gated,

    /// <summary>It is added to what stands there.</summary>
    Residual,
}

/// <summary>One distinct product of activations with packed weights; every layer uses the same code.</summary>
internal sealed record LinearPlan
{
    /// <summary>What the product is for: "feed-forward up-projection".</summary>
    public required string Purpose { get; init; }

    /// <summary>Input features.</summary>
    public required int K { get; init; }

    /// <summary>Columns computed, a whole number of panels.</summary>
    public required int Columns { get; init; }

    /// <summary>Floats between rows of the input.</summary>
    public required int XStride { get; init; }

    /// <summary>Floats between rows of the output.</summary>
    public required int YStride { get; init; }

    public required Epilogue Epilogue { get; init; }

    /// <summary>Which activation, with <see cref="Epilogue.Activation"/> and <see cref="Epilogue.Gated"/>.</summary>
    public Activation? Activation { get; init; }

    /// <summary>Whether sums start from a bias; else from zeros.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>The emitted type's name. Grammar: Linear_K{input features}_N{columns}_{epilogue}.</summary>
    public required string Name { get; init; }

    /// <summary>How the weights are held.</summary>
    public WeightFormat Format { get; init; }

    /// <summary>
    /// Columns at the start whose weights are float32 whatever the format: those of queries in 16 bits, since what is folded into them would be rounded, and a
    /// file of 16 bits would no longer give the bits that it has in float32.
    /// </summary>
    public int Float32Columns { get; init; }

    /// <summary>The product over those columns alone.</summary>
    public LinearPlan Float32Part => this with { Format = WeightFormat.Float32, Columns = Float32Columns, Float32Columns = 0 };

    /// <summary>Floats of memory from one panel to the next.</summary>
    public int PanelFloats => Format switch
    {
        WeightFormat.BFloat16 => (K + 1) / 2 * Panel.Width,
        WeightFormat.Int8 => Blocks * Int8Layout.BlockFloats,
        _ => K * Panel.Width,
    };

    /// <summary>Bytes of one panel, which all rows pass before the next one's turn.</summary>
    public long PanelBytes => (long)PanelFloats * sizeof(float);

    /// <summary>Blocks of eight-bit weights in a panel.</summary>
    public int Blocks => Int8Layout.Blocks(K);

    /// <summary>
    /// Bytes between rows of the input in eight bits. As with rows of floats, a distance that is a multiple of 1 KiB would crowd a tile's rows into a few
    /// sets of the L1 cache.
    /// </summary>
    public int QuantisedStride => Blocks * Int8Layout.BlockInputs % 1024 == 0 ? (Blocks + 1) * Int8Layout.BlockInputs : Blocks * Int8Layout.BlockInputs;

    /// <summary>Whether the input's rows come in eight bits with their scales; other products of such weights make them so.</summary>
    public bool TakesInt8 { get; init; }

    /// <summary>Whether the result's rows are made rows of eight bits, a block of columns at a time: those between the feed-forward network's two products.</summary>
    public bool MakesInt8 => Format == WeightFormat.Int8 && Epilogue is Epilogue.Activation or Epilogue.Gated;

    /// <summary>Floats of so many columns' panels.</summary>
    public long FloatsOf(int columns) => (long)Math.Min(columns, Float32Columns) * K + (long)(Math.Max(0, columns - Float32Columns) / Panel.Width) * PanelFloats;

    /// <summary>The cache that keeps a tile's panels while rows pass: L1 has 32 KiB or more.</summary>
    public string PanelCache(int panels) => panels * PanelBytes <= 32 * 1024 ? "L1" : "L2";

    /// <summary>
    /// Floats from the first of these panels to the one that follows them, which is prefetched meanwhile: a layer's products lie in the
    /// order of their use, so even the last panel is followed by the next product's first. All tiles together fetch each line about
    /// once, and at an even pace: fetching all lines in every tile took a fifth of the speed from 18 rows on (Zen 3), fetching
    /// them at once in the first tiles a twentieth (Zen 5).
    /// </summary>
    public int PrefetchAhead(int panels) => panels * PanelFloats;

    /// <summary>Floats between rows of what a tile writes.</summary>
    public int TileYStride => Epilogue == Epilogue.Gated ? GateColumns : YStride;

    /// <summary>What tiles of so many panels are told of it.</summary>
    public ProductStrides Strides(int panels) => new(XStride, Panel.Width, PanelFloats, TileYStride, PrefetchAhead(panels), Epilogue == Epilogue.Residual);

    /// <summary>Columns that a gated product computes at a time, into memory of their own: a panel of each half.</summary>
    public const int GateColumns = 2 * Panel.Width;

    public static string NameOf(int k, int columns, string epilogue) => $"Linear_K{k}_N{columns}_{epilogue}";

    /// <summary>The same product with its weights in this format.</summary>
    public LinearPlan In(WeightFormat format) => format == WeightFormat.Float32 ? this : this with { Format = format, Name = $"{Name}_{format}" };

    /// <summary>A block's layer as a product over whole rows.</summary>
    public static LinearPlan Of(Linear layer, string purpose, string ending, int xStride, int yStride, Epilogue epilogue, Activation? activation = null) => new()
    {
        Purpose = purpose,
        Name = NameOf(layer.In, Panel.Pad(layer.Out), ending),
        K = layer.In,
        Columns = Panel.Pad(layer.Out),
        XStride = xStride,
        YStride = yStride,
        Epilogue = epilogue,
        Activation = activation,
        HasBias = layer.HasBias,
    };
}

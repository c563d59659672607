using GeneratedEncoder.Generator.Spec;

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

    /// <summary>Floats from one panel to the next.</summary>
    public int PanelFloats => K * Panel.Width;

    /// <summary>Bytes of one panel, which all rows pass before the next one's turn.</summary>
    public long PanelBytes => (long)K * Panel.Width * sizeof(float);

    /// <summary>The cache that keeps a tile's panels while rows pass: L1 has 32 KiB or more.</summary>
    public string PanelCache(int panels) => panels * PanelBytes <= 32 * 1024 ? "L1" : "L2";

    /// <summary>
    /// Floats from the first of these panels to the one that follows them, which is prefetched meanwhile: a layer's products lie in the
    /// order of their use, so even the last panel is followed by the next product's first. All tiles together fetch each line about
    /// once, and at an even pace: fetching all lines in every tile took a fifth of the speed from 18 rows on (Zen 3), fetching
    /// them at once in the first tiles a twentieth (Zen 5).
    /// </summary>
    public int PrefetchAhead(int panels) => panels * K * Panel.Width;

    /// <summary>What tiles of so many panels are told of it.</summary>
    public ProductStrides Strides(int panels) => new(XStride, Panel.Width, PanelFloats, Epilogue == Epilogue.Gated ? GateColumns : YStride, PrefetchAhead(panels), Epilogue == Epilogue.Residual);

    /// <summary>Columns that a gated product computes at a time, into memory of their own: a panel of each half.</summary>
    public const int GateColumns = 2 * Panel.Width;

    public static string NameOf(int k, int columns, string epilogue) => $"Linear_K{k}_N{columns}_{epilogue}";

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

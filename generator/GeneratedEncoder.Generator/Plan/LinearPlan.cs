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

    /// <summary>Which activation, with <see cref="Epilogue.Activation"/>.</summary>
    public Activation? Activation { get; init; }

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
    public ProductStrides Strides(int panels) => new(XStride, Panel.Width, PanelFloats, YStride, PrefetchAhead(panels), Epilogue == Epilogue.Residual);

    public static string NameOf(int k, int columns, string epilogue) => $"Linear_K{k}_N{columns}_{epilogue}";
}

/// <summary>The feed-forward network: two products and the rows that go through both before the next rows start.</summary>
internal sealed record FeedForwardPlan
{
    private const int CacheBytes = 1024 * 1024;
    private const int MostRows = 240;

    public required LinearPlan Up { get; init; }
    public required LinearPlan Down { get; init; }

    /// <summary>Rows of a block. Their inner activations stay in the L2 cache between the two products.</summary>
    public required int BlockRows { get; init; }

    public string BlockReason => $"{BlockRows} rows of inner activations are {Units.Kibibytes((long)BlockRows * Up.YStride * sizeof(float))}, which stay in the L2 cache";

    public static FeedForwardPlan For(EncoderSpec spec)
    {
        int hidden = Panel.RowStride(spec.HiddenSize), inner = Panel.RowStride(spec.IntermediateSize);
        int innerColumns = Panel.Pad(spec.IntermediateSize), hiddenColumns = Panel.Pad(spec.HiddenSize);
        return new FeedForwardPlan
        {
            Up = new LinearPlan
            {
                Purpose = "feed-forward up-projection",
                Name = LinearPlan.NameOf(spec.HiddenSize, innerColumns, spec.HiddenAct.ToString()),
                K = spec.HiddenSize,
                Columns = innerColumns,
                XStride = hidden,
                YStride = inner,
                Epilogue = Epilogue.Activation,
                Activation = Activations.Of(spec.HiddenAct),
            },
            Down = new LinearPlan
            {
                Purpose = "feed-forward down-projection",
                Name = LinearPlan.NameOf(spec.IntermediateSize, hiddenColumns, "Residual"),
                K = spec.IntermediateSize,
                Columns = hiddenColumns,
                XStride = inner,
                YStride = hidden,
                Epilogue = Epilogue.Residual,
            },
            BlockRows = Math.Min(PackPlan.TokensOf(spec), RowsInCache(inner)),
        };
    }

    /// <summary>Rows of this stride that fit the L2 cache of today's servers, 1 MiB or more, in whole tiles of 6 and 12. Fewer would read the weights more often.</summary>
    public static int RowsInCache(int stride) =>
        Math.Min(MostRows, Math.Max(24, CacheBytes / (stride * sizeof(float)) / 12 * 12));
}

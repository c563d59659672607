namespace GeneratedEncoder.Text;

/// <summary>
/// What one call of a tokenizer works in: buffers that a text passes through chunk by chunk. They grow where a text can't be cut, in
/// a word or a heap of accents of many thousand characters; that memory is given back after the call.
/// </summary>
internal sealed class TokenizerScratch
{
    /// <summary>Elements of a buffer that are kept from call to call.</summary>
    public const int MostKept = 8192;

    /// <summary>Characters that are read at a time, or more where a step waits for what follows.</summary>
    public int Chunk { get; init; } = 2048;

    /// <summary>The tokens found so far.</summary>
    public TokenList Tokens { get; } = new();

    /// <summary>How much of the text was read.</summary>
    public int Read { get; set; }

    /// <summary>Whether all of it was.</summary>
    public bool Ended { get; set; }

    /// <summary>The text as it is read, for a tokenizer that puts it into lower case first.</summary>
    public NormalizedText Original { get; } = new();

    /// <summary>The text in which tokens are found before normalization.</summary>
    public NormalizedText Raw { get; } = new();

    public TokenSearch RawSearch { get; } = new();

    /// <summary>What each step of normalization reads, and what the last one wrote.</summary>
    public NormalizedText[] Steps { get; private set; } = [];

    public TokenSearch StepsSearch { get; } = new();

    /// <summary>A word as the model spells it.</summary>
    public NormalizedText Word { get; } = new();

    /// <summary>Where in the original a word begins of which characters were let go already, as it is too long for the model; or -1.</summary>
    public int LongWordStart { get; set; } = -1;

    /// <summary>Where in the original that word ends so far.</summary>
    public int LongWordEnd { get; set; }

    /// <summary>A byte-level word whose neighbours are being joined.</summary>
    public SymbolChain Chain { get; } = new();

    /// <summary>A word's ways of being put together.</summary>
    public PieceLattice Lattice { get; } = new();

    /// <summary>Characters that wait for what follows them.</summary>
    public int Held
    {
        get
        {
            int held = Math.Max(Original.Length, Raw.Length);
            foreach (NormalizedText text in Steps)
            {
                held = Math.Max(held, text.Length);
            }

            return held;
        }
    }

    /// <summary>Begins with a text.</summary>
    /// <param name="steps">Steps of normalization.</param>
    /// <param name="most">How many tokens to keep.</param>
    /// <param name="keepsLast">Whether these are the last ones, not the first.</param>
    public void Begin(int steps, int most, bool keepsLast)
    {
        if (Steps.Length != steps + 1)
        {
            Steps = [.. Enumerable.Range(0, steps + 1).Select(_ => new NormalizedText())];
        }

        (Read, Ended) = (0, false);
        Tokens.Clear(most, keepsLast);
        Original.Clear();
        Raw.Clear();
        RawSearch.Clear();
        BeginPart();
    }

    /// <summary>Begins with a part between tokens that are found before normalization.</summary>
    public void BeginPart()
    {
        foreach (NormalizedText text in Steps)
        {
            text.Clear();
        }

        StepsSearch.Clear();
        LongWordStart = -1;
    }

    /// <summary>Gives memory back that a long text needed.</summary>
    public void Trim()
    {
        Tokens.Trim();
        Original.Trim();
        Raw.Trim();
        RawSearch.Trim();
        foreach (NormalizedText text in Steps)
        {
            text.Trim();
        }

        StepsSearch.Trim();
        Word.Trim();
        Chain.Trim();
        Lattice.Trim();
    }
}

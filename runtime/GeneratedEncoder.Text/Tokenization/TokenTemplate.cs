namespace GeneratedEncoder.Text;

/// <summary>Where the tokens of one text, or of two, and special tokens stand in what an encoder reads.</summary>
internal sealed class TokenTemplate
{
    private readonly Slot[] _single;
    private readonly Slot[]? _pair;

    /// <param name="single">Of one text.</param>
    /// <param name="pair">Of two; null where the tokenizer knows none.</param>
    public TokenTemplate(IEnumerable<Slot> single, IEnumerable<Slot>? pair) => (_single, _pair) = ([.. single], pair is null ? null : [.. pair]);

    /// <summary>BERT's: [CLS] A [SEP], and B [SEP] of type 1.</summary>
    public static TokenTemplate Bert(int cls, int sep)
    {
        Slot[] single = [Slot.Special(cls, 0), Slot.First(0), Slot.Special(sep, 0)];
        return new TokenTemplate(single, [.. single, Slot.Second(1), Slot.Special(sep, 1)]);
    }

    /// <summary>RoBERTa's: &lt;s&gt; A &lt;/s&gt;, and &lt;/s&gt; B &lt;/s&gt;.</summary>
    public static TokenTemplate Roberta(int cls, int sep)
    {
        Slot[] single = [Slot.Special(cls, 0), Slot.First(0), Slot.Special(sep, 0)];
        return new TokenTemplate(single, [.. single, Slot.Special(sep, 0), Slot.Second(0), Slot.Special(sep, 0)]);
    }

    /// <summary>Whether it has a place for a second text.</summary>
    public bool TakesPairs => _pair is not null;

    /// <summary>Special tokens beside a text, or beside two.</summary>
    public int SpecialTokens(bool pair)
    {
        int count = 0;
        foreach (Slot slot in Slots(pair))
        {
            count += slot.Kind == SlotKind.Special ? 1 : 0;
        }

        return count;
    }

    /// <summary>Special tokens before a text.</summary>
    public int TokensBefore => _single.TakeWhile(slot => slot.Kind == SlotKind.Special).Count();

    /// <summary>The places of a text's tokens, or of two texts'.</summary>
    public ReadOnlySpan<Slot> Slots(bool pair) => pair ? _pair : _single;

    /// <summary>Whether each text has exactly one place.</summary>
    public bool HasPlaces => Count(_single, SlotKind.First) == 1 && Count(_single, SlotKind.Second) == 0
        && (_pair is null || (Count(_pair, SlotKind.First) == 1 && Count(_pair, SlotKind.Second) == 1));

    /// <summary>Ids that it puts in.</summary>
    public IEnumerable<int> SpecialIds => _single.Concat(_pair ?? []).Where(slot => slot.Kind == SlotKind.Special).Select(slot => slot.Id);

    /// <summary>The largest of them; -1 without special tokens.</summary>
    public int LargestId => SpecialIds.DefaultIfEmpty(-1).Max();

    private static int Count(Slot[] slots, SlotKind kind) => slots.Count(slot => slot.Kind == kind);
}

/// <summary>What stands at a place of a template.</summary>
internal enum SlotKind
{
    Special,
    First,
    Second,
}

/// <summary>A place of a template.</summary>
/// <param name="Kind">What stands there.</param>
/// <param name="Id">The special token's id.</param>
/// <param name="Type">The type (segment) of the tokens there.</param>
internal readonly record struct Slot(SlotKind Kind, int Id, int Type)
{
    public static Slot Special(int id, int type) => new(SlotKind.Special, id, type);

    public static Slot First(int type) => new(SlotKind.First, -1, type);

    public static Slot Second(int type) => new(SlotKind.Second, -1, type);
}

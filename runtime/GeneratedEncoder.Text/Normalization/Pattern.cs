using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace GeneratedEncoder.Text;

/// <summary>
/// A pattern that finds by code point what Oniguruma finds: the leftmost match, and of those the one that its alternatives and
/// quantifiers prefer. All ways are followed at once, so that no text makes a search take more than its length times the pattern's.
/// </summary>
internal sealed class Pattern
{
    private const int MostSteps = 2000;

    private readonly List<Step> _program = [];

    // A match begins with one of these.
    private readonly CodePoints _firsts;

    private Pattern(PatternNode node, string source)
    {
        if (node.CanBeEmpty)
        {
            throw new NotSupportedException($"The pattern '{source}' of a Replace normalizer can match nothing, between any two characters, which is not supported.");
        }

        Emit(node, source);
        Add(new Step(StepKind.Found, 0, 0, null), source);
        HashSet<int> seen = [];
        List<(int, int)> firsts = [];
        Collect(0, seen, firsts);
        _firsts = CodePoints.Of(firsts);
    }

    /// <summary>Reads a pattern in Oniguruma's syntax.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    /// <exception cref="NotSupportedException">It has something that is not supported.</exception>
    public static Pattern Parse(string pattern) => new(PatternParser.Parse(pattern), pattern);

    /// <summary>The pattern that matches a text itself.</summary>
    public static Pattern Literal(string text) =>
        new(new SequenceNode([.. text.EnumerateRunes().Select(rune => new CharacterNode(CodePoints.Of(rune.Value)))]), text);

    /// <summary>Whether it asks for places: the text's beginning, a line's end.</summary>
    public bool HasPlaces => _program.Exists(step => step.Kind == StepKind.Place);

    /// <summary>Finds the first match in a whole text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="begin">Where the match begins.</param>
    /// <param name="end">Where it ends.</param>
    public bool Find(ReadOnlySpan<char> text, out int begin, out int end)
    {
        DeadEnds known = Begin(text);
        bool found = Find(text, 0, ref known, last: true, out begin, out end, out _);
        known.Dispose();
        return found;
    }

    /// <summary>Begins with a text, of which <see cref="Find(ReadOnlySpan{char}, int, ref DeadEnds, bool, out int, out int, out int)"/> then finds all matches. To be disposed of.</summary>
    public DeadEnds Begin(ReadOnlySpan<char> text) => new(_program.Count, text.Length);

    /// <summary>Finds the next match.</summary>
    /// <param name="text">The text, or as much of it as was read; a pattern with places needs all.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="known">What the searches before found out of this text, with the same <paramref name="last"/>.</param>
    /// <param name="last">Whether nothing follows. Otherwise a match is found where no more of the text can make it another one.</param>
    /// <param name="begin">Where the match begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="certain">Where there is none: up to where no match begins, whatever follows.</param>
    public bool Find(ReadOnlySpan<char> text, int from, ref DeadEnds known, bool last, out int begin, out int end, out int certain)
    {
        int size = _program.Count;
        int[] memory = ArrayPool<int>.Shared.Rent(5 * size);
        Threads now = new(memory.AsSpan(0, size), memory.AsSpan(size, size)), then = new(memory.AsSpan(2 * size, size), memory.AsSpan(3 * size, size));
        Span<int> reached = memory.AsSpan(4 * size, size);
        reached.Fill(-1);
        (begin, end, certain) = (-1, -1, text.Length);
        Rune rune = default;
        for (int at = from, width; ; at += width)
        {
            width = 1;
            bool more = at < text.Length;
            if (more)
            {
                _ = Rune.DecodeFromUtf16(text[at..], out rune, out width);
            }

            // One that begins here is worth less than those under way, and nothing once there is a match.
            if (begin < 0 && more && _firsts.Contains(rune))
            {
                Follow(0, at, ref now, reached, text, at, known);
            }

            if (now.Count == 0 && (begin >= 0 || !more))
            {
                break;
            }

            if (!more && !last && _program[now.Steps[0]].Kind != StepKind.Found)
            {
                certain = begin < 0 ? now.Begins[0] : Math.Min(begin, now.Begins[0]);
                begin = -1;
                break;
            }

            then.Count = 0;
            for (int i = 0; i < now.Count; i++)
            {
                Step step = _program[now.Steps[i]];
                if (step.Kind == StepKind.Found)
                {
                    // What comes behind it is worth less.
                    (begin, end) = (now.Begins[i], at);
                    break;
                }

                if (more && step.Set!.Contains(rune))
                {
                    Follow(now.Steps[i] + 1, now.Begins[i], ref then, reached, text, at + width, known);
                }
            }

            if (!more)
            {
                break;
            }

            if (begin >= 0 && at > end + DeadEnds.FirstAfter)
            {
                // None of them has made a better match of it yet; if one does, that ends behind this place, and no search comes back here.
                known.Add(now.Steps[..now.Count], at);
            }

            Threads done = now;
            now = then;
            then = done;
        }

        ArrayPool<int>.Shared.Return(memory);
        return begin >= 0;
    }

    /// <summary>Adds the characters and ends that can be reached without a character, the preferred ones first.</summary>
    private void Follow(int index, int begin, ref Threads threads, Span<int> reached, ReadOnlySpan<char> text, int at, in DeadEnds known)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        while (reached[index] != at)
        {
            reached[index] = at;
            Step step = _program[index];
            switch (step.Kind)
            {
                case StepKind.Split:
                    Follow(step.First, begin, ref threads, reached, text, at, known);
                    index = step.Second;
                    break;
                case StepKind.Jump:
                    index = step.First;
                    break;
                case StepKind.Place:
                    if (!IsAt((PatternPlace)step.First, text, at))
                    {
                        return;
                    }

                    index++;
                    break;
                case StepKind.Character when known.Contains(index, at):
                    return;
                default:
                    (threads.Steps[threads.Count], threads.Begins[threads.Count]) = (index, begin);
                    threads.Count++;
                    return;
            }
        }
    }

    private static bool IsAt(PatternPlace place, ReadOnlySpan<char> text, int at) => place switch
    {
        PatternPlace.LineBegin => at == 0 || (at < text.Length && text[at - 1] == '\n'),
        PatternPlace.LineEnd => at == text.Length || text[at] == '\n',
        PatternPlace.TextBegin => at == 0,
        PatternPlace.TextEnd => at == text.Length,
        _ => at == text.Length || (at == text.Length - 1 && text[at] == '\n'),
    };

    private void Emit(PatternNode node, string source)
    {
        switch (node)
        {
            case CharacterNode character:
                Add(new Step(StepKind.Character, 0, 0, character.Set), source);
                break;
            case PlaceNode place:
                Add(new Step(StepKind.Place, (int)place.Place, 0, null), source);
                break;
            case SequenceNode sequence:
                foreach (PatternNode part in sequence.Parts)
                {
                    Emit(part, source);
                }

                break;
            case ChoiceNode choice:
                EmitChoice(choice, source);
                break;
            case RepeatNode repeat:
                EmitRepeat(repeat, source);
                break;
        }
    }

    private void EmitChoice(ChoiceNode choice, string source)
    {
        List<int> jumps = [];
        for (int i = 0; i < choice.Parts.Count - 1; i++)
        {
            int split = Add(default, source);
            Emit(choice.Parts[i], source);
            jumps.Add(Add(default, source));
            _program[split] = new Step(StepKind.Split, split + 1, _program.Count, null);
        }

        Emit(choice.Parts[^1], source);
        foreach (int jump in jumps)
        {
            _program[jump] = new Step(StepKind.Jump, _program.Count, 0, null);
        }
    }

    private void EmitRepeat(RepeatNode repeat, string source)
    {
        for (int i = 0; i < repeat.Least; i++)
        {
            Emit(repeat.Part, source);
        }

        List<int> splits = [];
        if (repeat.Most is not { } most)
        {
            int split = Add(default, source);
            splits.Add(split);
            Emit(repeat.Part, source);
            Add(new Step(StepKind.Jump, split, 0, null), source);
        }
        else
        {
            for (int i = repeat.Least; i < most; i++)
            {
                splits.Add(Add(default, source));
                Emit(repeat.Part, source);
            }
        }

        foreach (int split in splits)
        {
            _program[split] = repeat.Lazy ? new Step(StepKind.Split, _program.Count, split + 1, null) : new Step(StepKind.Split, split + 1, _program.Count, null);
        }
    }

    private int Add(Step step, string source)
    {
        if (_program.Count == MostSteps)
        {
            throw new NotSupportedException($"The pattern '{source}' of a Replace normalizer has more than {MostSteps} steps, which is not supported.");
        }

        _program.Add(step);
        return _program.Count - 1;
    }

    /// <summary>The characters that can be asked for first.</summary>
    private void Collect(int index, HashSet<int> seen, List<(int, int)> firsts)
    {
        while (seen.Add(index))
        {
            Step step = _program[index];
            switch (step.Kind)
            {
                case StepKind.Split:
                    Collect(step.First, seen, firsts);
                    index = step.Second;
                    break;
                case StepKind.Jump:
                    index = step.First;
                    break;
                case StepKind.Place:
                    index++;
                    break;
                case StepKind.Character:
                    firsts.AddRange(step.Set!.Ranges);
                    return;
                default:
                    return;
            }
        }
    }

    private enum StepKind
    {
        Character,
        Place,
        Split,
        Jump,
        Found,
    }

    private readonly record struct Step(StepKind Kind, int First, int Second, CodePoints? Set);

    /// <summary>The ways under way, the preferred ones first: at which step each is, and where its match began.</summary>
    private ref struct Threads(Span<int> steps, Span<int> begins)
    {
        public readonly Span<int> Steps = steps, Begins = begins;
        public int Count;
    }
}

using System.Collections.Concurrent;

namespace GeneratedEncoder.Text;

/// <summary>Turns texts into what an encoder is given: prompt, tokens, truncation, special tokens.</summary>
internal sealed class InputWriter
{
    private readonly TextTokenizer _tokenizer;
    private readonly EncoderInfo _info;
    private readonly EncoderPipelineOptions _options;
    private readonly bool _cutsLeft;
    private readonly TruncationLog _log;
    private readonly ConcurrentBag<InputScratch> _scratch = [];

    /// <summary>By prompt; the model's prompts are few.</summary>
    private readonly ConcurrentDictionary<string, int> _promptTokens = new(StringComparer.Ordinal);

    public InputWriter(TextTokenizer tokenizer, EncoderInfo info, EncoderPipelineOptions options)
    {
        int largest = Math.Max(tokenizer.LargestId, tokenizer.Template.LargestId);
        if (largest >= info.VocabSize)
        {
            throw new InvalidDataException(
                $"The tokenizer has token ids up to {largest}, but {info.Name} has a vocabulary of {info.VocabSize}: they don't belong to the same model.");
        }

        int special = tokenizer.Template.SpecialTokens(pair: false);
        if (special >= info.MaxTokens)
        {
            throw new InvalidDataException($"{info.Name} takes at most {info.MaxTokens} tokens, and the tokenizer's {special} special tokens leave no room for a text.");
        }

        (_tokenizer, _info, _options, _log) = (tokenizer, info, options, new TruncationLog(options.LoggerFactory));
        _cutsLeft = options.Truncation == Truncation.Model ? tokenizer.CutsLeft : options.Truncation == Truncation.Left;
        _ = Prompt(null); // A default that the model doesn't have is found out now.
    }

    public InputScratch Rent() => _scratch.TryTake(out InputScratch? scratch) ? scratch : new InputScratch();

    public void Return(InputScratch scratch)
    {
        scratch.Trim();
        _scratch.Add(scratch);
    }

    /// <summary>The text of a prompt.</summary>
    /// <param name="name">Its name; the default one if null, none if empty.</param>
    public string Prompt(string? name)
    {
        name ??= _options.PromptName ?? _info.DefaultPromptName ?? "";
        return name.Length == 0 ? "" :
            _info.Prompts.TryGetValue(name, out string? prompt) ? prompt :
            throw new ArgumentException(_info.Prompts.Count == 0
                ? $"{_info.Name} has no prompts, so there is none named '{name}'."
                : $"{_info.Name} has no prompt named '{name}'; it has {string.Join(", ", _info.Prompts.Keys)}.", "promptName");
    }

    /// <summary>Name of the prompt for what a text is embedded for, by the names and in the order of sentence-transformers; null for the default one.</summary>
    public string? PromptNameOf(EmbeddingInputType type)
    {
        ReadOnlySpan<string> names = type == EmbeddingInputType.Query ? ["query"] : ["document", "passage", "corpus"];
        foreach (string name in names)
        {
            if (_info.Prompts.ContainsKey(name))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>Appends a text to be embedded to a pack, in the way of sentence-transformers.</summary>
    /// <param name="scratch">Memory of this call; its pack is appended to.</param>
    /// <param name="prompt">What to put before the text.</param>
    /// <param name="text">The text.</param>
    public void WriteSentence(InputScratch scratch, string prompt, ReadOnlySpan<char> text) =>
        Write(scratch, Sentence(prompt, text), PromptTokens(scratch, prompt));

    /// <summary>
    /// Tokens that stand before a text where they are left out of the pooling: special ones and the prompt's, counted without the text, as
    /// sentence-transformers counts them. 0 where they are pooled.
    /// </summary>
    private int PromptTokens(InputScratch scratch, string prompt)
    {
        if (_info.IncludePrompt || prompt.Length == 0)
        {
            return 0;
        }

        if (!_promptTokens.TryGetValue(prompt, out int tokens))
        {
            tokens = CountSentence(scratch, prompt, "") - _tokenizer.Template.SpecialTokens(pair: false) + _tokenizer.Template.TokensBefore;
            _promptTokens[prompt] = tokens;
        }

        return tokens;
    }

    /// <summary>Counts the tokens that a text to be embedded has before it is cut, special ones among them.</summary>
    public int CountSentence(InputScratch scratch, string prompt, ReadOnlySpan<char> text)
    {
        _tokenizer.Begin(scratch.First, most: 0);
        _tokenizer.Tokenize(Sentence(prompt, text), scratch.First, cancellationToken: scratch.Cancellation);
        return checked((int)(scratch.First.Tokens.Total + _tokenizer.Template.SpecialTokens(pair: false)));
    }

    /// <summary>A text to be embedded as the tokenizer reads it.</summary>
    public InputText Sentence(string prompt, ReadOnlySpan<char> text) => InputText.Sentence(prompt, text, _tokenizer.LowersSentences);

    /// <summary>Appends a text to a pack.</summary>
    /// <param name="scratch">Memory of this call; its pack is appended to.</param>
    /// <param name="text">The text.</param>
    public void Write(InputScratch scratch, ReadOnlySpan<char> text) => Write(scratch, new InputText(text));

    /// <summary>Appends a text of so many tokens, no matter which.</summary>
    public static void WriteWarmUp(InputScratch scratch, int tokens)
    {
        int id = 0;
        for (int i = 0; i < tokens; i++)
        {
            scratch.Pack.Append(new ReadOnlySpan<int>(in id), type: 0);
        }

        scratch.Pack.EndText(tokens, truncated: 0);
    }

    /// <summary>Appends two texts to a pack, as one.</summary>
    public void WritePair(InputScratch scratch, ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        if (!_tokenizer.Template.TakesPairs)
        {
            throw new NotSupportedException($"The tokenizer of {_info.Name} doesn't say how two texts are put together.");
        }

        int special = _tokenizer.Template.SpecialTokens(pair: true), room = _info.MaxTokens - special;
        if (room < 0)
        {
            throw new NotSupportedException($"{_info.Name} takes at most {_info.MaxTokens} tokens, fewer than the {special} special ones of two texts.");
        }

        InputText one = new(first), two = new(second);
        Tokenize(one, scratch.First, room, scratch.Cancellation);
        Tokenize(two, scratch.Second, room, scratch.Cancellation);
        if (scratch.CountsAll || (scratch.First.Tokens.Total > room && (scratch.Second.Tokens.Total > room || _options.PairTruncation == PairTruncation.OnlySecond)))
        {
            // Which of them is longer, or how long the first is, is known when both were read to the end.
            Count(one, scratch.First, scratch.Cancellation);
            Count(two, scratch.Second, scratch.Cancellation);
        }

        long ones = scratch.First.Tokens.Total, twos = scratch.Second.Tokens.Total, all = ones + twos;
        if (all > room)
        {
            RefuseIfAsked(all + special);
            (ones, twos) = Shares(ones, twos, room);
            _log.Say(_info.Name, (long)first.Length + second.Length, _info.MaxTokens);
        }

        Write(scratch.Pack, pair: true, Cut(scratch.First.Tokens.Ids, (int)ones), Cut(scratch.Second.Tokens.Ids, (int)twos), all - ones - twos);
    }

    private void Write(InputScratch scratch, InputText text, int promptTokens = 0)
    {
        int special = _tokenizer.Template.SpecialTokens(pair: false), room = _info.MaxTokens - special;
        Tokenize(text, scratch.First, room, scratch.Cancellation);
        if (scratch.CountsAll)
        {
            Count(text, scratch.First, scratch.Cancellation);
        }

        TokenList tokens = scratch.First.Tokens;
        if (tokens.Total > room)
        {
            RefuseIfAsked(tokens.Total + special);
            _log.Say(_info.Name, text.Length, _info.MaxTokens);
        }

        Write(scratch.Pack, pair: false, tokens.Ids, [], tokens.Total - tokens.Count, promptTokens);
    }

    /// <summary>The tokens of the pack's only text, or pair, and their places; the scratch must have counted all.</summary>
    /// <param name="scratch">What the text was written to.</param>
    /// <param name="pair">Whether there are two.</param>
    /// <param name="text">The text, or the first of two, as it was read.</param>
    public TokenizedText Tokens(InputScratch scratch, bool pair, InputText text)
    {
        TokenList first = scratch.First.Tokens, second = scratch.Second.Tokens;
        TokenUsage usage = scratch.Pack.Usage(0);
        TokenizedTextBuilder builder = new(_tokenizer, _info.TypeVocabSize > 1);
        if (!pair)
        {
            builder.Add(_tokenizer.Template.Slots(pair), first, 0, first.Count, text: text);
        }
        else
        {
            int room = usage.Tokens - _tokenizer.Template.SpecialTokens(pair);
            (long ones, long twos) = usage.IsTruncated ? Shares(first.Total, second.Total, room) : (first.Total, second.Total);
            builder.Add(
                _tokenizer.Template.Slots(pair), first, _cutsLeft ? first.Count - (int)ones : 0, (int)ones, second, _cutsLeft ? second.Count - (int)twos : 0, (int)twos, text);
        }

        return builder.Build(usage.TruncatedTokens);
    }

    /// <summary>Finds and keeps a text's tokens, as many as there is room for, and reads no more of it than that takes.</summary>
    private void Tokenize(InputText text, TokenizerScratch scratch, int room, CancellationToken cancellationToken)
    {
        _tokenizer.Begin(scratch, room, _cutsLeft);
        _tokenizer.Tokenize(text, scratch, _cutsLeft || _options.Truncation == Truncation.Error ? long.MaxValue : room, cancellationToken);
    }

    /// <summary>Counts all tokens of a text that was cut, without keeping them.</summary>
    private void Count(InputText text, TokenizerScratch scratch, CancellationToken cancellationToken) =>
        _tokenizer.Tokenize(text, scratch, cancellationToken: cancellationToken);

    /// <summary>How many tokens of either text stay where both have more than there is room for.</summary>
    private (long First, long Second) Shares(long first, long second, int room)
    {
        if (_options.PairTruncation == PairTruncation.OnlySecond)
        {
            return first < room
                ? (first, room - first)
                : throw new ArgumentException($"The first text has {first} tokens, which leaves nothing of the {room} that {_info.Name} has room for to the second.");
        }

        long shorter = Math.Min(first, second), longer = Math.Max(shorter, room - shorter);
        if (shorter + longer > room)
        {
            (shorter, longer) = (room / 2, room - room / 2);
        }

        return first <= second ? (shorter, longer) : (longer, shorter);
    }

    /// <summary>Where in the encoder's input the tokens of a text begin that stands alone.</summary>
    public int FirstPosition
    {
        get
        {
            int position = 0;
            foreach (Slot slot in _tokenizer.Template.Slots(pair: false))
            {
                if (slot.Kind == SlotKind.First)
                {
                    break;
                }

                position++;
            }

            return position;
        }
    }

    private void RefuseIfAsked(long tokens)
    {
        if (_options.Truncation == Truncation.Error)
        {
            throw new ArgumentException($"The text has {tokens} tokens, special ones among them, but {_info.Name} takes at most {_info.MaxTokens}.", "text");
        }
    }

    private ReadOnlySpan<int> Cut(ReadOnlySpan<int> tokens, int count) =>
        tokens.Length <= count ? tokens : _cutsLeft ? tokens[^count..] : tokens[..count];

    private void Write(InputPack pack, bool pair, ReadOnlySpan<int> first, ReadOnlySpan<int> second, long truncated, int promptTokens = 0)
    {
        int before = pack.Tokens;
        foreach (Slot slot in _tokenizer.Template.Slots(pair))
        {
            int type = _info.TypeVocabSize > 1 ? slot.Type : 0;
            switch (slot.Kind)
            {
                case SlotKind.Special:
                    int id = slot.Id;
                    pack.Append(new ReadOnlySpan<int>(in id), type);
                    break;
                case SlotKind.First:
                    pack.Append(first, type);
                    break;
                case SlotKind.Second:
                    pack.Append(second, type);
                    break;
            }
        }

        pack.EndText(pack.Tokens - before, checked((int)truncated), promptTokens);
    }
}

/// <summary>What one call works in, used again by later ones; memory that an unusual text needed is given back.</summary>
internal sealed class InputScratch
{
    /// <summary>Numbers that are kept from call to call.</summary>
    private const int MostKept = 1 << 20;

    private float[] _numbers = [];

    public TokenizerScratch First { get; } = new();

    public TokenizerScratch Second { get; } = new();

    public InputPack Pack { get; } = new();

    /// <summary>Is listened to while a long text is read.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Whether all tokens of a text are counted that is cut; otherwise no more of it is read than is needed, and the count is too small.</summary>
    public bool CountsAll { get; set; }

    /// <summary>Gives memory back that an unusual text needed.</summary>
    public void Trim()
    {
        First.Trim();
        Second.Trim();
        (Cancellation, CountsAll) = (default, false);
        _numbers = _numbers.Length > MostKept ? [] : _numbers;
    }

    /// <summary>Memory for an encoder's output.</summary>
    public Span<float> Numbers(int count)
    {
        if (_numbers.Length < count)
        {
            _numbers = new float[count];
        }

        return _numbers.AsSpan(0, count);
    }
}

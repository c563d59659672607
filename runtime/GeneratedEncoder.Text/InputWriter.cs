using System.Collections.Concurrent;

namespace GeneratedEncoder.Text;

/// <summary>Turns texts into what an encoder is given: prompt, tokens, truncation, special tokens.</summary>
internal sealed class InputWriter
{
    private readonly TextTokenizer _tokenizer;
    private readonly EncoderInfo _info;
    private readonly TextEncoderOptions _options;
    private readonly bool _cutsLeft;
    private readonly TruncationLog _log;
    private readonly ConcurrentBag<InputScratch> _scratch = [];

    public InputWriter(TextTokenizer tokenizer, EncoderInfo info, TextEncoderOptions options)
    {
        int largest = Math.Max(tokenizer.VocabularySize - 1, tokenizer.Template.LargestId);
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

    public void Return(InputScratch scratch) => _scratch.Add(scratch);

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

    /// <summary>Appends a text to be embedded to a pack, in the way of sentence-transformers.</summary>
    /// <param name="scratch">Memory of this call; its pack is appended to.</param>
    /// <param name="prompt">What to put before the text.</param>
    /// <param name="text">The text.</param>
    public void WriteSentence(InputScratch scratch, string prompt, ReadOnlySpan<char> text) => Write(scratch, AsSentence(scratch, prompt, text));

    /// <summary>Counts the tokens that a text to be embedded has before it is cut, special ones among them.</summary>
    public int CountSentence(InputScratch scratch, string prompt, ReadOnlySpan<char> text)
    {
        _tokenizer.Tokenize(AsSentence(scratch, prompt, text), scratch.First);
        return scratch.First.Tokens.Count + _tokenizer.Template.SpecialTokens(pair: false);
    }

    /// <summary>A prompt and a text as the tokenizer reads them.</summary>
    private ReadOnlySpan<char> AsSentence(InputScratch scratch, string prompt, ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> sentence = Sentence.Trim(prompt.Length == 0 ? text : scratch.Join(prompt, text));
        return _tokenizer.LowersSentences ? scratch.Lower(sentence) : sentence;
    }

    /// <summary>Appends a text to a pack.</summary>
    /// <param name="scratch">Memory of this call; its pack is appended to.</param>
    /// <param name="text">The text.</param>
    public void Write(InputScratch scratch, ReadOnlySpan<char> text)
    {
        _tokenizer.Tokenize(text, scratch.First);
        TokenList tokens = scratch.First.Tokens;
        int special = _tokenizer.Template.SpecialTokens(pair: false), room = _info.MaxTokens - special;
        if (tokens.Count > room)
        {
            RefuseIfAsked(tokens.Count + special);
            _log.Say(_info.Name, text.Length, _info.MaxTokens);
        }

        Write(scratch.Pack, pair: false, Cut(tokens.Ids, room), [], Math.Max(0, tokens.Count - room));
    }

    /// <summary>Appends two texts to a pack, as one.</summary>
    public void WritePair(InputScratch scratch, ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        if (!_tokenizer.Template.TakesPairs)
        {
            throw new NotSupportedException($"The tokenizer of {_info.Name} doesn't say how two texts are put together.");
        }

        _tokenizer.Tokenize(first, scratch.First);
        _tokenizer.Tokenize(second, scratch.Second);
        ReadOnlySpan<int> one = scratch.First.Tokens.Ids, two = scratch.Second.Tokens.Ids;
        int special = _tokenizer.Template.SpecialTokens(pair: true), room = _info.MaxTokens - special;
        (int ones, int twos) = (one.Length, two.Length);
        if (ones + twos > room)
        {
            RefuseIfAsked(ones + twos + special);
            (ones, twos) = Shares(ones, twos, room);
            _log.Say(_info.Name, first.Length + second.Length, _info.MaxTokens);
        }

        Write(scratch.Pack, pair: true, Cut(one, ones), Cut(two, twos), one.Length + two.Length - ones - twos);
    }

    /// <summary>How many tokens of either text stay where both have more than there is room for.</summary>
    private (int First, int Second) Shares(int first, int second, int room)
    {
        if (_options.PairTruncation == PairTruncation.OnlySecond)
        {
            return first < room
                ? (first, room - first)
                : throw new ArgumentException($"The first text has {first} tokens, which leaves nothing of the {room} that {_info.Name} has room for to the second.");
        }

        int shorter = Math.Min(first, second), longer = Math.Max(shorter, room - shorter);
        if (shorter + longer > room)
        {
            (shorter, longer) = (room / 2, room - room / 2);
        }

        return first <= second ? (shorter, longer) : (longer, shorter);
    }

    /// <summary>Which of a text's tokens <see cref="Write(InputScratch, ReadOnlySpan{char})"/> kept.</summary>
    /// <param name="tokens">How many it has.</param>
    /// <returns>The first one kept, where it stands in the encoder's input, and how many were kept.</returns>
    public (int First, int Position, int Count) Kept(int tokens)
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

        int count = Math.Min(tokens, _info.MaxTokens - _tokenizer.Template.SpecialTokens(pair: false));
        return (_cutsLeft ? tokens - count : 0, position, count);
    }

    /// <summary>The tokens of the pack's only text, or pair, and their places.</summary>
    /// <param name="scratch">What the text was written to.</param>
    /// <param name="pair">Whether there are two.</param>
    /// <param name="places">From places in the sentence that was read to places in the text; null where they are the same.</param>
    public TokenizedText Tokens(InputScratch scratch, bool pair, SentencePlaces? places)
    {
        TokenList first = scratch.First.Tokens, second = scratch.Second.Tokens;
        TokenUsage usage = scratch.Pack.Usage(0);
        int room = usage.Tokens - _tokenizer.Template.SpecialTokens(pair);
        (int ones, int twos) = !pair ? (room, 0) : usage.IsTruncated ? Shares(first.Count, second.Count, room) : (first.Count, second.Count);
        TokenizedTextBuilder builder = new(_tokenizer, _info.TypeVocabSize > 1);
        builder.Add(
            _tokenizer.Template.Slots(pair), first, _cutsLeft ? first.Count - ones : 0, ones, second, _cutsLeft ? second.Count - twos : 0, twos, places);
        return builder.Build(usage.TruncatedTokens);
    }

    private void RefuseIfAsked(int tokens)
    {
        if (_options.Truncation == Truncation.Error)
        {
            throw new ArgumentException($"The text has {tokens} tokens, special ones among them, but {_info.Name} takes at most {_info.MaxTokens}.", "text");
        }
    }

    private ReadOnlySpan<int> Cut(ReadOnlySpan<int> tokens, int count) =>
        tokens.Length <= count ? tokens : _cutsLeft ? tokens[^count..] : tokens[..count];

    private void Write(InputPack pack, bool pair, ReadOnlySpan<int> first, ReadOnlySpan<int> second, int truncated)
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

        pack.EndText(pack.Tokens - before, truncated);
    }
}

/// <summary>What one call works in: it grows to what the longest text needed and is used again.</summary>
internal sealed class InputScratch
{
    private char[] _joined = [];
    private char[] _lower = [];
    private float[] _numbers = [];

    public TokenizerScratch First { get; } = new();

    public TokenizerScratch Second { get; } = new();

    public InputPack Pack { get; } = new();

    /// <summary>A prompt and a text as one.</summary>
    public ReadOnlySpan<char> Join(string prompt, ReadOnlySpan<char> text)
    {
        int length = prompt.Length + text.Length;
        if (_joined.Length < length)
        {
            _joined = new char[2 * length];
        }

        prompt.CopyTo(_joined);
        text.CopyTo(_joined.AsSpan(prompt.Length));
        return _joined.AsSpan(0, length);
    }

    /// <summary>A text in lower case.</summary>
    public ReadOnlySpan<char> Lower(ReadOnlySpan<char> text)
    {
        if (_lower.Length < Sentence.LowerGrowth * text.Length)
        {
            _lower = new char[2 * Sentence.LowerGrowth * text.Length];
        }

        return _lower.AsSpan(0, Sentence.Lower(text, _lower));
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

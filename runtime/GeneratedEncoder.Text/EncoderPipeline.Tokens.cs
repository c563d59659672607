namespace GeneratedEncoder.Text;

// What a text's tokens are and how many, without computing anything.
public sealed partial class EncoderPipeline<T>
{
    /// <summary>
    /// Counts the tokens that a text to be embedded has before it is cut, those of the prompt and special ones among them; more than
    /// <see cref="EncoderInfo.MaxTokens"/> don't fit. Allocates nothing.
    /// </summary>
    /// <param name="text">The text, read as <see cref="Embed(ReadOnlySpan{char}, Span{float}, string?, CancellationToken)"/> reads it.</param>
    /// <param name="promptName">Name of the prompt to put before it; the default one if null, none if empty.</param>
    /// <exception cref="ArgumentException">There is no such prompt.</exception>
    public int CountTokens(ReadOnlySpan<char> text, string? promptName = null)
    {
        string prompt = Writer.Prompt(promptName);
        InputScratch scratch = Writer.Rent();
        try
        {
            return Writer.CountSentence(scratch, prompt, text);
        }
        finally
        {
            Writer.Return(scratch);
        }
    }

    /// <summary>The tokens that the encoder is given for a text to be embedded: with prompt and special tokens, and cut.</summary>
    /// <param name="text">The text, read as <see cref="Embed(string, string?)"/> reads it.</param>
    /// <param name="promptName">Name of the prompt to put before it; the default one if null, none if empty.</param>
    /// <exception cref="ArgumentException">There is no such prompt, or the text is too long and must not be cut.</exception>
    public TokenizedText Tokenize(string text, string? promptName = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        string prompt = Writer.Prompt(promptName);
        InputScratch scratch = Writer.Rent();
        try
        {
            scratch.Pack.Clear();
            scratch.CountsAll = true;
            Writer.WriteSentence(scratch, prompt, text);
            return Writer.Tokens(scratch, pair: false, Writer.Sentence(prompt, text));
        }
        finally
        {
            Writer.Return(scratch);
        }
    }

    /// <summary>
    /// Writes what the encoder is given for a text to be embedded, with prompt and special tokens, and cut. Allocates nothing.
    /// </summary>
    /// <param name="text">The text, read as <see cref="Embed(ReadOnlySpan{char}, Span{float}, string?, CancellationToken)"/> reads it.</param>
    /// <param name="inputIds">Receives the tokens' ids; <see cref="EncoderInfo.MaxTokens"/> are always enough.</param>
    /// <param name="tokenTypeIds">Receives their types, as many; empty where they aren't needed.</param>
    /// <param name="promptName">Name of the prompt to put before it; the default one if null, none if empty.</param>
    /// <returns>How many were written, and how many were cut off.</returns>
    /// <exception cref="ArgumentException">
    /// A span is too short, there is no such prompt, or the text is too long and must not be cut; nothing was written.
    /// </exception>
    public TokenUsage Tokenize(ReadOnlySpan<char> text, Span<int> inputIds, Span<int> tokenTypeIds, string? promptName = null)
    {
        string prompt = Writer.Prompt(promptName);
        InputScratch scratch = Writer.Rent();
        try
        {
            scratch.Pack.Clear();
            scratch.CountsAll = true;
            Writer.WriteSentence(scratch, prompt, text);
            ReadOnlySpan<int> ids = scratch.Pack.Ids, types = scratch.Pack.Types;
            CheckRoom(ids.Length, inputIds.Length, nameof(inputIds));
            if (!tokenTypeIds.IsEmpty)
            {
                CheckRoom(ids.Length, tokenTypeIds.Length, nameof(tokenTypeIds));
                tokenTypeIds[..ids.Length].Clear();
                types.CopyTo(tokenTypeIds);
            }

            ids.CopyTo(inputIds);
            return scratch.Pack.Usage(0);
        }
        finally
        {
            Writer.Return(scratch);
        }
    }

    /// <summary>
    /// The tokens that the encoder is given for a text that its head reads, or for two: by Classify, Rerank, LabelTokens and PredictMasked, which
    /// put no prompt before it and leave white space at its ends.
    /// </summary>
    /// <param name="text">The text, or the first of two.</param>
    /// <param name="second">The second text.</param>
    /// <exception cref="ArgumentException">The texts are too long and must not be cut.</exception>
    /// <exception cref="NotSupportedException">The tokenizer doesn't say how two texts are put together.</exception>
    public TokenizedText TokenizeInput(string text, string? second = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        InputScratch scratch = Writer.Rent();
        try
        {
            scratch.Pack.Clear();
            scratch.CountsAll = true;
            if (second is null)
            {
                Writer.Write(scratch, text);
            }
            else
            {
                Writer.WritePair(scratch, text, second);
            }

            return Writer.Tokens(scratch, pair: second is not null, new InputText(text));
        }
        finally
        {
            Writer.Return(scratch);
        }
    }

    /// <summary>
    /// A splitter of texts that are too long for the encoder: each chunk is read whole by <see cref="Embed(string, string?)"/> and, without a prompt, by
    /// the calls of its head.
    /// </summary>
    /// <param name="options">How to split; the defaults if null.</param>
    /// <exception cref="ArgumentException">There is no such prompt, or the encoder has no room for such chunks; the message says how much it has.</exception>
    public TextSplitter CreateSplitter(TextSplitterOptions? options = null)
    {
        options ??= new TextSplitterOptions();
        string? promptName = options.PromptName;
        int special = Tokenizer.Template.SpecialTokens(pair: false), prompt = CountTokens("", promptName) - special, room = Info.MaxTokens - special - prompt;
        if (room < 1)
        {
            throw new ArgumentException($"{Info.Name} takes at most {Info.MaxTokens} tokens; {special} special ones and the prompt's {prompt} leave no room for a text.", nameof(options));
        }

        int most = options.MaxTokensPerChunk ?? room, overlap = options.OverlapTokens ?? most / 8;
        if (most < 1 || most > room)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), most, $"MaxTokensPerChunk is {most}; beside {special} special tokens and the prompt's {prompt}, {Info.Name} has room for 1 to {room}.");
        }

        if (overlap < 0 || overlap >= most)
        {
            throw new ArgumentOutOfRangeException(nameof(options), overlap, $"OverlapTokens is {overlap}; with at most {most} tokens a chunk it must be from 0 to {most - 1}.");
        }

        return new TextSplitter(
            Tokenizer, most, overlap, chunk => CountTokens(chunk, promptName: "") - special,
            chunk => prompt == 0 || CountTokens(chunk, promptName) <= Info.MaxTokens);
    }

    private static void CheckRoom(int tokens, int length, string parameter)
    {
        if (length < tokens)
        {
            throw new ArgumentException($"The text has {tokens} tokens, but there is room for {length}.", parameter);
        }
    }
}

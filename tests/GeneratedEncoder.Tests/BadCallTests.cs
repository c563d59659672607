using System.Runtime.InteropServices;
using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>Calls with token ids that can't be answered: each is refused with the numbers at fault, before anything is written.</summary>
public sealed class BadCallTests : IDisposable
{
    private const int H = OddGelu.HiddenSize;

    private static readonly EncoderCase s_case = EncoderCase.Of<OddGelu>();

    private readonly Subject _subject = Subject.Load(s_case);
    private readonly OddGelu _encoder;

    public BadCallTests() => _encoder = (OddGelu)_subject.Encoder;

    public void Dispose() => _subject.Dispose();

    [Theory]
    [InlineData(OddGelu.VocabSize, "token id 100 at position 7 is outside the vocabulary of 100")]
    [InlineData(-1, "token id -1 at position 7 is outside the vocabulary of 100")]
    [InlineData(int.MinValue, "token id -2147483648 at position 7 is outside the vocabulary of 100")]
    [InlineData(int.MaxValue, "token id 2147483647 at position 7 is outside the vocabulary of 100")]
    public void A_token_id_outside_the_vocabulary(int id, string message)
    {
        int[] ids = new int[9], types = new int[9];
        ids[7] = id;

        AssertAllRefuse<ArgumentOutOfRangeException>(message, "inputIds", ids, types, [4, 5]);
    }

    [Theory]
    [InlineData(OddGelu.TypeVocabSize, "token type 2 at position 3 is outside the token types of 2")]
    [InlineData(-1, "token type -1 at position 3 is outside the token types of 2")]
    public void A_token_type_outside_the_table(int type, string message) =>
        AssertTypedRefuse<ArgumentOutOfRangeException>(message, "tokenTypeIds", new int[5], [0, 1, 0, type, 0], [5]);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(6)]
    public void Token_types_that_are_not_one_for_each_token(int types) =>
        AssertTypedRefuse<ArgumentException>($"Expected 5 elements (one for each token), but got {types}.", "tokenTypeIds", new int[5], new int[types], [5]);

    /// <summary>One meaning, in the class's calls and the interface's: none are all of type 0.</summary>
    [Fact]
    public void Empty_token_types_are_those_of_type_0()
    {
        int[] ids = [3, 1, 4, 1, 5], zeros = new int[5], lengths = [2, 3];
        float[] Run(int length, Action<float[]> call)
        {
            float[] output = new float[length];
            call(output);
            return output;
        }

        foreach (ITransformerEncoder encoder in new ITransformerEncoder[] { _encoder })
        {
            Bits.AssertSame(Run(5 * H, output => _encoder.Encode(ids, output)), Run(5 * H, output => encoder.Encode(ids, [], output)));
            Bits.AssertSame(Run(5 * H, output => _encoder.Encode(ids, zeros, output)), Run(5 * H, output => encoder.Encode(ids, [], output)));
            Bits.AssertSame(Run(H, output => _encoder.Embed(ids, zeros, output)), Run(H, output => encoder.Embed(ids, [], output)));
            Bits.AssertSame(Run(5 * H, output => _encoder.EncodeBatch(ids, zeros, lengths, output)), Run(5 * H, output => encoder.EncodeBatch(ids, [], lengths, output)));
            Bits.AssertSame(Run(2 * H, output => _encoder.EmbedBatch(ids, zeros, lengths, output)), Run(2 * H, output => encoder.EmbedBatch(ids, [], lengths, output)));
            Bits.AssertSame(Run(100, output => _encoder.Attend(ids, zeros, new float[5 * H], output)), Run(100, output => encoder.Attend(ids, [], new float[5 * H], output)));
            Bits.AssertSame(Run(H, output => _encoder.Embed(ids, zeros, output)), Run(H, output => _encoder.Embed(ids, [], output)));
        }
    }

    [Fact]
    public void A_text_without_tokens()
    {
        const string message = "A text has at least one token, but this one has none.";
        AssertRefused<ArgumentException>(message, "inputIds", 0, output => _encoder.Encode([], output));
        AssertRefused<ArgumentException>(message, "inputIds", 0, output => _encoder.Encode([], [], output));
        AssertRefused<ArgumentException>(message, "inputIds", H, output => _encoder.Embed([], output));
        AssertRefused<ArgumentException>(message, "inputIds", H, output => _encoder.Embed([], [], output));
        AssertRefused<ArgumentException>(message, "inputIds", 0, output => _encoder.Attend([], output, []));
        AssertRefused<ArgumentException>(message, "inputIds", 0, output => _encoder.Attend([], [], output, []));
    }

    [Fact]
    public void A_text_longer_than_the_position_table()
    {
        int[] ids = new int[OddGelu.MaxTokens + 1];
        const string message = "The text has 65 tokens, but this encoder takes at most 64.";
        AssertRefused<ArgumentException>(message, "inputIds", ids.Length * H, output => _encoder.Encode(ids, output));
        AssertRefused<ArgumentException>(message, "inputIds", ids.Length * H, output => _encoder.Encode(ids, ids, output));
        AssertRefused<ArgumentException>(message, "inputIds", H, output => _encoder.Embed(ids, output));
        AssertRefused<ArgumentException>(message, "inputIds", H, output => _encoder.Embed(ids, ids, output));
        AssertRefused<ArgumentException>(message, "inputIds", ids.Length * H, output => _encoder.Attend(ids, output, new float[2 * 2 * 65 * 65]));
        AssertRefused<ArgumentException>("Text 1 has 65 tokens, but each has 1 to 64.", "lengths", 66 * H,
            output => _encoder.EncodeBatch(new int[66], [1, 65], output));
    }

    [Fact]
    public void The_position_offset_counts_against_the_longest_text()
    {
        using Subject subject = Subject.Load(EncoderCase.Of<OddSiluRoberta>());
        OddSiluRoberta encoder = (OddSiluRoberta)subject.Encoder;
        Assert.Equal(62, OddSiluRoberta.MaxTokens);
        AssertRefused<ArgumentException>("The text has 63 tokens, but this encoder takes at most 62.", "inputIds", 63 * H,
            output => encoder.Encode(new int[63], output));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-5 * H)]
    public void An_output_of_the_wrong_length(int more)
    {
        int[] ids = new int[5];
        int wrong = 5 * H + more, wrongEmbedding = H + Math.Max(more, -H), wrongEmbeddings = 2 * H + Math.Max(more, -H);
        string hidden = $"Expected 260 elements (tokens * HiddenSize), but got {wrong}.";
        string embedding = $"Expected 52 elements (HiddenSize), but got {wrongEmbedding}.";
        AssertRefused<ArgumentException>(hidden, "lastHiddenState", wrong, output => _encoder.Encode(ids, output));
        AssertRefused<ArgumentException>(hidden, "lastHiddenState", wrong, output => _encoder.Encode(ids, ids, output));
        AssertRefused<ArgumentException>(embedding, "embedding", wrongEmbedding, output => _encoder.Embed(ids, output));
        AssertRefused<ArgumentException>(embedding, "embedding", wrongEmbedding, output => _encoder.Embed(ids, ids, output));
        AssertRefused<ArgumentException>(hidden, "lastHiddenState", wrong, output => _encoder.EncodeBatch(ids, [2, 3], output));
        AssertRefused<ArgumentException>($"Expected 104 elements (texts * HiddenSize), but got {wrongEmbeddings}.", "embeddings", wrongEmbeddings,
            output => _encoder.EmbedBatch(ids, [2, 3], output));
        AssertRefused<ArgumentException>(hidden, "lastHiddenState", wrong, output => _encoder.Attend(ids, output, new float[100]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(101)]
    public void Attention_weights_of_the_wrong_length(int length)
    {
        string message = $"Expected 100 elements (NumHiddenLayers * NumAttentionHeads * tokens * tokens), but got {length}.";
        AssertRefused<ArgumentException>(message, "attentions", 5 * H, output => _encoder.Attend(new int[5], output, new float[length]));
        AssertRefused<ArgumentException>(message, "attentions", length, output => _encoder.Attend(new int[5], new float[5 * H], output));
        AssertRefused<ArgumentException>(message, "attentions", length, output => _encoder.Attend(new int[5], new int[5], new float[5 * H], output));
    }

    [Theory]
    [InlineData(new[] { 2, 2 }, "The lengths add up to 4, but 5 tokens were given.")]
    [InlineData(new[] { 3, 3 }, "The lengths add up to 6, but 5 tokens were given.")]
    [InlineData(new int[0], "The lengths add up to 0, but 5 tokens were given.")]
    [InlineData(new[] { 2, 0, 3 }, "Text 1 has 0 tokens, but each has 1 to 64.")]
    [InlineData(new[] { 6, -1 }, "Text 1 has -1 tokens, but each has 1 to 64.")]
    [InlineData(new[] { int.MaxValue, int.MaxValue, 7 }, "Text 0 has 2147483647 tokens, but each has 1 to 64.")]
    public void Lengths_that_do_not_divide_the_tokens_up(int[] lengths, string message)
    {
        AssertRefused<ArgumentException>(message, "lengths", 5 * H, output => _encoder.EncodeBatch(new int[5], lengths, output));
        AssertRefused<ArgumentException>(message, "lengths", 5 * H, output => _encoder.EncodeBatch(new int[5], new int[5], lengths, output));
        AssertRefused<ArgumentException>(message, "lengths", lengths.Length * H, output => _encoder.EmbedBatch(new int[5], lengths, output));
        AssertRefused<ArgumentException>(message, "lengths", lengths.Length * H, output => _encoder.EmbedBatch(new int[5], new int[5], lengths, output));
    }

    [Fact]
    public void An_empty_batch_is_fine_and_gives_nothing()
    {
        _encoder.EncodeBatch([], [], []);
        _encoder.EncodeBatch([], [], [], []);
        _encoder.EmbedBatch([], [], []);
        _encoder.EmbedBatch([], [], [], []);
    }

    [Fact]
    public void Hidden_states_and_attention_weights_in_the_same_memory()
    {
        const string message = "The span overlaps another one of this call.";
        AssertRefused<ArgumentException>(message, "attentions", 5 * H, output => _encoder.Attend(new int[5], output, output.AsSpan(0, 100)));
        AssertRefused<ArgumentException>(message, "attentions", 5 * H + 99, output => _encoder.Attend(new int[5], output.AsSpan(0, 5 * H), output.AsSpan(5 * H - 1, 100)));
    }

    /// <summary>Ids that lie where the results go: a later text's would be read after an earlier one's results were written over them.</summary>
    [Fact]
    public void Results_in_the_place_of_ids_types_or_lengths()
    {
        AssertOverlap("lastHiddenState", 5 * H, (ids, output) => _encoder.Encode(ids[..5], output));
        AssertOverlap("lastHiddenState", 5 * H, (types, output) => _encoder.Encode(new int[5], types[^5..], output));
        AssertOverlap("embedding", H, (ids, output) => _encoder.Embed(ids[..5], output));
        AssertOverlap("embeddings", H, (lengths, output) => _encoder.EmbedBatch(new int[1], lengths[^1..], output));
        AssertOverlap("lastHiddenState", H, (lengths, output) => _encoder.EncodeBatch(new int[1], new int[1], lengths[^1..], output));
        AssertOverlap("attentions", 100, (ids, output) => _encoder.Attend(ids[..5], new float[5 * H], output));

        static void AssertOverlap(string parameter, int length, OverlappingCall call)
        {
            int[] memory = [.. new int[length - 1], 1];
            int[] before = [.. memory];
            ArgumentException exception = Assert.Throws<ArgumentException>(parameter, () => call(memory, MemoryMarshal.Cast<int, float>(memory.AsSpan())));
            Assert.StartsWith("The span overlaps another one of this call.", exception.Message);
            Assert.Equal(before, memory);
        }
    }

    private delegate void OverlappingCall(Span<int> input, Span<float> output);

    [Fact]
    public void A_refused_call_does_not_disturb_the_next_one()
    {
        Text text = Text.Random(s_case.Shape, seed: 1, tokens: 9);
        float[] expected = _subject.Encode(text);

        A_token_id_outside_the_vocabulary(-1, "token id -1 at position 7 is outside the vocabulary of 100");

        Bits.AssertSame(expected, _subject.Encode(text));
    }

    /// <summary>Every entry point, with and without types, refuses the same input in the same words.</summary>
    private void AssertAllRefuse<TException>(string message, string parameter, int[] ids, int[] types, int[] lengths)
        where TException : ArgumentException
    {
        AssertRefused<TException>(message, parameter, ids.Length * H, output => _encoder.Encode(ids, output));
        AssertRefused<TException>(message, parameter, H, output => _encoder.Embed(ids, output));
        AssertRefused<TException>(message, parameter, ids.Length * H, output => _encoder.EncodeBatch(ids, lengths, output));
        AssertRefused<TException>(message, parameter, lengths.Length * H, output => _encoder.EmbedBatch(ids, lengths, output));
        AssertRefused<TException>(message, parameter, ids.Length * H, output => _encoder.Attend(ids, output, Attentions(ids)));
        AssertTypedRefuse<TException>(message, parameter, ids, types, lengths);
    }

    private void AssertTypedRefuse<TException>(string message, string parameter, int[] ids, int[] types, int[] lengths)
        where TException : ArgumentException
    {
        AssertRefused<TException>(message, parameter, ids.Length * H, output => _encoder.Encode(ids, types, output));
        AssertRefused<TException>(message, parameter, H, output => _encoder.Embed(ids, types, output));
        AssertRefused<TException>(message, parameter, ids.Length * H, output => _encoder.EncodeBatch(ids, types, lengths, output));
        AssertRefused<TException>(message, parameter, lengths.Length * H, output => _encoder.EmbedBatch(ids, types, lengths, output));
        AssertRefused<TException>(message, parameter, ids.Length * H, output => _encoder.Attend(ids, types, output, Attentions(ids)));
        AssertRefused<TException>(message, parameter, Attentions(ids).Length, output => _encoder.Attend(ids, types, new float[ids.Length * H], output));
    }

    private static float[] Attentions(int[] ids) => new float[2 * 2 * ids.Length * ids.Length];

    private static void AssertRefused<TException>(string message, string parameter, int outputLength, Action<float[]> call)
        where TException : ArgumentException => Refusal.Assert<TException>(message, parameter, outputLength, call);
}

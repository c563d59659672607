using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>Calls with vectors that can't be answered, and which memory input and output may share.</summary>
public sealed class BadVectorCallTests : IDisposable
{
    private const int H = OddVectors.HiddenSize;
    private const string Overlap = "The span overlaps another one of this call.";

    private static readonly EncoderCase s_case = EncoderCase.Of<OddVectors>();

    private readonly Subject _subject = Subject.Load(s_case);
    private readonly OddVectors _encoder;

    public BadVectorCallTests() => _encoder = (OddVectors)_subject.Encoder;

    public void Dispose() => _subject.Dispose();

    [Fact]
    public void No_vectors()
    {
        const string message = "A text has at least one token, but this one has none.";
        Refusal.Assert<ArgumentException>(message, "inputEmbeddings", 0, output => _encoder.Encode([], output));
        Refusal.Assert<ArgumentException>(message, "inputEmbeddings", H, output => _encoder.Embed([], output));
        Refusal.Assert<ArgumentException>(message, "inputEmbeddings", 0, output => _encoder.Attend([], output, []));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5 * H - 1)]
    public void Vectors_that_are_not_whole(int elements)
    {
        string message = $"{elements} elements are not a whole number of vectors of 52 (HiddenSize).";
        float[] input = new float[elements];
        Refusal.Assert<ArgumentException>(message, "inputEmbeddings", 5 * H, output => _encoder.Encode(input, output));
        Refusal.Assert<ArgumentException>(message, "inputEmbeddings", H, output => _encoder.Embed(input, output));
        Refusal.Assert<ArgumentException>(message, "inputEmbeddings", 5 * H, output => _encoder.EncodeBatch(input, [5], output));
        Refusal.Assert<ArgumentException>(message, "inputEmbeddings", H, output => _encoder.EmbedBatch(input, [5], output));
        Refusal.Assert<ArgumentException>(message, "inputEmbeddings", 5 * H, output => _encoder.Attend(input, output, new float[100]));
    }

    [Fact]
    public void More_vectors_than_the_encoder_takes()
    {
        const string message = "The text has 65 tokens, but this encoder takes at most 64.";
        float[] input = new float[65 * H];
        Refusal.Assert<ArgumentException>(message, "inputEmbeddings", 65 * H, output => _encoder.Encode(input, output));
        Refusal.Assert<ArgumentException>(message, "inputEmbeddings", H, output => _encoder.Embed(input, output));
    }

    [Fact]
    public void Lengths_that_do_not_divide_the_vectors_up()
    {
        float[] input = new float[5 * H];
        Refusal.Assert<ArgumentException>("The lengths add up to 4, but 5 tokens were given.", "lengths", 5 * H, output => _encoder.EncodeBatch(input, [1, 3], output));
        Refusal.Assert<ArgumentException>("Text 0 has 0 tokens, but each has 1 to 64.", "lengths", 2 * H, output => _encoder.EmbedBatch(input, [0, 5], output));
    }

    [Fact]
    public void An_empty_batch_is_fine_and_gives_nothing()
    {
        _encoder.EncodeBatch([], [], []);
        _encoder.EmbedBatch([], [], []);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(H)]
    [InlineData(-4 * H)]
    public void An_output_that_covers_another_part_of_the_input(int shift)
    {
        int start = 5 * H;
        Refusal.Assert<ArgumentException>(Overlap, "lastHiddenState", 20 * H,
            memory => _encoder.Encode(memory.AsSpan(start, 5 * H), memory.AsSpan(start + shift, 5 * H)));
        Refusal.Assert<ArgumentException>(Overlap, "lastHiddenState", 20 * H,
            memory => _encoder.EncodeBatch(memory.AsSpan(start, 5 * H), [2, 3], memory.AsSpan(start + shift, 5 * H)));
        Refusal.Assert<ArgumentException>(Overlap, "lastHiddenState", 20 * H,
            memory => _encoder.Attend(memory.AsSpan(start, 5 * H), memory.AsSpan(start + shift, 5 * H), new float[100]));
    }

    [Fact]
    public void An_embedding_inside_the_input()
    {
        Refusal.Assert<ArgumentException>(Overlap, "embedding", 5 * H, memory => _encoder.Embed(memory, memory.AsSpan(H, H)));
        Refusal.Assert<ArgumentException>(Overlap, "embeddings", 5 * H, memory => _encoder.EmbedBatch(memory, [2, 3], memory.AsSpan(2, 2 * H)));
    }

    [Fact]
    public void Attention_weights_inside_the_input_or_the_hidden_states()
    {
        Refusal.Assert<ArgumentException>(Overlap, "attentions", 5 * H, memory => _encoder.Attend(memory, new float[5 * H], memory.AsSpan(0, 100)));
        Refusal.Assert<ArgumentException>(Overlap, "attentions", 5 * H, memory => _encoder.Attend(new float[5 * H], memory, memory.AsSpan(9, 100)));
    }

    [Fact]
    public void An_output_may_take_the_inputs_own_place()
    {
        Text text = Text.Random(s_case.Shape, seed: 8, tokens: 10);
        Text batch = text with { Lengths = [1, 7, 2] };
        float[] encoded = _subject.Encode(text), encodedBatch = _subject.EncodeBatch(batch), embeddings = _subject.EmbedBatch(batch);
        (float[] _, float[] attentions) = _subject.Attend(text);

        Bits.AssertSame(encoded, InPlace(text, (memory, _) => _encoder.Encode(memory, memory)));
        Bits.AssertSame(encodedBatch, InPlace(text, (memory, _) => _encoder.EncodeBatch(memory, [1, 7, 2], memory)));
        Bits.AssertSame(embeddings, InPlace(text, (memory, _) => _encoder.EmbedBatch(memory, [1, 7, 2], memory.AsSpan(0, 3 * H))).AsSpan(0, 3 * H));
        Bits.AssertSame(encoded, InPlace(text, (memory, weights) =>
        {
            _encoder.Attend(memory, memory, weights);
            Bits.AssertSame(attentions, weights);
        }));
    }

    private float[] InPlace(Text text, Action<float[], float[]> call)
    {
        float[] memory = [.. text.Vectors];
        call(memory, _subject.AttentionBuffer(text));
        return memory;
    }
}

using CsCheck;

namespace GeneratedEncoder.Tests;

/// <summary>A text's bits don't depend on the batch around it.</summary>
public sealed class BatchTests
{
    public static TheoryData<string> Names => EncoderCase.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_batch_of_mixed_lengths_gives_what_its_texts_give_alone(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        int[] lengths = [.. new[] { 7, 1, 17, 16, 1, 33, 2, 6, 15, 12, 31 }.Select(tokens => Math.Min(tokens, encoder.Shape.MaxTokens))];

        AssertAsAlone(subject, encoder, lengths, typed: true);
        AssertAsAlone(subject, encoder, lengths, typed: false);
    }

    /// <summary>Random batches, the same ones in every run: one sample from a fixed seed holds them all.</summary>
    [Theory]
    [InlineData(nameof(OddGelu))]
    [InlineData(nameof(OddVectors))]
    [InlineData(nameof(HeadsOf1))]
    [InlineData(nameof(OddReluPrenorm))]
    [InlineData(nameof(Modernbert))]
    [InlineData(nameof(DebertaUnshared))]
    [InlineData(nameof(GemmaEmbedding))]
    [InlineData(nameof(OddGeluInt8))]
    [InlineData(nameof(OddVectorsBFloat16))]
    public void Random_batches_give_what_their_texts_give_alone(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        Gen<(int[] Lengths, bool Typed)> batch = Gen.Select(Gen.Int[1, encoder.Shape.MaxTokens].Array[1, 8], Gen.Bool);

        batch.Array[30].Sample(
            batches => Assert.All(batches, one => AssertAsAlone(subject, encoder, one.Lengths, one.Typed)),
            seed: "0N0XIzNsQ0O2", iter: 1, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_text_anywhere_in_a_batch_has_the_same_bits(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder);
        Text text = Text.Random(encoder.Shape, seed: 1, Math.Min(9, encoder.Shape.MaxTokens));
        Text other = Text.Random(encoder.Shape, seed: 2, encoder.Shape.MaxTokens);

        float[] embeddings = subject.EmbedBatch(Text.Join([text, other, text]));

        float[][] each = [.. embeddings.Chunk(encoder.EmbeddingDimension)];
        Bits.AssertSame(each[0], each[2]);
    }

    private static void AssertAsAlone(Subject subject, EncoderCase encoder, int[] lengths, bool typed)
    {
        Text[] texts = [.. lengths.Select((tokens, i) => Text.Random(encoder.Shape, seed: (ulong)(1000 * i + tokens), tokens))];
        texts = typed ? texts : Array.ConvertAll(texts, text => text with { TypeIds = null });
        Text batch = Text.Join(texts);

        string what = $"A batch of {string.Join(", ", lengths)} tokens{(typed ? "" : " without types")}.";
        Bits.AssertSame([.. texts.SelectMany(subject.Encode)], subject.EncodeBatch(batch), what);
        Bits.AssertSame([.. texts.SelectMany(subject.Embed)], subject.EmbedBatch(batch), what);
        if (subject.Head is { HasBatches: true } head)
        {
            Bits.AssertSame([.. texts.SelectMany(head.One)], head.Batch(batch), what);
        }
    }
}

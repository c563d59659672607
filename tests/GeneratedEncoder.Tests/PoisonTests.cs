using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

/// <summary>What a text leaves behind in the workspace never reaches the next one, be it NaN.</summary>
public sealed class PoisonTests
{
    /// <summary>One workspace, so that the next call is sure to get the dirty one.</summary>
    private static readonly EncoderOptions s_oneWorkspace = new() { MaxConcurrentCalls = 1 };

    public static TheoryData<string> Names => EncoderCase.VectorNames;

    public static IEnumerable<object[]> NamesAndPoisons =>
        from encoder in EncoderCase.All
        where encoder.TakesVectors
        from poison in new[] { float.NaN, float.PositiveInfinity, 3e38f }
        select new object[] { encoder.Name, poison };

    [Theory]
    [MemberData(nameof(NamesAndPoisons))]
    public void Vectors_of_NaN_or_infinity_do_not_change_the_next_texts_bits(string name, float poison)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject clean = Subject.Load(encoder, s_oneWorkspace), dirty = Subject.Load(encoder, s_oneWorkspace);
        int most = Math.Min(33, encoder.Shape.MaxTokens);
        foreach ((int before, int after) in new[] { (most, 1), (1, most), (7, 7), (most, most), (16, 15) })
        {
            float[] poisoned = new float[before * encoder.Shape.HiddenSize];
            Array.Fill(poisoned, poison);
            Text text = Text.Random(encoder.Shape, seed: 2, after);

            dirty.Attend(Text.OfVectors(poisoned, before));
            dirty.Embed(Text.OfVectors(poisoned, before));

            Bits.AssertSame(clean.Embed(text), dirty.Embed(text), $"{after} tokens after {before}.");
            (float[] hidden, float[] attentions) = dirty.Attend(text);
            Bits.AssertSame(clean.Encode(text), hidden);
            Bits.AssertSame(clean.Attend(text).Attentions, attentions);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_poisoned_text_in_a_batch_does_not_change_its_neighbours(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        using Subject subject = Subject.Load(encoder, s_oneWorkspace);
        Text text = Text.Random(encoder.Shape, seed: 2, tokens: 11), poisoned = text with { Vectors = [.. text.Vectors] };
        poisoned.Vectors[5 * encoder.Shape.HiddenSize] = float.NaN;

        float[][] embeddings = [.. subject.EmbedBatch(Text.Join([text, poisoned, text])).Chunk(encoder.Shape.HiddenSize)];

        Bits.AssertSame(subject.Embed(text), embeddings[0]);
        Bits.AssertSame(embeddings[0], embeddings[2]);
        Assert.Contains(subject.Encode(poisoned), float.IsNaN);
    }

    /// <summary>Tokens can be poisoned by the model: here by one row of its word table.</summary>
    [Theory]
    [InlineData(nameof(OddGelu))]
    [InlineData(nameof(OddGeluNewPrenorm))]
    [InlineData(nameof(OddReluPrenorm))]
    [InlineData(nameof(HeadsOf1))]
    [InlineData(nameof(Mpnet))]
    [InlineData(nameof(AlbertTwoGroups))]
    [InlineData(nameof(WideEmbeddings))]
    [InlineData(nameof(Modernbert))]
    [InlineData(nameof(NomicUngated))]
    [InlineData(nameof(GteTypes))]
    [InlineData(nameof(JinaCode))]
    [InlineData(nameof(DebertaV2Conv))]
    [InlineData(nameof(DebertaUnshared))]
    [InlineData(nameof(T5))]
    [InlineData(nameof(GemmaEmbedding))]
    [InlineData(nameof(PoolingPrompt))]
    public void A_word_of_NaN_does_not_change_texts_without_it(string name)
    {
        EncoderCase encoder = EncoderCase.Named(name);
        Tensor words = encoder.Words;
        Tensor poisonedWords = words with { Values = [.. words.Values] };
        poisonedWords.Values.AsSpan(3 * words.Shape[1], words.Shape[1]).Fill(float.NaN);
        using Subject clean = Subject.Load(encoder, s_oneWorkspace);
        using Subject dirty = Subject.Load(encoder, path => SafetensorsWriter.Write(path, WeightType.F32,
            encoder.Model.Tensors.Select(pair => (pair.Key, pair.Value == words ? poisonedWords : pair.Value))), s_oneWorkspace);
        Text poisoned = new() { Ids = [3, 3, 3, 3, 3, 3, 3], Lengths = [7] };
        Text text = new() { Ids = [0, 1, 2, 4, 5], Lengths = [5] };

        Assert.All(dirty.Encode(poisoned), value => Assert.True(float.IsNaN(value)));

        Bits.AssertSame(clean.Encode(text), dirty.Encode(text));
        Bits.AssertSame(clean.Embed(text), dirty.Embed(text));
    }
}

namespace GeneratedEncoder.Tests;

/// <summary>One public call with input and output at hand, ready to be repeated.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Call">Makes the call; allocates nothing of its own.</param>
/// <param name="Outputs">What the call writes to.</param>
internal sealed record EntryPoint(string Name, Action Call, float[][] Outputs)
{
    /// <summary>Every call that the encoder has, for a text of <paramref name="tokens"/>, and for a batch of it and a shorter one.</summary>
    public static IReadOnlyList<EntryPoint> All(Subject subject, EncoderCase encoder, int tokens)
    {
        Text text = Text.Random(encoder.Shape, seed: (ulong)tokens, tokens);
        Text batch = Text.Join([text, Text.Random(encoder.Shape, seed: 1000, (tokens + 1) / 2)]);
        List<EntryPoint> all = [.. Calls(subject, text, batch, "")];
        if (text.TypeIds is not null)
        {
            all.AddRange(Calls(subject, text with { TypeIds = null }, batch with { TypeIds = null }, " without types"));
        }

        return all;
    }

    private static IEnumerable<EntryPoint> Calls(Subject subject, Text text, Text batch, string how)
    {
        float[] hidden = subject.HiddenBuffer(text), hiddens = subject.HiddenBuffer(batch);
        float[] embedding = subject.EmbeddingBuffer(text), embeddings = subject.EmbeddingBuffer(batch);
        float[] attended = subject.HiddenBuffer(text), attentions = subject.AttentionBuffer(text);
        yield return new("Encode" + how, () => subject.Encode(text, hidden), [hidden]);
        yield return new("Embed" + how, () => subject.Embed(text, embedding), [embedding]);
        yield return new("EncodeBatch" + how, () => subject.EncodeBatch(batch, hiddens), [hiddens]);
        yield return new("EmbedBatch" + how, () => subject.EmbedBatch(batch, embeddings), [embeddings]);
        yield return new("Attend" + how, () => subject.Attend(text, attended, attentions), [attended, attentions]);
        if (subject.Head is { } head)
        {
            foreach (EntryPoint call in HeadCalls(head, text, batch, how))
            {
                yield return call;
            }
        }
    }

    private static IEnumerable<EntryPoint> HeadCalls(HeadCall head, Text text, Text batch, string how)
    {
        float[] output = head.Buffer(text);
        yield return new("Head" + how, () => head.One(text, output), [output]);
        if (head.HasBatches)
        {
            float[] outputs = head.Buffer(batch);
            yield return new("Head of a batch" + how, () => head.Batch(batch, outputs), [outputs]);
        }

        if (head.HasScores)
        {
            float[] score = new float[1], scores = new float[batch.Lengths.Length];
            yield return new("Score" + how, () => score[0] = head.Score(text), [score]);
            yield return new("ScoreBatch" + how, () => head.Scores(batch, scores), [scores]);
        }
    }

    public override string ToString() => Name;
}

using System.Runtime.CompilerServices;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>
/// Every entry point with input, output, weights and workspaces in guarded memory, compared bit for bit with what it gives in
/// ordinary memory.
/// </summary>
internal static class GuardedCalls
{
    public static void RunAll(IEnumerable<EncoderCase> encoders, int longest)
    {
        foreach (EncoderCase encoder in encoders)
        {
            using Subject expected = Subject.Load(encoder);
            foreach (bool atEnd in new[] { true, false })
            {
                AlignedMemory.Source = (bytes => GuardedMemory.Take(bytes, atEnd, alignment: 64), GuardedMemory.GiveBack);
                using Subject guarded = Subject.Load(encoder, new EncoderOptions { MaxConcurrentCalls = 1 });
                Random random = new(1);
                int most = Math.Min(longest, encoder.Shape.MaxTokens);
                foreach (int tokens in Enumerable.Range(0, 8).Select(_ => random.Next(1, most + 1)).Prepend(most).Prepend(1).Distinct())
                {
                    Run(encoder, expected, guarded, random, tokens, most, atEnd);
                }
            }
        }
    }

    /// <summary>One float too far, or a write to what may only be read.</summary>
    public static void StepOutside(string what, bool atEnd)
    {
        using GuardedSpan<float> span = what == "output" ? new(7, atEnd) : GuardedSpan<float>.Of(new float[7], atEnd);
        ref float first = ref span.Span[0];
        Unsafe.Add(ref first, what == "input" ? 0 : atEnd ? 7 : -1) = 1f;
    }

    private static void Run(EncoderCase encoder, Subject expected, Subject guarded, Random random, int tokens, int most, bool atEnd)
    {
        Text text = Text.Random(encoder.Shape, (ulong)tokens, tokens);
        Text batch = Text.Join([text, .. Enumerable.Range(0, random.Next(4)).Select(i => Text.Random(encoder.Shape, (ulong)i, random.Next(1, most + 1)))]);
        Compare(encoder, expected, guarded, text, batch, atEnd);
        if (text.TypeIds is not null)
        {
            Compare(encoder, expected, guarded, text with { TypeIds = null }, batch with { TypeIds = null }, atEnd);
        }
    }

    private static void Compare(EncoderCase encoder, Subject expected, Subject guarded, Text text, Text batch, bool atEnd)
    {
        using GuardedText one = new(text, atEnd), several = new(batch, atEnd);
        GuardedCall call = new(guarded.Encoder);
        Check(encoder, expected.Encode(text), atEnd, output => call.Encode(one, output));
        Check(encoder, expected.Embed(text), atEnd, output => call.Embed(one, output));
        Check(encoder, expected.EncodeBatch(batch), atEnd, output => call.EncodeBatch(several, output));
        Check(encoder, expected.EmbedBatch(batch), atEnd, output => call.EmbedBatch(several, output));
        (float[] hidden, float[] attentions) = expected.Attend(text);
        Check(encoder, attentions, atEnd, output =>
        {
            using GuardedSpan<float> attended = new(hidden.Length, atEnd);
            call.Attend(one, attended.Span, output);
            Bits.AssertSame(hidden, attended.Span, encoder.Name);
        });
        if (expected.Head is { } head)
        {
            Check(encoder, head.One(text), atEnd, output => call.Head(one, output));
            if (head.HasBatches)
            {
                Check(encoder, head.Batch(batch), atEnd, output => call.HeadBatch(several, output));
            }
        }
    }

    private static void Check(EncoderCase encoder, float[] expected, bool atEnd, Call call)
    {
        using GuardedSpan<float> output = new(expected.Length, atEnd);
        call(output.Span);
        Bits.AssertSame(expected, output.Span, encoder.Name);
    }

    private delegate void Call(Span<float> output);
}

/// <summary>A text's parts, each in guarded memory that can only be read.</summary>
internal sealed class GuardedText(Text text, bool atEnd) : IDisposable
{
    private readonly GuardedSpan<int> _ids = GuardedSpan<int>.Of(text.Ids, atEnd), _types = GuardedSpan<int>.Of(text.TypeIds ?? [], atEnd),
        _lengths = GuardedSpan<int>.Of(text.Lengths, atEnd), _positions = GuardedSpan<int>.Of(text.Positions, atEnd);

    private readonly GuardedSpan<float> _vectors = GuardedSpan<float>.Of(text.Vectors, atEnd);

    public bool IsTyped => text.TypeIds is not null;

    public ReadOnlySpan<int> Ids => _ids.Span;

    public ReadOnlySpan<int> TypeIds => _types.Span;

    public ReadOnlySpan<int> Lengths => _lengths.Span;

    public ReadOnlySpan<int> Positions => _positions.Span;

    public ReadOnlySpan<float> Vectors => _vectors.Span;

    public void Dispose()
    {
        Array.ForEach([_ids, _types, _lengths, _positions], part => part.Dispose());
        _vectors.Dispose();
    }
}

/// <summary>The entry points of whatever encoder, on spans.</summary>
internal sealed class GuardedCall(IDisposable encoder)
{
    public void Encode(GuardedText text, Span<float> hidden)
    {
        switch (encoder)
        {
            case IVectorEncoder vectors: vectors.Encode(text.Vectors, hidden); break;
            case ITypedEncoder typed when text.IsTyped: typed.Encode(text.Ids, text.TypeIds, hidden); break;
            case ITokenEncoder tokens: tokens.Encode(text.Ids, hidden); break;
        }
    }

    public void Embed(GuardedText text, Span<float> embedding)
    {
        switch (encoder)
        {
            case IVectorEncoder vectors: vectors.Embed(text.Vectors, embedding); break;
            case ITypedEncoder typed when text.IsTyped: typed.Embed(text.Ids, text.TypeIds, embedding); break;
            case ITokenEncoder tokens: tokens.Embed(text.Ids, embedding); break;
        }
    }

    public void EncodeBatch(GuardedText texts, Span<float> hidden)
    {
        switch (encoder)
        {
            case IVectorEncoder vectors: vectors.EncodeBatch(texts.Vectors, texts.Lengths, hidden); break;
            case ITypedEncoder typed when texts.IsTyped: typed.EncodeBatch(texts.Ids, texts.TypeIds, texts.Lengths, hidden); break;
            case ITokenEncoder tokens: tokens.EncodeBatch(texts.Ids, texts.Lengths, hidden); break;
        }
    }

    public void EmbedBatch(GuardedText texts, Span<float> embeddings)
    {
        switch (encoder)
        {
            case IVectorEncoder vectors: vectors.EmbedBatch(texts.Vectors, texts.Lengths, embeddings); break;
            case ITypedEncoder typed when texts.IsTyped: typed.EmbedBatch(texts.Ids, texts.TypeIds, texts.Lengths, embeddings); break;
            case ITokenEncoder tokens: tokens.EmbedBatch(texts.Ids, texts.Lengths, embeddings); break;
        }
    }

    public void Attend(GuardedText text, Span<float> hidden, Span<float> attentions)
    {
        switch (encoder)
        {
            case IVectorEncoder vectors: vectors.Attend(text.Vectors, hidden, attentions); break;
            case ITypedEncoder typed when text.IsTyped: typed.Attend(text.Ids, text.TypeIds, hidden, attentions); break;
            case ITokenEncoder tokens: tokens.Attend(text.Ids, hidden, attentions); break;
        }
    }

    public void Head(GuardedText text, Span<float> output)
    {
        switch (encoder)
        {
            case IPoolsVectors head: head.PoolerOutput(text.Vectors, output); break;
            case IPoolsTyped head when text.IsTyped: head.PoolerOutput(text.Ids, text.TypeIds, output); break;
            case IPools head: head.PoolerOutput(text.Ids, output); break;
            case IClassifiesVectors head: head.Classify(text.Vectors, output); break;
            case IClassifiesTyped head when text.IsTyped: head.Classify(text.Ids, text.TypeIds, output); break;
            case IClassifies head: head.Classify(text.Ids, output); break;
            case ILabelsVectors head: head.LabelTokens(text.Vectors, output); break;
            case ILabelsTyped head when text.IsTyped: head.LabelTokens(text.Ids, text.TypeIds, output); break;
            case ILabels head: head.LabelTokens(text.Ids, output); break;
            case IPredictsTyped head when text.IsTyped: head.PredictMasked(text.Ids, text.TypeIds, text.Positions, output); break;
            case IPredicts head: head.PredictMasked(text.Ids, text.Positions, output); break;
        }
    }

    public void HeadBatch(GuardedText texts, Span<float> output)
    {
        switch (encoder)
        {
            case IPoolsVectors head: head.PoolerOutputBatch(texts.Vectors, texts.Lengths, output); break;
            case IPoolsTyped head when texts.IsTyped: head.PoolerOutputBatch(texts.Ids, texts.TypeIds, texts.Lengths, output); break;
            case IPools head: head.PoolerOutputBatch(texts.Ids, texts.Lengths, output); break;
            case IClassifiesVectors head: head.ClassifyBatch(texts.Vectors, texts.Lengths, output); break;
            case IClassifiesTyped head when texts.IsTyped: head.ClassifyBatch(texts.Ids, texts.TypeIds, texts.Lengths, output); break;
            case IClassifies head: head.ClassifyBatch(texts.Ids, texts.Lengths, output); break;
            case ILabelsVectors head: head.LabelTokensBatch(texts.Vectors, texts.Lengths, output); break;
            case ILabelsTyped head when texts.IsTyped: head.LabelTokensBatch(texts.Ids, texts.TypeIds, texts.Lengths, output); break;
            case ILabels head: head.LabelTokensBatch(texts.Ids, texts.Lengths, output); break;
        }
    }
}

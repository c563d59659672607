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
        Check(encoder, expected.Encode(text), atEnd, output => guarded.Encode(one.Spans, output));
        Check(encoder, expected.Embed(text), atEnd, output => guarded.Embed(one.Spans, output));
        Check(encoder, expected.EncodeBatch(batch), atEnd, output => guarded.EncodeBatch(several.Spans, output));
        Check(encoder, expected.EmbedBatch(batch), atEnd, output => guarded.EmbedBatch(several.Spans, output));
        (float[] hidden, float[] attentions) = expected.Attend(text);
        Check(encoder, attentions, atEnd, output =>
        {
            using GuardedSpan<float> attended = new(hidden.Length, atEnd);
            guarded.Attend(one.Spans, attended.Span, output);
            Bits.AssertSame(hidden, attended.Span, encoder.Name);
        });
        if (expected.Head is { } head)
        {
            Check(encoder, head.One(text), atEnd, output => guarded.Head!.One(one.Spans, output));
            if (head.HasBatches)
            {
                Check(encoder, head.Batch(batch), atEnd, output => guarded.Head!.Batch(several.Spans, output));
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

    public TextSpans Spans => new()
    {
        Ids = _ids.Span, TypeIds = _types.Span, HasTypes = text.TypeIds is not null, Vectors = _vectors.Span, Lengths = _lengths.Span, Positions = _positions.Span,
    };

    public void Dispose()
    {
        Array.ForEach([_ids, _types, _lengths, _positions], part => part.Dispose());
        _vectors.Dispose();
    }
}

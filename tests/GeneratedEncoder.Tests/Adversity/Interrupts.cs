using System.Diagnostics;

namespace GeneratedEncoder.Tests;

/// <summary>Callers that somebody interrupts again and again, on a busy machine: every call is finished with the right bits, or never begun.</summary>
internal static class Interrupts
{
    /// <summary>Null, or what went wrong. A workspace that was lost shows as a call that never ends.</summary>
    /// <param name="encoder">Which encoder.</param>
    /// <param name="callers">Threads that call.</param>
    /// <param name="options">How many of them compute at once, and on how many threads.</param>
    /// <param name="time">How long.</param>
    public static string? Finding(EncoderCase encoder, int callers, EncoderOptions options, TimeSpan time)
    {
        using Subject alone = Subject.Load(encoder), subject = Subject.Load(encoder, options);
        Text[] texts = [.. new[] { 16, 40, encoder.Shape.MaxTokens }.Select(tokens => Text.Random(encoder.Shape, (ulong)tokens, tokens))];
        float[][] expected = [.. texts.Select(alone.Encode)];
        string? finding = null;
        bool over = false;
        Thread[] spinners = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() => SpinWait.SpinUntil(() => Volatile.Read(ref over))) { IsBackground = true })];
        Thread[] threads = [.. Enumerable.Range(0, callers).Select(caller => new Thread(() =>
        {
            try
            {
                for (int call = caller; !Volatile.Read(ref over); call++)
                {
                    if (Differs(subject, texts[call % texts.Length], expected[call % texts.Length]) is { } wrong)
                    {
                        finding ??= wrong;
                    }
                }
            }
            catch (Exception e)
            {
                finding ??= e.ToString();
            }
        }))];
        Array.ForEach([.. spinners, .. threads], thread => thread.Start());
        Random random = new(1);
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < time;)
        {
            threads[random.Next(threads.Length)].Interrupt();
            long until = Stopwatch.GetTimestamp() + random.NextInt64(Stopwatch.Frequency / 500);
            SpinWait.SpinUntil(() => Stopwatch.GetTimestamp() > until);
        }

        Volatile.Write(ref over, true);
        Array.ForEach([.. spinners, .. threads], thread => thread.Join());
        return finding ?? Differs(subject, texts[0], expected[0]);
    }

    private static string? Differs(Subject subject, Text text, float[] expected)
    {
        float[] hidden = new float[expected.Length];
        Array.Fill(hidden, float.NaN);
        try
        {
            subject.Encode(text, hidden);
            return Bits.AreSame(expected, hidden) ? null : $"A call of {text.Tokens} tokens gave other bits.";
        }
        catch (ThreadInterruptedException)
        {
            return hidden.All(float.IsNaN) ? null : $"A call of {text.Tokens} tokens was interrupted when it had written.";
        }
    }
}

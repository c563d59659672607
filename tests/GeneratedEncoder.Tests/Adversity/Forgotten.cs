using System.Runtime.CompilerServices;
using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>Encoders that nobody disposed of, and what is left of them after a collection.</summary>
internal static class Forgotten
{
    private static readonly AsyncLocal<byte[]?> s_callers = new();
    private static long s_bytes;

    /// <summary>Null, or what is left of a dozen encoders that have computed on some threads.</summary>
    public static string? Finding(EncoderCase encoder, int threads)
    {
        (Func<long, nint> take, Action<nint, long> giveBack) = AlignedMemory.Source;
        AlignedMemory.Source = (
            bytes =>
            {
                nint start = take(bytes);
                Interlocked.Add(ref s_bytes, bytes);
                return start;
            },
            (start, bytes) =>
            {
                Interlocked.Add(ref s_bytes, -bytes);
                giveBack(start, bytes);
            });
        for (int i = 0; i < 12; i++)
        {
            Use(encoder, threads);
        }

        bool gone = SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Volatile.Read(ref s_bytes) == 0 && TeamThreads.Of(encoder) == 0;
            },
            TimeSpan.FromSeconds(20));
        return gone ? null : $"Of 12 encoders that nobody disposed of, {Volatile.Read(ref s_bytes)} bytes and {TeamThreads.Of(encoder)} threads are left.";
    }

    /// <summary>Null, or that a team's threads keep what their first caller's context held.</summary>
    public static string? FindingOfContext(EncoderCase encoder, int threads)
    {
        using Subject subject = Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = threads });
        WeakReference context = CallWithContext(subject, Text.Random(encoder.Shape, 1, encoder.Shape.MaxTokens));
        GC.Collect();
        return context.IsAlive ? "The team's threads keep what their first caller's AsyncLocal held." : null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Use(EncoderCase encoder, int threads)
    {
        using TempFolder folder = new();
        encoder.Model.Save(folder["model.safetensors"]);
        IDisposable instance = encoder.Load(folder["model.safetensors"], new EncoderOptions { MaxDegreeOfParallelism = threads });
        Text text = Text.Random(encoder.Shape, 1, encoder.Shape.MaxTokens);
        float[] hidden = new float[text.Tokens * encoder.Shape.HiddenSize];
        for (int call = 0; call < 10; call++)
        {
            ((ITypedEncoder)instance).Encode(text.Ids, hidden);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference CallWithContext(Subject subject, Text text)
    {
        WeakReference? reference = null;
        Thread caller = new(() =>
        {
            s_callers.Value = new byte[1 << 20];
            reference = new WeakReference(s_callers.Value);
            for (int call = 0; call < 10; call++)
            {
                subject.Encode(text);
            }
        });
        caller.Start();
        caller.Join();
        return reference!;
    }
}

using System.Runtime.InteropServices;

namespace GeneratedEncoder.Tests;

/// <summary>A limit on threads, as a container has, set on this process for a while.</summary>
internal static partial class ThreadLimit
{
    private const int UserThreads = 6; // RLIMIT_NPROC of <sys/resource.h>

    /// <summary>Null, or what went wrong: calls while no thread can be started, and calls after the limit was lifted.</summary>
    public static string? Finding(EncoderCase encoder, int threads)
    {
        using Subject alone = Subject.Load(encoder), subject = Subject.Load(encoder, new EncoderOptions { MaxDegreeOfParallelism = threads });
        Text text = Text.Random(encoder.Shape, 1, encoder.Shape.MaxTokens);
        float[] expected = alone.Encode(text);
        Limit before = Get(), none = before with { Current = 1 };
        Set(none);
        if (CanStart())
        {
            return "The limit on threads limits nothing.";
        }

        for (int call = 0; call < 20; call++)
        {
            if (!Bits.AreSame(expected, subject.Encode(text)))
            {
                return "A call without threads gave other bits.";
            }
        }

        Set(before);
        for (int call = 0; call < 3000 && TeamThreads.Of(encoder) < threads - 1; call++)
        {
            if (!Bits.AreSame(expected, subject.Encode(text)))
            {
                return "A call after the limit was lifted gave other bits.";
            }
        }

        return TeamThreads.Of(encoder) == threads - 1 ? null : $"{TeamThreads.Of(encoder)} threads were started after the limit was lifted.";
    }

    private static bool CanStart()
    {
        try
        {
            Thread thread = new(() => { });
            thread.Start();
            thread.Join();
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private static Limit Get()
    {
        Assert.Equal(0, getrlimit(UserThreads, out Limit limit));
        return limit;
    }

    private static void Set(Limit limit) => Assert.Equal(0, setrlimit(UserThreads, in limit));

    private record struct Limit
    {
        public nuint Current;
        public nuint Most;
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out Limit limit);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, in Limit limit);
}

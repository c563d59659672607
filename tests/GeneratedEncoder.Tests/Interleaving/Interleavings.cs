namespace GeneratedEncoder.Tests;

/// <summary>
/// Tries all ways in which threads' steps can follow each other, and in each all values that weak memory may show them. Threads are
/// ordinary code: a step is an access to a word, a signal or a wait, and a thread is run again from its beginning, with what its steps have
/// given, up to its next one.
/// </summary>
internal sealed class Interleavings
{
    private readonly Action<ModelThread>[] _threads;
    private readonly HashSet<(int, int)> _seen = [];
    private readonly int _words, _mostStates;

    private Interleavings(int words, int mostStates, Action<ModelThread>[] threads) => (_words, _mostStates, _threads) = (words, mostStates, threads);

    /// <summary>How many different states there were.</summary>
    public int States => _seen.Count;

    /// <summary>What goes wrong in some order; null if nothing does.</summary>
    public string? Finding { get; private set; }

    /// <summary>Runs all, until something goes wrong.</summary>
    /// <param name="words">How many words the threads share.</param>
    /// <param name="mostStates">More different states than that are a finding of their own.</param>
    /// <param name="threads">Each thread's code.</param>
    public static Interleavings Of(int words, int mostStates, params Action<ModelThread>[] threads)
    {
        Interleavings all = new(words, mostStates, threads);
        all.Run();
        return all;
    }

    private void Run()
    {
        State first = new(new WeakMemory(_words, _threads.Length), _threads.Length);
        for (int thread = 0; thread < _threads.Length; thread++)
        {
            Continue(first, thread);
        }

        Stack<State> open = new([first]);
        while (Finding is null && open.TryPop(out State? state))
        {
            if (state.Finding is not null)
            {
                Finding = state.Finding;
            }
            else if (!_seen.Add(state.Hash()))
            {
                continue;
            }
            else if (_seen.Count > _mostStates)
            {
                Finding = "There are more states than were allowed.";
            }
            else
            {
                Expand(state, open);
            }
        }
    }

    private void Expand(State state, Stack<State> open)
    {
        bool stuck = true;
        int only = Array.FindIndex(state.Next, step => step is { IsPrivate: true });
        for (int thread = 0; thread < _threads.Length; thread++)
        {
            if (state.Next[thread] is not { } step || (only >= 0 && thread != only))
            {
                continue;
            }

            int choices = step.Choices(state.Clone(), thread);
            for (int choice = 0; choice < choices; choice++)
            {
                State next = state.Clone();
                next.Log[thread] = [.. next.Log[thread], step.Take(next, thread, choice)];
                Continue(next, thread);
                next.Memory.Forget();
                open.Push(next);
            }

            stuck &= choices == 0;
        }

        if (stuck && state.Next.Any(step => step is not null))
        {
            Finding = "The threads wait for each other for ever.";
        }
    }

    /// <summary>Runs a thread up to its next step.</summary>
    private void Continue(State state, int thread)
    {
        ModelThread model = new(state.Stage[thread], state.Log[thread]);
        try
        {
            _threads[thread](model);
            state.Next[thread] = null;
            state.Log[thread] = [];
        }
        catch (NextStepException)
        {
            state.Next[thread] = model.Next;
        }
        catch (StageException)
        {
            state.Stage[thread] = model.Stage;
            state.Log[thread] = [];
            Continue(state, thread);
        }
        catch (FindingException finding)
        {
            state.Finding = finding.Message;
        }
    }
}

/// <summary>All of a moment: memory, signals that were given, and for each thread what its steps have given and its next one.</summary>
internal sealed class State(WeakMemory memory, int threads)
{
    public WeakMemory Memory { get; } = memory;

    public bool[] Signals { get; } = new bool[threads];

    /// <summary>How often each thing has been done that <see cref="ModelThread.Count"/> counts.</summary>
    public Dictionary<int, int> Counts { get; private init; } = [];

    /// <summary>Where each thread's code begins.</summary>
    public int[] Stage { get; } = new int[threads];

    public long[][] Log { get; } = [.. Enumerable.Repeat(Array.Empty<long>(), threads)];

    public Step?[] Next { get; } = new Step?[threads];

    public string? Finding { get; set; }

    public State Clone()
    {
        State clone = new(Memory.Clone(), Signals.Length) { Finding = Finding, Counts = new(Counts) };
        Stage.CopyTo(clone.Stage, 0);
        Signals.CopyTo(clone.Signals, 0);
        Log.CopyTo(clone.Log, 0);
        Next.CopyTo(clone.Next, 0);
        return clone;
    }

    public (int, int) Hash()
    {
        HashCode hash = new(), second = new();
        Memory.AddTo(ref hash, ref second);
        for (int thread = 0; thread < Signals.Length; thread++)
        {
            WeakMemory.Add(ref hash, ref second, Signals[thread] ? 1 : 0);
            WeakMemory.Add(ref hash, ref second, Stage[thread]);
            WeakMemory.Add(ref hash, ref second, Next[thread] is null ? 1 : 0);
            WeakMemory.Add(ref hash, ref second, Log[thread].Length);
            foreach (long result in Log[thread])
            {
                WeakMemory.Add(ref hash, ref second, result);
            }
        }

        foreach ((int thing, int count) in Counts.OrderBy(pair => pair.Key))
        {
            WeakMemory.Add(ref hash, ref second, (thing << 8) + count);
        }

        return (hash.ToHashCode(), second.ToHashCode());
    }
}

/// <summary>A step of a thread: in how many ways it can go now, none if it can't, and how it goes.</summary>
/// <param name="Choices">The state, which it may change, and the thread.</param>
/// <param name="Take">Takes it, in the way of that number, and returns what it gives.</param>
/// <param name="IsPrivate">
/// Whether it may as well be taken at once: a write in no order, which others may overlook for as long as they like.
/// </param>
internal sealed record Step(Func<State, int, int> Choices, Func<State, int, int, long> Take, bool IsPrivate = false);

/// <summary>The accesses of a thread's code to what it shares.</summary>
internal sealed class ModelThread(int stage, long[] log)
{
    private static readonly NextStepException s_nextStep = new();
    private static readonly StageException s_stage = new();
    private int _at;

    /// <summary>The step that the thread has come to.</summary>
    public Step? Next { get; private set; }

    /// <summary>Where the code shall begin: 0 at first, then what it last said.</summary>
    public int Stage { get; private set; } = stage;

    /// <summary>Says that the code has nothing to remember but this number: it begins again, and has forgotten what its steps gave.</summary>
    public void Begin(int stage)
    {
        if (stage != Stage || log.Length > 0)
        {
            Stage = stage;
            throw s_stage;
        }
    }

    /// <summary>Counts a thing, outside of the memory, so that it brings nothing into an order. Returns how often it was counted.</summary>
    public long Count(int thing) => Do(new(
        (_, _) => 1,
        (state, _, _) => state.Counts[thing] = state.Counts.GetValueOrDefault(thing) + 1,
        IsPrivate: true));

    public long Read(int word, bool acquires = true) => Do(new(
        (state, thread) => state.Memory.ReadChoices(thread, word),
        (state, thread, choice) => state.Memory.Read(thread, word, acquires, choice)));

    public void Write(int word, long value, bool releases = true) => Do(new(
        (state, thread) => state.Memory.WriteChoices(thread, word),
        (state, thread, choice) =>
        {
            state.Memory.Write(thread, word, value, releases, choice);
            return 0;
        },
        IsPrivate: !releases));

    /// <summary>Replaces what a word has, unless the function gives nothing.</summary>
    public long Exchange(int word, Func<long, long?> replace) => Do(new(
        (state, thread) => state.Memory.ExchangeChoices(thread, word),
        (state, thread, choice) => state.Memory.Exchange(thread, word, replace, choice)));

    public void Fence() => Do(new(
        (_, _) => 1,
        (state, thread, _) =>
        {
            state.Memory.Fence(thread);
            return 0;
        }));

    /// <summary>Reads a word again and again until it has another value; one that it never gets makes the thread wait for ever.</summary>
    public void AwaitOther(int word, long value)
    {
        Do(new(
            (state, thread) => FirstOther(state, thread) < 0 ? 0 : 1,
            (state, thread, _) => state.Memory.Read(thread, word, true, FirstOther(state, thread))));

        int FirstOther(State state, int thread) => Enumerable.Range(0, state.Memory.ReadChoices(thread, word))
            .FirstOrDefault(choice => state.Clone().Memory.Read(thread, word, true, choice) != value, -1);
    }

    public void Signal(int thread) => Do(new(
        (_, _) => 1,
        (state, _, _) =>
        {
            state.Signals[thread] = true;
            return 0;
        }));

    public void Sleep() => Do(new(
        (state, thread) => state.Signals[thread] ? 1 : 0,
        (state, thread, _) =>
        {
            state.Signals[thread] = false;
            return 0;
        }));

    /// <summary>Says what has gone wrong, if it has.</summary>
    public void Assert(bool holds, string otherwise)
    {
        if (!holds && _at == log.Length)
        {
            throw new FindingException(otherwise);
        }
    }

    private long Do(Step step)
    {
        if (_at < log.Length)
        {
            return log[_at++];
        }

        Next = step;
        throw s_nextStep;
    }
}

/// <summary>Ends a thread's run at its next step.</summary>
internal sealed class NextStepException : Exception;

/// <summary>Lets a thread begin again.</summary>
internal sealed class StageException : Exception;

/// <summary>Something has gone wrong.</summary>
internal sealed class FindingException(string message) : Exception(message);

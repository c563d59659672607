namespace GeneratedEncoder.Tests;

/// <summary>
/// Words as the weakest processors show them to several threads, in the manner of view-based memory models: a word is all values that
/// it ever had, in the order that all threads agree on, and each thread has a view, the earliest value of each word that it may still
/// read. What a thread writes needn't come last in that order, only behind what it knows. Reads that acquire take over the view of what
/// they read if that was written with release; whatever is interlocked reads the latest that fits, and is a full fence.
/// </summary>
internal sealed class WeakMemory
{
    private readonly List<Value>[] _words;
    private readonly int[][] _views; // of each thread; the last is that of all fences
    private int _nextId;

    public WeakMemory(int words, int threads)
    {
        _words = [.. Enumerable.Range(0, words).Select(_ => new List<Value> { new(_nextId++, 0, false, new int[words]) })];
        int[] first = [.. _words.Select(values => values[0].Id)];
        Array.ForEach(_words, values => first.CopyTo(values[0].View, 0));
        _views = [.. Enumerable.Range(0, threads + 1).Select(_ => first.ToArray())];
    }

    private WeakMemory(WeakMemory other)
    {
        _words = [.. other._words.Select(values => values.ToList())];
        _views = [.. other._views.Select(view => view.ToArray())];
        _nextId = other._nextId;
    }

    /// <summary>A value of a word.</summary>
    /// <param name="Id">Its number.</param>
    /// <param name="Number">The value itself.</param>
    /// <param name="IsAttached">Whether nothing may come between it and the value before, from which it was made.</param>
    /// <param name="View">What a reader that acquires it knows.</param>
    private sealed record Value(int Id, long Number, bool IsAttached, int[] View);

    public WeakMemory Clone() => new(this);

    /// <summary>How many values a read may give.</summary>
    public int ReadChoices(int thread, int word) => _words[word].Count - Seen(thread, word);

    public long Read(int thread, int word, bool acquires, int choice)
    {
        Value value = _words[word][Seen(thread, word) + choice];
        _views[thread][word] = value.Id;
        if (acquires)
        {
            Join(_views[thread], value.View);
        }

        return value.Number;
    }

    /// <summary>At how many places a value may come.</summary>
    public int WriteChoices(int thread, int word) => Places(thread, word).Count();

    public void Write(int thread, int word, long number, bool releases, int choice)
    {
        // The first choice is the end.
        int place = Places(thread, word).ElementAt(choice);
        Insert(thread, word, place, number, isAttached: false, releases ? _views[thread] : null);
    }

    /// <summary>How many values something interlocked may find. It reads behind the view of all fences.</summary>
    public int ExchangeChoices(int thread, int word)
    {
        Fence(thread);
        return Found(thread, word).Count();
    }

    /// <summary>Replaces a value unless that is not what is expected. Returns what was found.</summary>
    public long Exchange(int thread, int word, Func<long, long?> replace, int choice)
    {
        Fence(thread);
        int place = Found(thread, word).ElementAt(choice);
        Value found = _words[word][place];
        _views[thread][word] = found.Id;
        Join(_views[thread], found.View);
        if (replace(found.Number) is { } number)
        {
            Insert(thread, word, place + 1, number, isAttached: true, _views[thread]);
        }

        Fence(thread);
        return found.Number;
    }

    public void Fence(int thread)
    {
        Join(_views[thread], _views[^1]);
        Join(_views[^1], _views[thread]);
    }

    /// <summary>Drops the values that nobody may read any more.</summary>
    public void Forget()
    {
        for (int word = 0; word < _words.Length; word++)
        {
            _words[word].RemoveRange(0, _views.Min(view => Place(word, view[word])));
        }
    }

    /// <summary>Everything that matters of it: places instead of numbers.</summary>
    public void AddTo(ref HashCode hash, ref HashCode second)
    {
        for (int word = 0; word < _words.Length; word++)
        {
            foreach (Value value in _words[word])
            {
                Add(ref hash, ref second, value.Number);
                Add(ref hash, ref second, value.IsAttached ? 1 : 0);
                AddView(ref hash, ref second, value.View);
            }

            Add(ref hash, ref second, -1);
        }

        foreach (int[] view in _views)
        {
            AddView(ref hash, ref second, view);
        }
    }

    public static void Add(ref HashCode hash, ref HashCode second, long value)
    {
        hash.Add(value);
        second.Add(value * 31 + 7);
    }

    private void AddView(ref HashCode hash, ref HashCode second, int[] view)
    {
        for (int word = 0; word < view.Length; word++)
        {
            Add(ref hash, ref second, Place(word, view[word]));
        }
    }

    private void Insert(int thread, int word, int place, long number, bool isAttached, int[]? view)
    {
        int id = _nextId++;
        int[] known = view?.ToArray() ?? [.. _words.Select(values => values[0].Id)];
        known[word] = id;
        _words[word].Insert(place, new Value(id, number, isAttached, known));
        _views[thread][word] = id;
    }

    private IEnumerable<int> Places(int thread, int word)
    {
        for (int place = _words[word].Count; place > Seen(thread, word); place--)
        {
            if (place == _words[word].Count || !_words[word][place].IsAttached)
            {
                yield return place;
            }
        }
    }

    private IEnumerable<int> Found(int thread, int word)
    {
        for (int place = _words[word].Count - 1; place >= Seen(thread, word); place--)
        {
            if (place + 1 == _words[word].Count || !_words[word][place + 1].IsAttached)
            {
                yield return place;
            }
        }
    }

    private int Seen(int thread, int word) => Place(word, _views[thread][word]);

    /// <summary>A value that was dropped counts as the first, which everybody knows.</summary>
    private int Place(int word, int id) => Math.Max(0, _words[word].FindIndex(value => value.Id == id));

    private void Join(int[] view, int[] other)
    {
        for (int word = 0; word < view.Length; word++)
        {
            if (view[word] != other[word] && Place(word, view[word]) < Place(word, other[word]))
            {
                view[word] = other[word];
            }
        }
    }
}

using System.Diagnostics;

namespace GeneratedEncoder.Text;

/// <summary>
/// The work behind asynchronous calls: a bounded queue of requests, and threads that take texts from it in turn, one of each request, pack them and
/// compute them.
/// </summary>
/// <param name="owner">Whose service it is, for messages: the encoder's class.</param>
/// <param name="info">The encoder.</param>
/// <param name="writer">Whose scratch the threads work in.</param>
/// <param name="settings">How texts wait, and how many threads compute them.</param>
/// <param name="specialTokens">Tokens that every text has beside its own.</param>
internal sealed class EncoderService(string owner, EncoderInfo info, InputWriter writer, ServiceSettings settings, int specialTokens) : IDisposable
{
    /// <summary>The limit until the machine's speed is known, and the least one that a speed gives.</summary>
    private const long FirstLimit = 8192, LeastLimit = 4096;

    private static readonly TimeSpan LeastRetry = TimeSpan.FromMilliseconds(50), MostRetry = TimeSpan.FromMinutes(1);

    private readonly object _gate = new(); // for all that follows
    private readonly LinkedList<ServiceRequest> _queue = new();
    private long _waitingTokens, _countedTokens;
    private int _running, _idle;
    private bool _isDisposed;

    /// <summary>What it has learnt of its work.</summary>
    public ServiceSpeed Speed { get; } = new();

    /// <summary>How long a thread without work stays. So a pipeline that nobody disposed of is let go of in the end. Tests have less patience.</summary>
    public TimeSpan IdleTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Threads that compute or wait for work.</summary>
    public int Threads
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

    /// <summary>The model's name.</summary>
    public string Model => info.Name;

    /// <summary>About how many tokens wait, those of texts under way not among them.</summary>
    public long WaitingTokens
    {
        get
        {
            lock (_gate)
            {
                return _waitingTokens;
            }
        }
    }

    /// <summary>The most tokens that wait before requests are refused.</summary>
    public long MaxWaitingTokens => settings.MaxWaitingTokens ??
        (Speed.TokensPerSecond is var speed and > 0 ? Math.Max(LeastLimit, (long)(speed * settings.Threads * settings.MaxWaitingTime.TotalSeconds)) : FirstLimit);

    /// <summary>Whether it was disposed of.</summary>
    public bool IsDisposed
    {
        get
        {
            lock (_gate)
            {
                return _isDisposed;
            }
        }
    }

    /// <summary>Puts a request behind those that wait.</summary>
    /// <exception cref="EncoderOverloadedException">Too much waits already; nothing was begun.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed of.</exception>
    public void Submit(ServiceRequest request)
    {
        if (request.Texts == 0)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, owner);
            request.Complete();
            return;
        }

        double charactersPerToken = Speed.CharactersPerToken;
        request.Estimate(i => (int)Math.Min(info.MaxTokens, specialTokens + Math.Ceiling(request.Characters(i) / charactersPerToken)));

        // Before it waits, so that what is cancelled now never waits.
        request.Registration = request.Cancellation.UnsafeRegister(static (state, token) =>
        {
            (EncoderService service, ServiceRequest request) = ((EncoderService, ServiceRequest))state!;

            // In this order: whoever is about to put it into the queue sees that it has ended, or has put it there before it is taken out.
            request.Fail(new OperationCanceledException(token));
            service.Leave(request);
        }, (this, request));
        try
        {
            Enter(request);
        }
        catch
        {
            request.Registration.Unregister();
            throw;
        }
    }

    /// <summary>Ends the service: packs under way are computed, all requests that have texts waiting fail with an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        ServiceRequest[] waiting;
        lock (_gate)
        {
            _isDisposed = true;
            waiting = [.. _queue];
            _queue.Clear();
            (_waitingTokens, _countedTokens) = (0, 0);
            foreach (ServiceRequest request in waiting)
            {
                request.Place = null;
            }

            Monitor.PulseAll(_gate);
        }

        foreach (ServiceRequest request in waiting)
        {
            request.Fail(new ObjectDisposedException(owner));
        }
    }

    private void Enter(ServiceRequest request)
    {
        long limit = MaxWaitingTokens;
        bool startsThread;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, owner);
            if (request.HasEnded)
            {
                return;
            }

            // One request, however large, leaves half of the room to others. One that is larger than all the room is taken when it is alone.
            request.MostCounted = Math.Max(1, limit / 2);
            if (_queue.Count > 0 && _countedTokens + request.WaitingTokens > limit)
            {
                ServiceMetrics.Rejected(this);
                throw new EncoderOverloadedException(Model, _waitingTokens, limit, RetryAfter(_countedTokens + Math.Min(limit, request.WaitingTokens) - limit));
            }

            _waitingTokens += request.WaitingTokens;
            _countedTokens += request.CountedTokens;
            request.Place = _queue.AddLast(request);
            startsThread = WakeOne();
        }

        StartIf(startsThread);
    }

    /// <summary>Takes a request that was cancelled out of the queue.</summary>
    private void Leave(ServiceRequest request)
    {
        lock (_gate)
        {
            if (request.Place is { } place)
            {
                _queue.Remove(place);
                request.Place = null;
                _waitingTokens -= request.WaitingTokens;
                _countedTokens -= request.CountedTokens;
            }
        }
    }

    /// <summary>Wakes a thread; returns true if there is none asleep and another one may be started.</summary>
    private bool WakeOne()
    {
        if (_idle > 0)
        {
            Monitor.Pulse(_gate);
            return false;
        }

        if (_running < settings.Threads)
        {
            _running++;
            return true;
        }

        return false;
    }

    private void StartIf(bool startsThread)
    {
        if (!startsThread)
        {
            return;
        }

        try
        {
            new Thread(Work) { IsBackground = true, Name = $"{Model} encoder" }.UnsafeStart();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // One that can't be started is missed by nobody while there are others.
            ServiceRequest[] stranded;
            lock (_gate)
            {
                _running--;
                stranded = _running > 0 ? [] : [.. _queue];
            }

            foreach (ServiceRequest request in stranded)
            {
                Leave(request);
                request.Fail(e);
            }
        }
    }

    private TimeSpan RetryAfter(long tokens)
    {
        double speed = Speed.TokensPerSecond * settings.Threads;
        TimeSpan time = speed > 0 ? TimeSpan.FromSeconds(Math.Min(MostRetry.TotalSeconds, tokens / speed)) : TimeSpan.FromSeconds(1);
        return time < LeastRetry ? LeastRetry : time;
    }

    private void Work()
    {
        List<(ServiceRequest Request, int Text)> texts = [];
        while (Take(texts))
        {
            // A scratch a pack: it is taken from those of the pipeline's other calls, and gives memory back that an unusual text needed.
            InputScratch scratch = writer.Rent();
            try
            {
                Compute(texts, scratch);
            }
            finally
            {
                writer.Return(scratch);
                texts.Clear();
            }
        }
    }

    /// <summary>Waits for texts and takes as many as go together: from each request in turn one.</summary>
    /// <returns>False if the thread has nothing more to do.</returns>
    private bool Take(List<(ServiceRequest Request, int Text)> texts)
    {
        bool startsThread;
        lock (_gate)
        {
            while (_queue.First is null)
            {
                _idle++;
                bool woken = !_isDisposed && Monitor.Wait(_gate, IdleTime);
                _idle--;
                if (_queue.First is null && (!woken || _isDisposed))
                {
                    _running--;
                    return false;
                }
            }

            ServiceComputation computation = _queue.First.Value.Computation;
            int tokens = 0;
            while (_queue.First is { } first && (texts.Count == 0 || (first.Value.Computation == computation && !computation.IsAlone && tokens + first.Value.NextTokens <= settings.PackTokens)))
            {
                ServiceRequest request = first.Value;
                _queue.RemoveFirst();
                long counted = request.CountedTokens;
                tokens += request.NextTokens;
                _waitingTokens -= request.NextTokens;
                texts.Add((request, request.Take()));
                _countedTokens -= counted - request.CountedTokens;
                if (request.HasWaitingTexts)
                {
                    _queue.AddLast(first);
                }
                else
                {
                    request.Place = null;
                }
            }

            startsThread = _queue.First is not null && WakeOne();
        }

        StartIf(startsThread);
        return true;
    }

    /// <summary>Computes texts and hands out their results. Whatever goes wrong is the affair of the request that it goes wrong for.</summary>
    private void Compute(List<(ServiceRequest Request, int Text)> texts, InputScratch scratch)
    {
        ServiceComputation computation = texts[0].Request.Computation;
        InputPack pack = scratch.Pack;
        pack.Clear();
        int written = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            (ServiceRequest request, int text) = texts[i];
            if (request.HasEnded)
            {
                continue;
            }

            try
            {
                (scratch.Cancellation, scratch.CountsAll) = (request.Cancellation, computation.CountsAll);
                request.Write(scratch, text);
                texts[written++] = (request, text);
            }
            catch (Exception e)
            {
                Fail(request, e);
            }
        }

        texts.RemoveRange(written, texts.Count - written);
        if (written == 0)
        {
            return;
        }

        try
        {
            long start = Stopwatch.GetTimestamp();
            Span<float> rows = scratch.Numbers(written * computation.Width);
            computation.Compute(pack, rows);
            if (!computation.IsAlone)
            {
                Speed.Computed(pack.Tokens, start);
            }

            ServiceMetrics.Computed(this, pack);
            for (int i = 0; i < written; i++)
            {
                (ServiceRequest request, int text) = texts[i];
                TokenUsage usage = pack.Usage(i);
                if (usage.Tokens < info.MaxTokens)
                {
                    Speed.Read(request.Characters(text), Math.Max(1, usage.Tokens - specialTokens));
                }

                Receive(request, text, rows.Slice(i * computation.Width, computation.Width), usage, scratch);
            }
        }
        catch (Exception) when (written > 1)
        {
            // Somebody's text can't be computed: each alone, to find whose.
            foreach ((ServiceRequest request, int text) in texts.ToArray())
            {
                Compute([(request, text)], scratch);
            }
        }
        catch (Exception e)
        {
            Fail(texts[0].Request, e);
        }
    }

    private void Receive(ServiceRequest request, int text, ReadOnlySpan<float> row, TokenUsage usage, InputScratch scratch)
    {
        try
        {
            request.Receive(text, row, usage, scratch);
        }
        catch (Exception e)
        {
            Fail(request, e);
        }
    }

    private void Fail(ServiceRequest request, Exception e)
    {
        Leave(request);
        request.Fail(e);
    }
}

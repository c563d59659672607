namespace GeneratedEncoder.Benchmarks;

/// <summary>Threads that keep processors busy and do nothing else.</summary>
internal sealed class Spinners : IDisposable
{
    private bool _over;

    public Spinners(int count)
    {
        for (int i = 0; i < count; i++)
        {
            new Thread(Spin) { IsBackground = true, Name = "spinner" }.Start();
        }
    }

    /// <summary>Lets them end.</summary>
    public void Dispose() => Volatile.Write(ref _over, true);

    private void Spin()
    {
        while (!Volatile.Read(ref _over))
        {
        }
    }
}

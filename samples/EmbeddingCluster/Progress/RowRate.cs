namespace EmbeddingCluster;

/// <summary>Rows a second over the last quarter of a minute, so that neither the start nor a pause is in it for long.</summary>
internal sealed class RowRate
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(15);

    private readonly Queue<(TimeSpan Time, long Rows)> _seen = new();

    /// <summary>Adds what is seen now.</summary>
    /// <param name="time">Since any fixed moment.</param>
    /// <param name="doneRows">Rows that are done by then.</param>
    /// <returns>Rows a second; 0 while there is nothing to compare with.</returns>
    public double Add(TimeSpan time, long doneRows)
    {
        _seen.Enqueue((time, doneRows));
        while (_seen.Count > 2 && time - _seen.Peek().Time > s_window)
        {
            _seen.Dequeue();
        }

        (TimeSpan firstTime, long firstRows) = _seen.Peek();
        return time > firstTime ? (doneRows - firstRows) / (time - firstTime).TotalSeconds : 0;
    }
}

using System.Text.Json;

namespace EmbeddingCluster;

/// <summary>Computes or finds the vectors of a shard's rows.</summary>
/// <returns>Vectors in the order of the rows.</returns>
internal delegate Task<IReadOnlyList<ReadOnlyMemory<float>>> VectorSource(IReadOnlyList<CorpusRow> rows, CancellationToken cancellationToken);

/// <summary>
/// A folder with a Parquet file a shard, which any number of processes on one machine fill together. They need no membership and no messages: whose a shard
/// is, a lock of the file system says, which ends with the process that has it, and a shard is done when its file is there.
/// </summary>
/// <param name="folder">The folder; it is made if it isn't there.</param>
/// <param name="jobId">The job that it belongs to.</param>
/// <param name="model">Name of the model.</param>
/// <param name="rows">Rows of the corpus.</param>
/// <param name="shardRows">Rows of a shard.</param>
internal sealed class OutputFolder(string folder, string jobId, string model, long rows, int shardRows)
{
    /// <summary>How long to wait before looking again for shards that were others'.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    private readonly Shard[] _shards = [.. Shard.Of(rows, shardRows)];
    private readonly HashSet<int> _done = [];

    /// <summary>Rows whose shard is done, by whichever process.</summary>
    public long CountDoneRows()
    {
        lock (_done)
        {
            return _shards.Where(IsDone).Sum(shard => (long)shard.Rows);
        }
    }

    /// <summary>Makes the folder, or finds that it is this job's.</summary>
    /// <exception cref="ClusterException">It is another job's.</exception>
    public void Open()
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "job.json"), aside = $"{path}.{Guid.NewGuid():N}.tmp";
        if (!File.Exists(path))
        {
            File.WriteAllText(aside, JsonSerializer.Serialize(new Manifest(jobId, model, rows, shardRows), s_json));
            try
            {
                File.Move(aside, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(aside); // Another process was quicker.
            }
        }

        Manifest? manifest = ReadManifest(path);
        if (manifest?.Job != jobId)
        {
            throw new ClusterException(
                $"The folder '{folder}' holds results of another job ({manifest?.Job ?? "its job.json can't be read"}; this is {jobId}): the corpus, the columns, the model or --shard-rows differ. Name another folder.");
        }
    }

    /// <summary>Writes what isn't there yet, and waits for what other processes are at; takes it over if they end without.</summary>
    /// <param name="corpus">The corpus, read as often as there is something to do.</param>
    /// <param name="vectors">Computes or finds the vectors of a shard.</param>
    /// <param name="cancellationToken">Ends it between shards or within one; what is written stays.</param>
    public async Task FillAsync(CorpusFile corpus, VectorSource vectors, CancellationToken cancellationToken)
    {
        while (CountDoneRows() < rows)
        {
            bool found = false;
            foreach ((int index, CorpusRow[] shardRows) in _shards.Any(IsFree) ? corpus.Read().Chunk(shardRows).Index() : [])
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (index >= _shards.Length || shardRows.Length != _shards[index].Rows)
                {
                    throw new ClusterException($"'{corpus.Path}' was changed while it was worked on. What is written is of the file as it was; start again with another folder.");
                }

                if (TryLock(_shards[index]) is { } held)
                {
                    using (held)
                    {
                        found = true;
                        ShardFile.DeleteRemains(folder, index);
                        await ShardFile.WriteAsync(folder, index, model, jobId, shardRows, await vectors(shardRows, cancellationToken));
                    }
                }
            }

            if (!found)
            {
                await Task.Delay(s_patience, cancellationToken);
            }
        }

        // Only now: whoever has taken the lock of a file that is gone finds the shard done.
        foreach (Shard shard in _shards)
        {
            try
            {
                File.Delete(LockOf(shard));
            }
            catch (IOException)
            {
                // On Windows, while another process looks at it; that one deletes it then.
            }
        }
    }

    private static Manifest? ReadManifest(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Manifest>(File.ReadAllBytes(path));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string LockOf(Shard shard) => Path.Combine(folder, $"shard-{shard.Index:D5}.lock");

    private bool IsDone(Shard shard)
    {
        lock (_done)
        {
            if (!_done.Contains(shard.Index) && File.Exists(ShardFile.PathOf(folder, shard.Index)))
            {
                _done.Add(shard.Index);
            }

            return _done.Contains(shard.Index);
        }
    }

    private bool IsFree(Shard shard)
    {
        using IDisposable? held = TryLock(shard);
        return held is not null;
    }

    /// <summary>Takes a shard that isn't done and nobody is at; the system takes the lock back from a process that ends, however it does.</summary>
    private FileStream? TryLock(Shard shard)
    {
        if (IsDone(shard))
        {
            return null;
        }

        FileStream held;
        try
        {
            held = new FileStream(LockOf(shard), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(LockOf(shard)))
        {
            return null;
        }

        if (!IsDone(shard)) // Who had it may have finished it meanwhile.
        {
            return held;
        }

        held.Dispose();
        return null;
    }

    private sealed record Manifest(string Job, string Model, long Rows, int ShardRows);
}

using System.Security.Cryptography;
using System.Text;
using SemanticSearch;

namespace EmbeddingCluster;

/// <summary>A row of a corpus.</summary>
/// <param name="Row">Its number, from 0.</param>
/// <param name="Id">What the user calls it.</param>
/// <param name="Text">What is embedded.</param>
public readonly record struct CorpusRow(long Row, string Id, string Text);

/// <summary>Some rows that are worked on together.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="FirstRow">Its first row.</param>
/// <param name="Rows">How many rows it has.</param>
public readonly record struct Shard(int Index, long FirstRow, int Rows)
{
    /// <summary>The shards of a corpus, in their order.</summary>
    /// <param name="rows">Rows of the corpus.</param>
    /// <param name="shardRows">Rows of a shard; the last one may have fewer.</param>
    public static IEnumerable<Shard> Of(long rows, int shardRows)
    {
        for (int index = 0; (long)index * shardRows < rows; index++)
        {
            long first = (long)index * shardRows;
            yield return new Shard(index, first, (int)Math.Min(shardRows, rows - first));
        }
    }
}

/// <summary>What reading a corpus once finds out.</summary>
/// <param name="Rows">How many rows it has, at least 1.</param>
/// <param name="Distinct">How many different texts.</param>
/// <param name="Repeated">Keys of the texts that occur more than once.</param>
/// <param name="JobId">Hash of all that the job's results depend on: rows, columns, model and shard size.</param>
public sealed record CorpusSurvey(long Rows, long Distinct, IReadOnlySet<TextKey> Repeated, string JobId);

/// <summary>A CSV of texts, which may be larger than memory: each pass reads it from the disk.</summary>
/// <param name="path">The file.</param>
/// <param name="idColumn">Column that says what rows are called.</param>
/// <param name="textColumn">Column of the texts.</param>
public sealed class CorpusFile(string path, string idColumn, string textColumn)
{
    private const int JobIdBytes = 8;

    /// <summary>The file's full path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>All rows in their order.</summary>
    /// <exception cref="SearchException">The file is no CSV, or has no such columns; the message names the line.</exception>
    public IEnumerable<CorpusRow> Read() => CsvFile.ReadRows(Path, idColumn, textColumn).Select((values, row) => new CorpusRow(row, values[0], values[1]));

    /// <summary>Reads the whole file, so that nothing is begun of one with a mistake. It holds 40 bytes or so a text.</summary>
    /// <param name="model">Fingerprint of the model.</param>
    /// <param name="shardRows">Rows of a shard.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SearchException">The file is no CSV, or has no such columns; the message names the line.</exception>
    /// <exception cref="ClusterException">It has no rows.</exception>
    public CorpusSurvey Survey(byte[] model, int shardRows, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Append(string value)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(value);
            hash.AppendData(BitConverter.GetBytes(bytes.Length)); // so that "a", "bc" is another corpus than "ab", "c"
            hash.AppendData(bytes);
        }

        hash.AppendData(model);
        Append($"{shardRows}");
        Append(idColumn);
        Append(textColumn);
        HashSet<TextKey> seen = [], repeated = [];
        long rows = 0;
        foreach (CorpusRow row in Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Append(row.Id);
            Append(row.Text);
            TextKey key = TextKey.Of(model, row.Text);
            if (!seen.Add(key))
            {
                repeated.Add(key);
            }

            rows++;
        }

        return rows > 0
            ? new CorpusSurvey(rows, seen.Count, repeated, Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, JobIdBytes)))
            : throw new ClusterException($"'{Path}' has no rows below the line that names its columns.");
    }
}

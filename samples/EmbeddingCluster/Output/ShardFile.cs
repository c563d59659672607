using Parquet;
using Parquet.Schema;

namespace EmbeddingCluster;

/// <summary>A shard's results as a Parquet file: row, id, text, embedding (a list of float32).</summary>
internal static class ShardFile
{
    private static readonly DataField<long> s_row = new("row");
    private static readonly DataField<string> s_id = new("id", nullable: false), s_text = new("text", nullable: false);
    private static readonly DataField<float> s_number = new("element");
    private static readonly ListField s_embedding = new("embedding", s_number);
    private static readonly ParquetSchema s_schema = new(s_row, s_id, s_text, s_embedding);

    // Nearly no two numbers are the same, and their bits are noise: neither a dictionary nor a compressor gains anything worth its time.
    private static readonly ParquetOptions s_options = new() { CompressionMethod = CompressionMethod.None, DictionaryEncodingThreshold = 0 };

    /// <summary>A shard's file.</summary>
    public static string PathOf(string folder, int shard) => Path.Combine(folder, $"shard-{shard:D5}.parquet");

    /// <summary>Writes a shard aside and then gives it its name, so that a file of that name is whole, whatever ends the process or the machine.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="shard">Number of the shard.</param>
    /// <param name="model">Name of the model, which the file has among its metadata.</param>
    /// <param name="job">Id of the job, likewise.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="vectors">Their vectors, all of the same length.</param>
    public static async Task WriteAsync(string folder, int shard, string model, string job, IReadOnlyList<CorpusRow> rows, IReadOnlyList<ReadOnlyMemory<float>> vectors)
    {
        string path = PathOf(folder, shard);
        string aside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await using (FileStream file = new(aside, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                await WriteAsync(file, model, job, rows, vectors);
                file.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
        finally
        {
            File.Delete(aside); // There is none if it has been renamed.
        }
    }

    /// <summary>Deletes what killed processes have left of a shard. Only who holds the shard may do that.</summary>
    public static void DeleteRemains(string folder, int shard)
    {
        foreach (string aside in Directory.EnumerateFiles(folder, $"{Path.GetFileName(PathOf(folder, shard))}.*.tmp"))
        {
            File.Delete(aside);
        }
    }

    private static async Task WriteAsync(FileStream file, string model, string job, IReadOnlyList<CorpusRow> rows, IReadOnlyList<ReadOnlyMemory<float>> vectors)
    {
        int dimensions = vectors[0].Length;
        float[] numbers = new float[vectors.Count * dimensions];
        int[] isFurther = new int[numbers.Length], levels = new int[numbers.Length]; // 0 for the first number of a list, 1 for those that continue it; none is missing
        Array.Fill(isFurther, 1);
        Array.Fill(levels, s_number.MaxDefinitionLevel);
        for (int i = 0; i < vectors.Count; i++)
        {
            vectors[i].CopyTo(numbers.AsMemory(i * dimensions));
            isFurther[i * dimensions] = 0;
        }

        await using ParquetWriter writer = await ParquetWriter.CreateAsync(s_schema, file, s_options);
        writer.CustomMetadata = new Dictionary<string, string> { ["model"] = model, ["job"] = job };
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        await group.WriteAsync<long>(s_row, rows.Select(row => row.Row).ToArray());
        await group.WriteAsync(s_id, [.. rows.Select(row => row.Id)]);
        await group.WriteAsync(s_text, [.. rows.Select(row => row.Text)]);
        await group.WriteAllPartsAsync<float>(s_number, numbers, levels, isFurther, CancellationToken.None);
    }
}

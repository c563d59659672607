using System.Globalization;
using Npgsql;

namespace EmbeddingCluster;

/// <summary>`query`: an online call. Any silo embeds the text, beside its steps; this process needs neither a model nor a place in the cluster.</summary>
internal static class Query
{
    /// <summary>Shows which texts of a job mean most nearly what a text does, as far as they have their vectors: a line each, of cosine, id and text.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="text">What to look for.</param>
    /// <param name="id">The job; the latest if null.</param>
    /// <param name="top">How many.</param>
    /// <param name="output">Where.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ClusterException">There is no such job, no silo, or none of the job's model.</exception>
    public static async Task RunAsync(string connectionString, string text, string? id, int top, TextWriter output, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource database = await DatabaseConnection.OpenAsync(connectionString, cancellationToken);
        JobTable jobs = new(database);
        JobRow job = await jobs.IsThereAsync(cancellationToken) && (await jobs.ReadAsync(id, cancellationToken)) is [JobRow first, ..]
            ? first
            : throw new ClusterException(id is null ? "The database has no jobs." : $"The database has no job '{id}'.");
        await using ClusterClient client = await ClusterClient.StartAsync(database, connectionString, cancellationToken);
        OnlineEmbedding embedding = await client.EmbedAsync(text);
        if (embedding.Model != job.Model)
        {
            throw new ClusterException($"The silo that was asked embeds with {embedding.Model}, but job {job.Id} has vectors of {job.Model}.");
        }

        foreach (Neighbour neighbour in await jobs.FindNearestAsync(job.Id, embedding.Vector, top, cancellationToken))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{neighbour.Similarity:F3}\t{neighbour.Id}\t{neighbour.Text.ReplaceLineEndings(" ")}"));
        }
    }
}

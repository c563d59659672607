using Microsoft.Extensions.AI;

namespace SemanticSearch;

/// <summary>What indexing did.</summary>
/// <param name="New">Documents that were not there before.</param>
/// <param name="Changed">Documents whose text is another now.</param>
/// <param name="Unchanged">Documents that were left alone.</param>
/// <param name="Removed">Documents that are no more.</param>
/// <param name="Embedded">Texts that went through the encoder.</param>
/// <param name="UnknownWords">Words of new and changed documents that the model has no token for.</param>
public sealed record IndexReport(int New, int Changed, int Unchanged, int Removed, int Embedded, IReadOnlySet<string> UnknownWords);

/// <summary>
/// Brings a database up to date with a corpus. What has the same text as before is not computed again; what was computed when the
/// work is stopped is kept, and the next run goes on from there.
/// </summary>
public sealed class Indexer(SearchModel model, SearchDatabase database)
{
    /// <summary>Documents that are replaced together: with one at a time, the disk would be waited for most.</summary>
    private const int DocumentsAtOnce = 64;

    /// <summary>Texts between two moments at which embeddings are stored: what a stop can lose.</summary>
    private const int TextsAtOnce = 32;

    private readonly PassageSplitter _splitter = new(model);

    /// <summary>Indexes a corpus.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="progress">Is told which share of the work is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops the work; the database is whole then.</param>
    public async Task<IndexReport> RunAsync(Corpus corpus, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        Dictionary<string, string> known = database.DocumentHashes(corpus.Source);
        List<Document> pending = [.. corpus.Documents.Where(document => known.GetValueOrDefault(document.Name) != document.Hash)];
        string[] removed = [.. known.Keys.Except(corpus.Documents.Select(document => document.Name))];
        double work = pending.Sum(document => (double)document.Text.Length), done = 0;
        HashSet<string> unknown = [];
        int embedded = 0;
        foreach (Document[] documents in pending.Chunk(DocumentsAtOnce))
        {
            Passage[] passages = [.. documents.SelectMany(_splitter.Split)];
            unknown.UnionWith(passages.SelectMany(passage => model.UnknownWords(passage.Text)));

            HashSet<string> there = database.Embedded(passages.Select(passage => passage.Hash));
            double here = 0;
            foreach (Passage[] texts in passages.DistinctBy(passage => passage.Hash).Where(passage => !there.Contains(passage.Hash)).Chunk(TextsAtOnce))
            {
                GeneratedEmbeddings<Embedding<float>> embeddings =
                    await model.Generator.GenerateAsync(texts.Select(passage => passage.Text), cancellationToken: cancellationToken);
                database.AddEmbeddings(texts.Zip(embeddings, (passage, embedding) => (passage.Hash, embedding.Vector.ToArray())));
                embedded += texts.Length;
                here += texts.Sum(passage => passage.Text.Length);
                progress?.Report((done + here) / work);
            }

            cancellationToken.ThrowIfCancellationRequested();
            database.Replace(corpus.Source, documents, passages);
            done += documents.Sum(document => document.Text.Length);
            progress?.Report(done / work);
        }

        if (pending.Count > 0 || removed.Length > 0)
        {
            database.Remove(corpus.Source, removed);
        }

        int changed = pending.Count(document => known.ContainsKey(document.Name));
        return new IndexReport(pending.Count - changed, changed, corpus.Documents.Count - pending.Count, removed.Length, embedded, unknown);
    }
}

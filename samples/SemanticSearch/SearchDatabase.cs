using DuckDB.NET.Data;

namespace SemanticSearch;

/// <summary>A passage that was found.</summary>
/// <param name="Document">The document's name.</param>
/// <param name="Number">Its place in the document, from 1.</param>
/// <param name="Text">Its text.</param>
/// <param name="Score">The cosine of the angle between its embedding and the query's: 1 for the same direction.</param>
public sealed record SearchResult(string Document, int Number, string Text, float Score);

/// <summary>
/// The index: a DuckDB file. Whatever changes, changes in transactions, so that it is whole at any time; it remembers the model it was
/// made with and is opened with no other.
/// </summary>
public sealed class SearchDatabase : IDisposable
{
    private static readonly string[] s_tables = ["documents", "embeddings", "model", "passages"];
    private readonly DuckDBConnection _connection;
    private readonly int _dimensions;

    private SearchDatabase(DuckDBConnection connection, int dimensions) => (_connection, _dimensions) = (connection, dimensions);

    /// <summary>Opens a database to be searched; it stays as it is, and others may read it at the same time.</summary>
    /// <exception cref="SearchException">There is none, or it is not an index of this model.</exception>
    public static SearchDatabase Open(string path, SearchModel model)
    {
        if (!File.Exists(path))
        {
            throw new SearchException($"There is no database '{path}' yet; the command 'index' makes it.");
        }

        return Connect(path, model, "ACCESS_MODE=READ_ONLY", create: false);
    }

    /// <summary>Opens a database to be written, and makes it where there is none.</summary>
    /// <exception cref="SearchException">It can't be written, or is not an index of this model.</exception>
    public static SearchDatabase OpenOrCreate(string path, SearchModel model) => Connect(path, model, "ACCESS_MODE=READ_WRITE", create: true);

    /// <summary>How many passages can be found.</summary>
    public long PassageCount
    {
        get
        {
            using DuckDBCommand command = Command("SELECT count(*) FROM passages");
            return (long)command.ExecuteScalar()!;
        }
    }

    /// <summary>The hashes of the documents that came from a source, by name.</summary>
    public Dictionary<string, string> DocumentHashes(string source)
    {
        using DuckDBCommand command = Command("SELECT name, hash FROM documents WHERE source = $source", ("source", source));
        using DuckDBDataReader reader = command.ExecuteReader();
        Dictionary<string, string> hashes = [];
        while (reader.Read())
        {
            hashes.Add(reader.GetString(0), reader.GetString(1));
        }

        return hashes;
    }

    /// <summary>Those of these hashes whose texts have an embedding, wherever they came from.</summary>
    public HashSet<string> Embedded(IEnumerable<string> hashes)
    {
        using DuckDBCommand command = Command("SELECT hash FROM embeddings WHERE hash IN (SELECT unnest($hashes))", ("hashes", hashes.ToList()));
        using DuckDBDataReader reader = command.ExecuteReader();
        HashSet<string> found = [];
        while (reader.Read())
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }

    /// <summary>Stores embeddings of texts, which may not belong to any passage yet.</summary>
    public void AddEmbeddings(IEnumerable<(string Hash, float[] Vector)> embeddings) => InTransaction(() =>
    {
        using DuckDBAppender rows = _connection.CreateAppender("embeddings");
        foreach ((string hash, float[] vector) in embeddings)
        {
            rows.CreateRow().AppendValue(hash).AppendValue(vector).EndRow();
        }
    });

    /// <summary>Puts documents and their passages in the place of what the database had of them.</summary>
    public void Replace(string source, IReadOnlyCollection<Document> documents, IEnumerable<Passage> passages) => InTransaction(() =>
    {
        Delete(source, documents.Select(document => document.Name));
        using (DuckDBAppender rows = _connection.CreateAppender("documents"))
        {
            foreach (Document document in documents)
            {
                rows.CreateRow().AppendValue(source).AppendValue(document.Name).AppendValue(document.Hash).EndRow();
            }
        }

        using (DuckDBAppender rows = _connection.CreateAppender("passages"))
        {
            foreach (Passage passage in passages)
            {
                rows.CreateRow().AppendValue(source).AppendValue(passage.Document).AppendValue(passage.Number).AppendValue(passage.Text).AppendValue(passage.Hash).EndRow();
            }
        }
    });

    /// <summary>Forgets documents, and all embeddings that no passage needs any more.</summary>
    public void Remove(string source, IEnumerable<string> names) => InTransaction(() =>
    {
        Delete(source, names);
        Execute("DELETE FROM embeddings WHERE hash NOT IN (SELECT hash FROM passages)");
    });

    /// <summary>The passages nearest to a vector, the best first.</summary>
    public IReadOnlyList<SearchResult> Search(ReadOnlyMemory<float> vector, int top)
    {
        using DuckDBCommand command = Command(
            $"""
            SELECT name, number, text, array_cosine_similarity(vector, $query::FLOAT[{_dimensions}]) AS score
            FROM passages JOIN embeddings USING (hash)
            ORDER BY score DESC, name, number
            LIMIT $top
            """,
            ("query", vector.ToArray().ToList()), ("top", top));
        using DuckDBDataReader reader = command.ExecuteReader();
        List<SearchResult> results = [];
        while (reader.Read())
        {
            results.Add(new SearchResult(reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetFloat(3)));
        }

        return results;
    }

    public void Dispose() => _connection.Dispose();

    private static SearchDatabase Connect(string path, SearchModel model, string mode, bool create)
    {
        DuckDBConnection connection = new($"Data Source={path};{mode}");
        try
        {
            connection.Open();
            SearchDatabase database = new(connection, model.Dimensions);
            string[] tables = database.Tables();
            if (create && tables.Length == 0)
            {
                database.Create(model);
            }
            else if (!tables.SequenceEqual(s_tables))
            {
                throw new SearchException($"'{path}' is a database, but not an index of this program.");
            }

            database.RequireModel(path, model);
            return database;
        }
        catch (DuckDBException e)
        {
            connection.Dispose();
            throw new SearchException($"The database '{path}' can't be opened: {e.Message}");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Create(SearchModel model) => InTransaction(() =>
    {
        Execute("CREATE TABLE model (name VARCHAR, folder VARCHAR, dimensions INTEGER, fingerprint VARCHAR)");
        Execute("CREATE TABLE documents (source VARCHAR, name VARCHAR, hash VARCHAR)");
        Execute("CREATE TABLE passages (source VARCHAR, name VARCHAR, number INTEGER, text VARCHAR, hash VARCHAR)");

        // Apart from the passages: a text that occurs twice, or moves to another row, is computed once.
        Execute($"CREATE TABLE embeddings (hash VARCHAR, vector FLOAT[{_dimensions}])");
        Execute(
            "INSERT INTO model VALUES ($name, $folder, $dimensions, $fingerprint)",
            ("name", model.Name), ("folder", model.Folder), ("dimensions", model.Dimensions), ("fingerprint", model.Fingerprint));
    });

    /// <summary>Embeddings of two models are not comparable, even where they have the same dimensions.</summary>
    private void RequireModel(string path, SearchModel model)
    {
        using DuckDBCommand command = Command("SELECT name, folder, dimensions, fingerprint FROM model");
        using DuckDBDataReader reader = command.ExecuteReader();
        reader.Read();
        if (reader.GetString(3) != model.Fingerprint)
        {
            throw new SearchException(
                $"The database '{path}' was made with another model: {reader.GetString(0)} ({reader.GetInt32(2)} dimensions, {reader.GetString(1)}), " +
                $"and this is {model.Name} ({model.Dimensions} dimensions, {model.Folder}). Name that model with --model (the demonstration's with --small-model), or another database with --database.");
        }
    }

    private string[] Tables()
    {
        using DuckDBCommand command = Command("SELECT table_name FROM information_schema.tables ORDER BY table_name");
        using DuckDBDataReader reader = command.ExecuteReader();
        List<string> tables = [];
        while (reader.Read())
        {
            tables.Add(reader.GetString(0));
        }

        return [.. tables];
    }

    private void Delete(string source, IEnumerable<string> names)
    {
        foreach (string table in (string[])["documents", "passages"])
        {
            Execute($"DELETE FROM {table} WHERE source = $source AND name IN (SELECT unnest($names))", ("source", source), ("names", names.ToList()));
        }
    }

    private void InTransaction(Action change)
    {
        using DuckDBTransaction transaction = _connection.BeginTransaction();
        change();
        transaction.Commit(); // Left without it, the transaction is rolled back.
    }

    private void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using DuckDBCommand command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    private DuckDBCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.Add(new DuckDBParameter(name, value));
        }

        return command;
    }
}

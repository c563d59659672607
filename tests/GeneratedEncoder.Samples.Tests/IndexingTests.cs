using DuckDB.NET.Data;
using SemanticSearch;

namespace GeneratedEncoder.Samples.Tests;

/// <summary>The index of the semantic search, on the model that ships with it.</summary>
public sealed class IndexingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SearchModel _model = SearchModel.Open(new ModelChoice(Small: true));

    private string DatabasePath => _folder.File("search.duckdb");

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Indexing_again_counts_what_is_new_changed_unchanged_and_removed()
    {
        _folder.Write("texts/stays.txt", "the cat sat on the mat");
        _folder.Write("texts/changes.txt", "the dog slept on the sofa");
        _folder.Write("texts/goes.md", "the wolf chased the rabbit");
        string texts = _folder.File("texts");
        IndexReport first = await IndexAsync(texts);
        Assert.Equal((3, 0, 0, 0, 3), (first.New, first.Changed, first.Unchanged, first.Removed, first.Embedded));

        _folder.Write("texts/changes.txt", "the dog slept on the carpet");
        _folder.Write("texts/below/comes.txt", "the nurse helped the sailor");
        File.Delete(_folder.File("texts/goes.md"));
        IndexReport second = await IndexAsync(texts);

        Assert.Equal((1, 1, 1, 1, 2), (second.New, second.Changed, second.Unchanged, second.Removed, second.Embedded));
        using SearchDatabase database = SearchDatabase.Open(DatabasePath, _model);
        Assert.Equal(["below/comes.txt", "changes.txt", "stays.txt"], database.DocumentHashes(texts).Keys.Order());
        Assert.Equal(3, database.PassageCount);
    }

    [Fact]
    public async Task A_row_that_moves_is_not_computed_again()
    {
        string csv = _folder.Write("a.csv", "text", "the cat sat on the mat", "the dog slept on the sofa");
        await IndexAsync(csv);

        _folder.Write("a.csv", "text", "the wolf chased the rabbit", "the cat sat on the mat", "the dog slept on the sofa");
        IndexReport report = await IndexAsync(csv);

        Assert.Equal((1, 2, 1), (report.New, report.Changed, report.Embedded));
    }

    [Fact]
    public async Task Documents_of_another_source_stay()
    {
        await IndexAsync(_folder.Write("a.csv", "text", "the cat sat on the mat"));
        IndexReport report = await IndexAsync(_folder.Write("b.csv", "text", "the cat sat on the mat", "the dog slept on the sofa"));

        Assert.Equal((2, 0, 1), (report.New, report.Removed, report.Embedded));
        using SearchDatabase database = SearchDatabase.Open(DatabasePath, _model);
        Assert.Equal(3, database.PassageCount);
    }

    [Fact]
    public async Task A_run_that_is_stopped_leaves_a_whole_database_and_the_next_one_goes_on()
    {
        // Texts of one length, each another: the numbers from 256 to 455 in binary, of cats and dogs.
        IEnumerable<string> texts = Enumerable.Range(256, 200).Select(i => string.Join(' ', $"{i:b}".Select(bit => bit == '1' ? "cat" : "dog")));
        string csv = _folder.Write("a.csv", texts.Prepend("text"));
        using CancellationTokenSource stop = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => IndexAsync(csv, new StopAt(0.45, stop), stop.Token));

        using (SearchDatabase database = SearchDatabase.Open(DatabasePath, _model))
        {
            Assert.Equal(64, database.DocumentHashes(csv).Count);
            Assert.Equal(64, database.PassageCount);
        }

        // 96 texts were computed; those whose rows were not yet there are not computed again either.
        IndexReport report = await IndexAsync(csv);
        Assert.Equal((136, 64, 104), (report.New, report.Unchanged, report.Embedded));
    }

    [Fact]
    public void A_long_document_becomes_passages_that_the_model_reads_whole()
    {
        string[] words = [.. Enumerable.Range(0, 1000).Select(i => i % 7 == 6 ? "wolf." : i % 3 == 0 ? "cat" : "dog")];
        Document document = new("long.txt", $"# cat\n\nthe dog\n \n{string.Join(' ', words)}");

        Passage[] passages = [.. new PassageSplitter(_model).Split(document)];

        Assert.All(passages, passage => Assert.InRange(_model.CountTokens(passage.Text), 3, _model.MaxTokens));
        Assert.Equal(["#", "cat", "the", "dog", .. words], passages.SelectMany(passage => passage.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal("# cat\n\nthe dog", passages[0].Text);
        Assert.Equal(Enumerable.Range(1, passages.Length), passages.Select(passage => passage.Number));
    }

    [Fact]
    public async Task A_database_of_another_model_is_refused()
    {
        string csv = _folder.Write("a.csv", "text", "the cat sat on the mat");
        await IndexAsync(csv);
        using (DuckDBConnection connection = new($"Data Source={DatabasePath}"))
        {
            connection.Open();
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = "UPDATE model SET name = 'another-model', fingerprint = 'another'";
            command.ExecuteNonQuery();
        }

        SearchException toSearch = Assert.Throws<SearchException>(() => SearchDatabase.Open(DatabasePath, _model));
        SearchException toIndex = await Assert.ThrowsAsync<SearchException>(() => IndexAsync(csv));

        Assert.Contains("was made with another model: another-model (128 dimensions", toSearch.Message);
        Assert.Equal(toSearch.Message, toIndex.Message);
    }

    [Fact]
    public void A_file_that_is_no_index_is_refused()
    {
        string path = _folder.File("other.duckdb");
        using (DuckDBConnection connection = new($"Data Source={path}"))
        {
            connection.Open();
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE documents (a INTEGER)";
            command.ExecuteNonQuery();
        }

        SearchException e = Assert.Throws<SearchException>(() => SearchDatabase.OpenOrCreate(path, _model));
        Assert.Contains("not an index of this program", e.Message);
    }

    [Fact]
    public void A_csv_without_the_column_says_which_it_has()
    {
        string csv = _folder.Write("a.csv", "id,body", "1,the cat");

        Assert.Equal($"'{csv}' has no column 'title'. It has: 'id', 'body'.", Assert.Throws<SearchException>(() => Corpus.Read(csv, "title")).Message);
        Assert.Contains("has no column 'text'. It has: 'id', 'body'. Name the one to index", Assert.Throws<SearchException>(() => Corpus.Read(csv)).Message);
        Assert.Equal("the cat", Assert.Single(Corpus.Read(csv, "body").Documents).Text);
    }

    [Fact]
    public void Files_that_are_not_text_are_named_and_left_out()
    {
        _folder.Write("texts/a.txt", "the cat");
        File.WriteAllBytes(_folder.File("texts/b.txt"), [0x63, 0x61, 0x66, 0xE9]);

        Corpus corpus = Corpus.Read(_folder.File("texts"));

        Assert.Equal("a.txt", Assert.Single(corpus.Documents).Name);
        Assert.Equal("b.txt", Assert.Single(corpus.Unreadable));
    }

    private async Task<IndexReport> IndexAsync(string path, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        using SearchDatabase database = SearchDatabase.OpenOrCreate(DatabasePath, _model);
        return await new Indexer(_model, database).RunAsync(Corpus.Read(path), progress, cancellationToken);
    }

    /// <summary>Stops the work once a share of it is done.</summary>
    private sealed class StopAt(double share, CancellationTokenSource stop) : IProgress<double>
    {
        public void Report(double value)
        {
            if (value >= share)
            {
                stop.Cancel();
            }
        }
    }
}

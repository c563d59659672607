using Microsoft.Extensions.AI;
using SemanticSearch;

namespace GeneratedEncoder.Samples.Tests;

/// <summary>What is found, with the model and the sentences that ship with the semantic search.</summary>
public sealed class SearchTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SearchModel _model = SearchModel.Open(new ModelChoice(Small: true));

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("he borrowed cash from the bank", "the treasury lent the cash to the farmer", "the thieves stole the money of the lender")]
    [InlineData("she fished from the bank of the stream", "the flood covered the shore of the river", "trees grow along the riverside of the lake")]
    [InlineData("he used the mouse to select the file", "he plugged the keyboard into the laptop", "she moved the cursor with the touchpad")]
    [InlineData("scientists improve modern networks", "engineers build powerful computers")]
    public async Task A_sentence_finds_those_of_its_meaning(string query, params string[] expected)
    {
        using SearchDatabase database = SearchDatabase.OpenOrCreate(_folder.File("search.duckdb"), _model);
        string csv = Path.Combine(AppContext.BaseDirectory, "Sentences", "sentences.csv");
        await new Indexer(_model, database).RunAsync(Corpus.Read(csv));
        ReadOnlyMemory<float> vector = await _model.Generator.GenerateVectorAsync(query);

        IReadOnlyList<SearchResult> results = database.Search(vector, expected.Length);

        Assert.Equal(expected, results.Select(result => result.Text));
        Assert.All(results, result => Assert.InRange(result.Score, 0.7f, 1));
    }

    [Fact]
    public void The_model_knows_every_word_of_the_sentences()
    {
        string csv = Path.Combine(AppContext.BaseDirectory, "Sentences", "sentences.csv");

        Assert.Empty(Corpus.Read(csv).Documents.SelectMany(document => _model.UnknownWords(document.Text)));
        Assert.Equal(["zebra", "!"], _model.UnknownWords("the zebra sat on the zebra!"));
    }

    [Fact]
    public async Task Most_held_out_sentences_are_nearer_to_one_of_the_same_sense()
    {
        // sentence, _, its neighbour in meaning, _, the same word in another sense, _, that one's neighbour
        string[][] rows = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "heldout-senses.tsv")).Skip(1).Select(line => line.Split('\t'))];
        GeneratedEmbeddings<Embedding<float>> embeddings = await _model.Generator.GenerateAsync(
            rows.SelectMany(row => new[] { row[0], row[2], row[4], row[6] }));

        int right = 0;
        for (int i = 0; i < embeddings.Count; i += 4)
        {
            right += Cosine(i, i + 1) > Cosine(i, i + 3) ? 1 : 0;
            right += Cosine(i + 2, i + 3) > Cosine(i + 2, i + 1) ? 1 : 0;
        }

        output.WriteLine($"{right} of {2 * rows.Length}");
        Assert.True(right >= 0.9 * 2 * rows.Length, $"{right} of {2 * rows.Length}");

        double Cosine(int a, int b)
        {
            double sum = 0; // of vectors of length 1
            for (int i = 0; i < _model.Dimensions; i++)
            {
                sum += (double)embeddings[a].Vector.Span[i] * embeddings[b].Vector.Span[i];
            }

            return sum;
        }
    }
}

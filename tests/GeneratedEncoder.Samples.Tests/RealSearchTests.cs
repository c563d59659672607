using SemanticSearch;

namespace GeneratedEncoder.Samples.Tests;

/// <summary>What all-MiniLM-L6-v2 finds in the texts that come with the semantic search, whose words the queries don't have.</summary>
public sealed class RealSearchTests(RealSearchTests.Index index) : IClassFixture<RealSearchTests.Index>
{
    [Theory]
    [InlineData("my tyre keeps losing air", "bicycle.md", "thorn")]
    [InlineData("an espresso after dinner keeps me awake", "sleep.md", "Coffee keeps half its strength")]
    [InlineData("weak wifi in the bedroom", "network.md", "router")]
    [InlineData("what is poisonous for pets?", "cats.md", "Lilies")]
    [InlineData("caught by a thunderstorm on the ridge", "hiking.md", "thunderstorms")]
    [InlineData("Why was there no summer after an eruption?", "volcanoes.md", "colder")]
    [InlineData("should I pay off debt or save?", "money.md", "expensive first")]
    [InlineData("how do I keep a loaf fresh?", "bread.md", "goes stale")]
    public async Task The_passage_that_answers_comes_first(string query, string document, string words)
    {
        SearchResult first = (await index.SearchAsync(query))[0];

        Assert.Equal(document, first.Document);
        Assert.Contains(words, first.Text);
    }

    [Fact]
    public void The_model_is_the_real_one() => Assert.Equal(("all-MiniLM-L6-v2", 384, 256), (index.Model.Name, index.Model.Dimensions, index.Model.MaxTokens));

    /// <summary>The texts, indexed once.</summary>
    public sealed class Index : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();
        private SearchDatabase _database = null!;

        public SearchModel Model { get; } = SearchModel.Open(new ModelChoice());

        public async Task InitializeAsync()
        {
            _database = SearchDatabase.OpenOrCreate(_folder.File("search.duckdb"), Model);
            await new Indexer(Model, _database).RunAsync(Corpus.Read(Path.Combine(AppContext.BaseDirectory, "Texts")));
        }

        public async Task<IReadOnlyList<SearchResult>> SearchAsync(string query) =>
            _database.Search((await Model.Generator.GenerateAsync([query]))[0].Vector, top: 3);

        public Task DisposeAsync()
        {
            _database.Dispose();
            Model.Dispose();
            _folder.Dispose();
            return Task.CompletedTask;
        }
    }
}

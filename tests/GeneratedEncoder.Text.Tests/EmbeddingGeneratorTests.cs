using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace GeneratedEncoder.Text.Tests;

/// <summary>What Microsoft.Extensions.AI expects of a generator.</summary>
public sealed class EmbeddingGeneratorTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.For<Embedder>();
    private readonly EncoderPipeline<Embedder> _encoder;
    private readonly IEmbeddingGenerator<string, Embedding<float>> _generator;

    public EmbeddingGeneratorTests()
    {
        _encoder = _model.Load<Embedder>();
        _generator = _encoder.AsIEmbeddingGenerator();
    }

    public void Dispose()
    {
        _generator.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task Embeddings_come_in_order_with_usage_and_model()
    {
        string[] texts = ["hello world", "", "The cat sat"];

        GeneratedEmbeddings<Embedding<float>> embeddings = await _generator.GenerateAsync(texts);

        Assert.Equal(texts.Select(text => _encoder.Embed(text)), embeddings.Select(embedding => embedding.Vector.ToArray()));
        Assert.All(embeddings, embedding => Assert.Equal("Embedder", embedding.ModelId));
        Assert.Equal(texts.Sum(text => _encoder.Tokenizer.Encode(text).Length), embeddings.Usage!.InputTokenCount);
        Assert.Equal(embeddings.Usage.InputTokenCount, embeddings.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task Fewer_dimensions_of_a_Matryoshka_model_are_the_first_ones_of_length_1_again()
    {
        float[] whole = _encoder.Embed("hello world");
        double length = Math.Sqrt(whole.Take(10).Sum(value => (double)value * value));

        ReadOnlyMemory<float> cut = await Vector(10, new EncoderPipelineOptions { MatryoshkaDimensions = [10, 20] });

        Assert.Equal(whole.Take(10).Select(value => value / length), cut.ToArray().Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData("""{"matryoshka_dimensions": [8, 16, 32, 64]}""", 16)]
    [InlineData("""{"matryoshka_dims": [8, 16]}""", 8)]
    [InlineData("""{"is_matryoshka": true}""", 11)]
    [InlineData("""{"is_matryoshka": false}""", 32)]
    [InlineData("{}", 32)]
    public async Task A_model_folder_may_say_which_dimensions_may_be_had(string config, int dimensions)
    {
        File.WriteAllText(Path.Combine(_model.Folder, "config.json"), config);

        Assert.Equal(dimensions, (await Vector(dimensions)).Length);
    }

    [Theory]
    [InlineData("""{"matryoshka_dimensions": [8, 16, 32, 64]}""", 12, "may be cut to 8, 16 only, of 32")]
    [InlineData("""{"matryoshka_dimensions": [8, 16, 32, 64]}""", 64, "embeddings of Embedder have 32")]
    [InlineData("""{"is_matryoshka": true}""", 33, "embeddings of Embedder have 32")]
    [InlineData("""{"is_matryoshka": false}""", 16, "nothing says that it is a Matryoshka model")]
    [InlineData("{}", 31, "name its dimensions in EncoderPipelineOptions.MatryoshkaDimensions")]
    public async Task Other_dimensions_are_refused(string config, int dimensions, string message)
    {
        File.WriteAllText(Path.Combine(_model.Folder, "config.json"), config);

        Assert.Contains(message, (await Assert.ThrowsAsync<ArgumentOutOfRangeException>("options", () => Vector(dimensions))).Message);
    }

    [Fact]
    public void Dimensions_that_no_embedding_has_are_refused_when_the_encoder_is_opened()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => _model.Load<Embedder>(new EncoderPipelineOptions { MatryoshkaDimensions = [16, 33] }));
        Assert.StartsWith("MatryoshkaDimensions names 33, but embeddings of Embedder have 32 dimensions", exception.Message);

        File.WriteAllText(Path.Combine(_model.Folder, "config.json"), """{"matryoshka_dimensions": ["many"]}""");
        Assert.Throws<InvalidDataException>(() => _model.Load<Embedder>());
    }

    private async Task<ReadOnlyMemory<float>> Vector(int dimensions, EncoderPipelineOptions? options = null)
    {
        using EncoderPipeline<Embedder> encoder = _model.Load<Embedder>(options);
        return await encoder.AsIEmbeddingGenerator().GenerateVectorAsync("hello world", new EmbeddingGenerationOptions { Dimensions = dimensions });
    }

    [Theory]
    [InlineData("Embedder")]
    [InlineData("embedder")]
    [InlineData("some-owner/Embedder")]
    public async Task The_model_may_be_asked_for_by_its_name(string model) =>
        Assert.Single(await _generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { ModelId = model }));

    [Fact]
    public async Task Another_model_is_an_error() =>
        Assert.Contains(
            "the model 'other', but this generator has Embedder",
            (await Assert.ThrowsAsync<ArgumentException>(() => _generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { ModelId = "other" }))).Message);

    [Fact]
    public async Task A_prompt_is_chosen_by_an_additional_property()
    {
        using EncoderPipeline<PromptedEmbedder> prompted = _model.Load<PromptedEmbedder>();
        EmbeddingGenerationOptions options = new() { AdditionalProperties = new AdditionalPropertiesDictionary { ["prompt_name"] = "query" } };

        ReadOnlyMemory<float> vector = await prompted.AsIEmbeddingGenerator().GenerateVectorAsync("hello", options);

        Assert.Equal(prompted.Embed("hello", "query"), vector.ToArray());
    }

    [Fact]
    public void Services_are_found_by_type_and_without_a_key()
    {
        EmbeddingGeneratorMetadata metadata = _generator.GetRequiredService<EmbeddingGeneratorMetadata>();

        Assert.Equal("generated-encoder", metadata.ProviderName);
        Assert.Null(metadata.ProviderUri);
        Assert.Equal("Embedder", metadata.DefaultModelId);
        Assert.Equal(32, metadata.DefaultModelDimensions);
        Assert.Same(_generator, _generator.GetService(typeof(IEmbeddingGenerator)));
        Assert.Same(_encoder, _generator.GetService(typeof(EncoderPipeline<Embedder>)));
        Assert.Null(_generator.GetService(typeof(EmbeddingGeneratorMetadata), "key"));
        Assert.Null(_generator.GetService(typeof(string)));
        Assert.Throws<ArgumentNullException>("serviceType", () => _generator.GetService(null!));
    }

    [Fact]
    public async Task A_cancelled_call_is_a_cancelled_task()
    {
        Task<GeneratedEmbeddings<Embedding<float>>> task = _generator.GenerateAsync(["a"], cancellationToken: new CancellationToken(canceled: true));

        Assert.True(task.IsCanceled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
    }

    [Fact]
    public async Task No_values_is_an_error_and_none_of_them_an_empty_list()
    {
        await Assert.ThrowsAsync<ArgumentNullException>("values", () => _generator.GenerateAsync(null!));
        Assert.Empty(await _generator.GenerateAsync([]));
    }

    [Fact]
    public async Task A_service_collection_takes_it_in_one_line()
    {
        ServiceCollection services = new();
        services.AddEmbeddingGenerator(_generator);
        await using ServiceProvider provider = services.BuildServiceProvider();

        IEmbeddingGenerator<string, Embedding<float>> generator = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();

        Assert.Equal(_encoder.Embed("hello"), (await generator.GenerateVectorAsync("hello")).ToArray());
        Assert.NotNull(provider.GetRequiredService<IEmbeddingGenerator>());
    }

    [Fact]
    public async Task Threads_share_a_generator()
    {
        float[] alone = _encoder.Embed("The cat sat");

        GeneratedEmbeddings<Embedding<float>>[] all = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(i => Task.Run(() => _generator.GenerateAsync(["The cat sat", $"text {i}"]))));

        Assert.All(all, embeddings => Assert.Equal(alone, embeddings[0].Vector.ToArray()));
    }
}

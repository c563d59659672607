using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Text.Tests;

/// <summary>A model folder's files in memory are the folder: the same embeddings, the same refusals.</summary>
public sealed class MemoryFolderTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.For<Embedder>();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void They_give_the_embeddings_of_the_folder()
    {
        using EncoderPipeline<Embedder> onDisk = _model.Load<Embedder>(), inMemory = EncoderPipeline.Load<Embedder>(Files());
        foreach (TokenGoldenText text in TokenGolden.Read("uncased").Texts)
        {
            Assert.Equal(onDisk.Embed(text.Text), inMemory.Embed(text.Text));
        }
    }

    [Theory]
    [InlineData("uncased")]
    public void Their_tokenizer_is_the_folders(string name)
    {
        TextTokenizer tokenizer = TextTokenizer.Load(FilesOf(Path.Combine(TokenGolden.Folder, name)));

        Assert.All(TokenGolden.Read(name).Texts, text => Assert.Equal(text.Ids, tokenizer.Encode(text.Text)));
    }

    [Fact]
    public void What_the_small_files_say_counts()
    {
        Dictionary<string, ReadOnlyMemory<byte>> files = Files();
        files["config.json"] = """{"matryoshka_dimensions": [8, 16]}"""u8.ToArray();
        files["sentence_bert_config.json"] = """{"do_lower_case": true}"""u8.ToArray();
        using EncoderPipeline<Embedder> encoder = EncoderPipeline.Load<Embedder>(files);

        Assert.Equal(8, encoder.Dimensions.Check(8, "Embedder", "options"));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Dimensions.Check(9, "Embedder", "options"));
        Assert.True(encoder.Tokenizer.LowersSentences);
    }

    [Theory]
    [InlineData("tokenizer.json", "The dictionary of files has no tokenizer: neither tokenizer.json")]
    [InlineData("model.safetensors", "The dictionary of files has no model.safetensors and no model.safetensors.index.json.")]
    public void A_file_that_is_missing_is_named(string file, string message)
    {
        Dictionary<string, ReadOnlyMemory<byte>> files = Files();
        files.Remove(file);

        Assert.StartsWith(message, Assert.Throws<FileNotFoundException>(() => EncoderPipeline.Load<Embedder>(files)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer.json", "The tokenizer in memory: tokenizer.json is not what it should be")]
    [InlineData("tokenizer_config.json", "The tokenizer in memory: tokenizer_config.json is not what it should be")]
    [InlineData("model.safetensors", "'model.safetensors' is not a readable safetensors file.")]
    public void A_file_that_is_damaged_is_named(string file, string message)
    {
        Dictionary<string, ReadOnlyMemory<byte>> files = Files();
        files[file] = "{\"a\": "u8.ToArray();

        Assert.StartsWith(message, Assert.Throws<InvalidDataException>(() => EncoderPipeline.Load<Embedder>(files)).Message, StringComparison.Ordinal);
        files[file] = default;
        Assert.Contains($"'{file}' has no bytes: it is empty.", Assert.Throws<InvalidDataException>(() => EncoderPipeline.Load<Embedder>(files)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sentencepiece_file_alone_is_refused_by_its_name()
    {
        Dictionary<string, ReadOnlyMemory<byte>> files = Files();
        files.Remove("tokenizer.json");
        files["folder/other.model"] = new byte[1];
        files["spiece.model"] = new byte[1];

        Assert.Contains("there is a SentencePiece model, 'spiece.model'", Assert.Throws<NotSupportedException>(() => EncoderPipeline.Load<Embedder>(files)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_files()
    {
        Assert.Throws<ArgumentNullException>("files", () => TextTokenizer.Load((IReadOnlyDictionary<string, ReadOnlyMemory<byte>>)null!));
        Assert.Throws<ArgumentNullException>("files", () => EncoderPipeline.Load<Embedder>((IReadOnlyDictionary<string, ReadOnlyMemory<byte>>)null!));
        Assert.Throws<ArgumentNullException>("files", () => ModelSource.InMemory(null!));
    }

    private Dictionary<string, ReadOnlyMemory<byte>> Files() => FilesOf(_model.Folder);

    private static Dictionary<string, ReadOnlyMemory<byte>> FilesOf(string folder) =>
        Directory.GetFiles(folder).ToDictionary(path => Path.GetFileName(path), path => (ReadOnlyMemory<byte>)File.ReadAllBytes(path));
}

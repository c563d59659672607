using SemanticSearch;
using Spectre.Console;

namespace GeneratedEncoder.Samples.Tests;

/// <summary>The semantic search as it is started from a shell.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_command_it_searches_real_texts_with_the_real_model()
    {
        (int code, string output, string error) = await RunAsync();

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("all-MiniLM-L6-v2 reads the texts", output);
        Assert.Contains("Passages embedded by all-MiniLM-L6-v2", output);
        Assert.Contains("bicycle.md", output);
    }

    [Fact]
    public async Task With_the_small_model_it_demonstrates_itself_and_says_so()
    {
        (int code, string output, string error) = await RunAsync("--small-model");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("This is a demonstration.", output);
        Assert.Contains("the treasury lent the cash to the farmer", output);
    }

    [Fact]
    public async Task What_was_indexed_is_found_by_another_run()
    {
        string csv = _folder.Write("notes.csv", "id,body", "1,\"The boiler lost pressure again, so I topped it up.\"", "2,Grandmother's recipe for plum cake");
        string database = _folder.File("search.duckdb");

        (int code, string output, string error) = await RunAsync("index", csv, "--column", "body", "--database", database);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("2 new", output);

        (code, output, _) = await RunAsync("search", "the heating needs water", "--top", "1", "--database", database);
        Assert.Equal(0, code);
        Assert.Contains("The boiler lost pressure", output);
        Assert.Contains("notes.csv row 1", output);
        Assert.DoesNotContain("cake", output);
    }

    [Fact]
    public async Task The_small_model_names_the_words_that_it_doesn_t_know()
    {
        string csv = _folder.Write("animals.csv", "id,body", "1,the cat sat on the mat", "2,the zebra slept");
        string database = _folder.File("search.duckdb");

        (int code, string output, _) = await RunAsync("index", csv, "--column", "body", "--database", database, "--small-model");
        Assert.Equal(0, code);
        Assert.Contains("this is a demonstration", output);
        Assert.Contains("2 new", output);
        Assert.Contains("doesn't know, and takes for one and the same word: zebra.", output);

        (code, output, _) = await RunAsync("search", "the cat sat on the rug", "--top", "1", "--database", database, "--small-model");
        Assert.Equal(0, code);
        Assert.Contains("the cat sat on the mat", output);
        Assert.Contains("animals.csv row 1", output);
        Assert.DoesNotContain("zebra", output);
    }

    [Theory]
    [InlineData("There is no database", "search", "the cat", "--database", "{}/none.duckdb", "--small-model")]
    [InlineData("--model and --small-model name two models", "search", "the cat", "--model", "{}", "--small-model")]
    [InlineData("has no config.json", "search", "the cat", "--model", "{}")]
    [InlineData("Directory does not exist", "search", "the cat", "--model", "{}/none")]
    [InlineData("--top must be at least 1", "search", "the cat", "--top", "0")]
    [InlineData("Cannot parse argument 'few'", "search", "the cat", "--top", "few")]
    [InlineData("has no text", "index", "{}")]
    [InlineData("File or directory does not exist", "index", "{}/none")]
    [InlineData("--column names a column of a CSV", "index", "{}", "--column", "text")]
    public async Task A_mistake_is_named(string expected, params string[] args)
    {
        (int code, _, string error) = await RunAsync(Array.ConvertAll(args, arg => arg.Replace("{}", _folder.Path)));

        Assert.Equal(1, code);
        Assert.Contains(expected, error);
    }

    [Fact]
    public async Task A_model_of_other_dimensions_is_refused_whatever_its_weights()
    {
        _folder.Write(
            "config.json",
            """
            {
              "model_type": "bert", "hidden_size": 384, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 1536,
              "max_position_embeddings": 512, "vocab_size": 30522, "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12
            }
            """);

        (int code, _, string error) = await RunAsync("search", "the cat", "--model", _folder.Path);

        Assert.Equal(1, code);
        Assert.Contains("num_hidden_layers is 12, but the class MiniLm was compiled for 6", error);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using StringWriter output = new(), error = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = 200;
        int code = await new CommandLine(new Commands(console), output, error).RunAsync(args);
        return (code, output.ToString(), error.ToString());
    }
}

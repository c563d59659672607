using System.CommandLine;
using System.CommandLine.Parsing;

namespace SemanticSearch;

/// <summary>What can be typed, and what is said of mistakes.</summary>
public sealed class CommandLine
{
    private const int Stopped = 130; // What a shell reports of a program that Ctrl+C ended.

    private readonly TextWriter _output, _error;
    private readonly RootCommand _root;

    /// <param name="commands">What does the work.</param>
    /// <param name="output">Is told how the program is used, by those who ask.</param>
    /// <param name="error">Is told what is wrong.</param>
    public CommandLine(Commands commands, TextWriter output, TextWriter error)
    {
        (_output, _error) = (output, error);
        Option<string> database = new("--database") { Description = "The database file.", HelpName = "file", DefaultValueFactory = _ => "search.duckdb" };
        Option<DirectoryInfo> model = new("--model")
        {
            Description = "Folder of a model of MiniLM's dimensions. Without it, all-MiniLM-L6-v2 is used.",
            HelpName = "folder",
        };
        model.AcceptExistingOnly();
        Option<bool> small = new("--small-model") { Description = "Use the demonstration model of 940 words, which needs no download.", Recursive = true };
        ModelChoice Choice(ParseResult line) => new(line.GetValue(model)?.FullName, line.GetValue(small));
        model.Validators.Add(option =>
        {
            if (option.GetValue(small))
            {
                option.AddError("--model and --small-model name two models.");
            }
        });

        Argument<FileSystemInfo> path = new("path") { Description = "A folder with .txt and .md files, or a .csv." };
        path.AcceptExistingOnly();
        Option<string?> column = new("--column") { Description = "The CSV's column to index; 'text', or the only one, if not given.", HelpName = "name" };
        Command index = new("index", "Index a folder or a CSV. Run it again to bring the index up to date.") { path, column, database, model };
        index.SetAction((line, token) => Run(() => commands.IndexAsync(
            line.GetRequiredValue(path).FullName, line.GetValue(column), line.GetRequiredValue(database), Choice(line), token)));

        Argument<string> query = new("query") { Description = "What to look for." };
        Option<int> top = new("--top") { Description = "How many passages to show.", HelpName = "number", DefaultValueFactory = _ => 5 };
        top.Validators.Add(AtLeastOne);
        Command search = new("search", "Find the passages that mean most nearly what the query does.") { query, top, database, model };
        search.SetAction((line, token) => Run(() => commands.SearchAsync(
            line.GetRequiredValue(query), line.GetValue(top), line.GetRequiredValue(database), Choice(line), token)));

        _root = new RootCommand("Semantic search in your texts. Without a command, it demonstrates itself.") { index, search, small };
        _root.SetAction((line, token) => Run(() => commands.DemonstrateAsync(new ModelChoice(Small: line.GetValue(small)), token)));
    }

    /// <summary>Does what is asked for, and returns the exit code.</summary>
    public Task<int> RunAsync(string[] args) => _root.Parse(args).InvokeAsync(new InvocationConfiguration { Output = _output, Error = _error });

    private static void AtLeastOne(OptionResult option)
    {
        // What is no number at all is reported without us.
        if (option.Tokens is [{ } token] && int.TryParse(token.Value, out int number) && number < 1)
        {
            option.AddError($"{option.Option.Name} must be at least 1.");
        }
    }

    private async Task<int> Run(Func<Task> command)
    {
        try
        {
            await command();
            return 0;
        }
        catch (OperationCanceledException)
        {
            _error.WriteLine("Stopped. What was computed is kept; run the same command again to go on.");
            return Stopped;
        }
        catch (Exception e) when (e is SearchException or IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            // What the model's files lack, the library says in words that need no others.
            _error.WriteLine(e.Message);
            return 1;
        }
    }
}

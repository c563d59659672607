using System.CommandLine;
using System.CommandLine.Parsing;
using SemanticSearch;
using Spectre.Console;

namespace EmbeddingCluster;

/// <summary>What can be typed, and what is said of mistakes.</summary>
internal sealed class CommandLine
{
    private const int Stopped = 130; // What a shell reports of a program that Ctrl+C ended.

    /// <summary>What a signal leaves to a command: longer than a silo takes to tell the others that it goes.</summary>
    private static readonly TimeSpan s_timeToStop = TimeSpan.FromSeconds(30);

    private readonly TextWriter _output, _error;
    private readonly RootCommand _root;

    /// <param name="console">Shows progress.</param>
    /// <param name="output">Is told results.</param>
    /// <param name="error">Is told what is wrong.</param>
    public CommandLine(IAnsiConsole console, TextWriter output, TextWriter error)
    {
        (_output, _error) = (output, error);
        Argument<FileInfo> corpus = new("corpus") { Description = "A CSV with a line of column names, an id and a text a row." };
        corpus.AcceptExistingOnly();
        Option<DirectoryInfo> folder = new("--output") { Description = "Folder for Parquet files, one a shard.", HelpName = "folder" };
        Option<string> idColumn = new("--id-column") { Description = "The CSV's column of ids.", HelpName = "name", DefaultValueFactory = _ => "id" };
        Option<string> textColumn = new("--text-column") { Description = "The CSV's column of texts.", HelpName = "name", DefaultValueFactory = _ => "text" };
        Option<int> shardRows = Number("--shard-rows", "Rows of a shard: what one process takes at a time, and a Parquet file.", 1024, 1, 1 << 20);
        Option<bool> noProgress = new("--no-progress") { Description = "Show no progress." };

        Command embed = new("embed", "Compute the vectors of a corpus. Run it again to go on.") { corpus, folder, idColumn, textColumn, shardRows, noProgress };
        embed.Validators.Add(command =>
        {
            if (command.GetValue(folder) is null)
            {
                command.AddError("Say where the results go: --output <folder>.");
            }
        });
        embed.SetAction((line, token) => Run(async () =>
        {
            EmbedOptions options = new(
                line.GetRequiredValue(corpus).FullName, line.GetRequiredValue(idColumn), line.GetRequiredValue(textColumn), line.GetValue(shardRows),
                line.GetValue(folder)?.FullName, line.GetValue(noProgress));
            _output.WriteLine(await EmbedFolder.RunAsync(options, console, token));
        }));

        _root = new RootCommand("Embeds a corpus that is too large for one process.") { embed };
    }

    /// <summary>Does what is asked for, and returns the exit code.</summary>
    public Task<int> RunAsync(string[] args) =>
        _root.Parse(args).InvokeAsync(new InvocationConfiguration { Output = _output, Error = _error, ProcessTerminationTimeout = s_timeToStop });

    private static Option<int> Number(string name, string description, int ifNotGiven, int least, int most)
    {
        Option<int> option = new(name) { Description = description, HelpName = "number", DefaultValueFactory = _ => ifNotGiven };
        option.Validators.Add(result =>
        {
            // What is no number at all is reported without us.
            if (result.Tokens is [{ } token] && int.TryParse(token.Value, out int number) && (number < least || number > most))
            {
                result.AddError($"{name} must be from {least} to {most}.");
            }
        });
        return option;
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
        catch (Exception e) when (e is ClusterException or SearchException or IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            _error.WriteLine(e.Message);
            return 1;
        }
    }
}

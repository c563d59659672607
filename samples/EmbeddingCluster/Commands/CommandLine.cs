using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using Npgsql;
using Orleans.Runtime;
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

        Option<string> database = new("--database") { Description = "Connection string of the PostgreSQL database that the cluster shares.", HelpName = "connection string" };
        Option<int> stepRows = Number("--step-rows", "Rows that are computed, and committed, together: what a crash can cost.", 128, 1, 1 << 16);
        Option<int> lease = Number("--lease", "Seconds for which a shard is held without a step: how long a dead process's shards wait.", 10, 1, 3600);
        Option<string> host = new("--host") { Description = "Address by which other silos reach this one.", HelpName = "address", DefaultValueFactory = _ => "127.0.0.1" };
        Option<int> siloPort = Number("--silo-port", "Port for other silos; 0 for a free one.", 11111, 0, ushort.MaxValue);
        Option<int> gatewayPort = Number("--gateway-port", "Port for clients; 0 for a free one.", 30000, 0, ushort.MaxValue);
        Option<int?> dashboardPort = new("--dashboard-port") { Description = "Port of the dashboard, on this machine only. Without it, there is none.", HelpName = "number" };
        Option<LogLevel?> logLevel = new("--log") { Description = "What is logged, on standard error: this level and worse, of Orleans, too. Without it, this program's own warnings.", HelpName = "level" };
        Option[] membership = [database, stepRows, lease, host, siloPort, gatewayPort, dashboardPort, logLevel];
        MemberOptions Cluster(ParseResult line) => new(
            line.GetValue(database)!, line.GetValue(stepRows), TimeSpan.FromSeconds(line.GetValue(lease)), line.GetRequiredValue(host), line.GetValue(siloPort),
            line.GetValue(gatewayPort), line.GetValue(dashboardPort), line.GetValue(logLevel));

        Command embed = new("embed", "Compute the vectors of a corpus. Run it again to go on.") { corpus, folder, idColumn, textColumn, shardRows, noProgress };
        Array.ForEach(membership, embed.Add);
        embed.Validators.Add(command =>
        {
            if (command.GetValue(folder) is null && command.GetValue(database) is null)
            {
                command.AddError("Say where the results go: --output <folder>, --database <connection string>, or both.");
            }
        });
        embed.SetAction((line, token) => Run(async () =>
        {
            EmbedOptions options = new(
                line.GetRequiredValue(corpus).FullName, line.GetRequiredValue(idColumn), line.GetRequiredValue(textColumn), line.GetValue(shardRows),
                line.GetValue(folder)?.FullName, line.GetValue(noProgress));
            _output.WriteLine(line.GetValue(database) is null
                ? await EmbedToFolder.RunAsync(options, console, token)
                : await EmbedInCluster.RunAsync(options, Cluster(line), console, token));
        }));

        Command work = new("work", "Work on any job of the database, until SIGTERM or Ctrl+C.");
        Array.ForEach(membership, work.Add);
        work.Validators.Add(NeedsDatabase);
        work.SetAction((line, token) => Run(() => Work.RunAsync(Cluster(line), _output, token)));

        Option<string> job = new("--job") { Description = "The job; all of them, or the latest, without it.", HelpName = "id" };
        Command status = new("status", "Show jobs and how far they are.") { database, job };
        status.Validators.Add(NeedsDatabase);
        status.SetAction((line, token) => Run(() => Status.RunAsync(line.GetRequiredValue(database), line.GetValue(job), console, token)));

        Argument<string> text = new("text") { Description = "What to look for." };
        Option<int> top = Number("--top", "How many texts to show.", 5, 1, 1000);
        Command query = new("query", "Find the texts of a job that mean most nearly what a text does: a silo embeds it.") { text, database, job, top };
        query.Validators.Add(NeedsDatabase);
        query.SetAction((line, token) => Run(() => Query.RunAsync(line.GetRequiredValue(database), line.GetRequiredValue(text), line.GetValue(job), line.GetValue(top), _output, token)));

        void NeedsDatabase(CommandResult command)
        {
            if (command.GetValue(database) is null)
            {
                command.AddError("Say where the jobs are: --database <connection string>.");
            }
        }

        _root = new RootCommand("Embeds a corpus that is too large for one process.") { embed, work, status, query };
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
        catch (Exception e) when (e is ClusterException or SearchException or IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException
            or NpgsqlException or OrleansException or SocketException or TimeoutException)
        {
            _error.WriteLine(e.Message.ReplaceLineEndings(" "));
            return 1;
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace EmbeddingCluster;

/// <summary>Shows how far a job is while it runs: a live table in a terminal, else a plain line every few seconds.</summary>
/// <param name="console">Where.</param>
/// <param name="isSilent">Whether to show nothing.</param>
internal sealed class ProgressDisplay(IAnsiConsole console, bool isSilent)
{
    private static readonly TimeSpan s_tableInterval = TimeSpan.FromMilliseconds(500), s_lineInterval = TimeSpan.FromSeconds(3);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly RowRate _rate = new();

    /// <summary>Shows progress until the work is over, and then awaits it.</summary>
    /// <param name="work">The work.</param>
    /// <param name="read">Finds out how far it is. What it throws ends nothing: the work itself knows best what is wrong.</param>
    public async Task ShowAsync(Task work, Func<Task<JobProgress>> read)
    {
        if (!isSilent && console.Profile.Out.IsTerminal)
        {
            await console.Live(new Text("")).StartAsync(context => RepeatAsync(work, s_tableInterval, read, progress =>
            {
                context.UpdateTarget(TableOf(progress, Rate(progress)));
                context.Refresh();
            }));
        }
        else if (!isSilent)
        {
            await RepeatAsync(work, s_lineInterval, read, progress => console.Profile.Out.Writer.WriteLine(LineOf(progress, Rate(progress))));
        }

        await work;
    }

    private static async Task RepeatAsync(Task work, TimeSpan interval, Func<Task<JobProgress>> read, Action<JobProgress> show)
    {
        while (!work.IsCompleted)
        {
            // A cluster that is losing silos may take long to answer; the work's end isn't kept waiting for that.
            Task<JobProgress> reading = read();
            await Task.WhenAny(work, reading);
            if (reading.IsCompletedSuccessfully)
            {
                show(await reading);
            }

            await Task.WhenAny(work, Task.Delay(interval));
        }
    }

    private static string LineOf(JobProgress progress, double rate) => string.Create(CultureInfo.InvariantCulture,
        $"{progress.DoneRows:N0} of {progress.Rows:N0} rows ({Share(progress):P0}), {rate:N0} rows/s, {TimeLeft(progress, rate)} left{Workers(progress)}");

    private static Table TableOf(JobProgress progress, double rate)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("job", "rows", "done", "rows/s", "time left");
        List<string> cells =
        [
            progress.Job,
            string.Create(CultureInfo.InvariantCulture, $"{progress.DoneRows:N0} of {progress.Rows:N0}"),
            string.Create(CultureInfo.InvariantCulture, $"{Share(progress):P1}"),
            string.Create(CultureInfo.InvariantCulture, $"{rate:N0}"),
            TimeLeft(progress, rate),
        ];
        if (progress.Silos is { } silos)
        {
            table.AddColumn("silos (at work)");
            cells.Add(string.Create(CultureInfo.InvariantCulture, $"{silos} ({progress.Working})"));
        }

        return table.AddRow([.. cells.Select(Markup.Escape)]);
    }

    private static double Share(JobProgress progress) => progress.Rows > 0 ? (double)progress.DoneRows / progress.Rows : 1;

    private static string TimeLeft(JobProgress progress, double rate) => progress.IsComplete ? "nothing"
        : rate <= 0 ? "?"
        : TimeSpan.FromSeconds(Math.Min(Math.Ceiling((progress.Rows - progress.DoneRows) / rate), 359_999)) is var left
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours}:{left:mm\\:ss}") : "";

    private static string Workers(JobProgress progress) =>
        progress.Silos is { } silos ? string.Create(CultureInfo.InvariantCulture, $", {silos} {(silos == 1 ? "silo" : "silos")}, {progress.Working} at work") : "";

    private double Rate(JobProgress progress) => _rate.Add(Stopwatch.GetElapsedTime(_start), progress.DoneRows);
}

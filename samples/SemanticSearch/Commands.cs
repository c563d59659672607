using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using Spectre.Console;

namespace SemanticSearch;

/// <summary>What the program does, and what it shows of that.</summary>
public sealed class Commands(IAnsiConsole console)
{
    private const int UnknownWordsShown = 12;

    /// <summary>Indexes a folder or a CSV.</summary>
    /// <param name="path">The folder or CSV.</param>
    /// <param name="column">The CSV's column; if null, "text", or the only one.</param>
    /// <param name="databasePath">The database file.</param>
    /// <param name="choice">The model.</param>
    /// <param name="cancellationToken">Stops it; the database is whole then.</param>
    public async Task IndexAsync(string path, string? column, string databasePath, ModelChoice choice, CancellationToken cancellationToken)
    {
        Corpus corpus = Corpus.Read(path, column);
        using SearchModel model = SearchModel.Open(choice);
        if (choice.IsSmall)
        {
            Warn($"With this model, this is a demonstration. {Demonstration.OfTheSmallModel}");
        }

        using SearchDatabase database = SearchDatabase.OpenOrCreate(databasePath, model);
        await IndexAsync(corpus, model, database, cancellationToken);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Passages in {databasePath}: {database.PassageCount:N0}."));
    }

    /// <summary>Shows what is nearest to a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="top">How many passages.</param>
    /// <param name="databasePath">The database file.</param>
    /// <param name="choice">The model.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task SearchAsync(string query, int top, string databasePath, ModelChoice choice, CancellationToken cancellationToken)
    {
        using SearchModel model = SearchModel.Open(choice);
        using SearchDatabase database = SearchDatabase.Open(databasePath, model);
        await SearchAsync(query, top, model, database, cancellationToken);
    }

    /// <summary>Indexes the texts that come with the program, and looks for something in them.</summary>
    /// <param name="choice">The model; its folder counts for nothing.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task DemonstrateAsync(ModelChoice choice, CancellationToken cancellationToken)
    {
        Demonstration demonstration = choice.IsSmall ? Demonstration.Small : Demonstration.Real;
        console.WriteLine(demonstration.Introduction);
        console.WriteLine();
        using SearchModel model = SearchModel.Open(choice);
        string path = Demonstration.DatabasePath(model);
        using (SearchDatabase database = SearchDatabase.OpenOrCreate(path, model))
        {
            await IndexAsync(Corpus.Read(demonstration.Corpus), model, database, cancellationToken);
            foreach (string query in demonstration.Queries)
            {
                console.WriteLine();
                console.MarkupLineInterpolated($"[bold]\"{query}\"[/]");
                await SearchAsync(query, top: 3, model, database, cancellationToken);
            }
        }

        console.WriteLine();
        console.Profile.Out.Writer.WriteLine(demonstration.WhatNext(path)); // As it is: a command that was wrapped can't be pasted.
    }

    private async Task IndexAsync(Corpus corpus, SearchModel model, SearchDatabase database, CancellationToken cancellationToken)
    {
        foreach (string file in corpus.Unreadable)
        {
            Warn($"{file} was left out: it is not text in UTF-8.");
        }

        long start = Stopwatch.GetTimestamp();
        IndexReport report = await console.Progress().StartAsync(async context =>
        {
            ProgressTask task = context.AddTask($"Indexing {Markup.Escape(Path.GetFileName(corpus.Source))}", maxValue: 1);
            IndexReport done = await new Indexer(model, database).RunAsync(corpus, new Share(task), cancellationToken);
            task.Value = 1;
            return done;
        });
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Documents: {report.New} new, {report.Changed} changed, {report.Unchanged} unchanged, {report.Removed} removed. " +
            $"Passages embedded by {model.Name}: {report.Embedded}, in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s."));
        WarnOfUnknown(report.UnknownWords, model);
    }

    private async Task SearchAsync(string query, int top, SearchModel model, SearchDatabase database, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(query))
        {
            throw new SearchException("The query is empty.");
        }

        if (model.CountTokens(query) is int tokens && tokens > model.MaxTokens)
        {
            throw new SearchException($"The query has {tokens} tokens, but {model.Name} reads at most {model.MaxTokens}.");
        }

        WarnOfUnknown([.. model.UnknownWords(query)], model);
        ReadOnlyMemory<float> vector = await model.Generator.GenerateVectorAsync(query, cancellationToken: cancellationToken);
        IReadOnlyList<SearchResult> results = database.Search(vector, top);
        if (results.Count == 0)
        {
            throw new SearchException("The database has no passages yet; the command 'index' adds some.");
        }

        console.Write(ResultTable.Of(results));
    }

    private void WarnOfUnknown(IReadOnlyCollection<string> words, SearchModel model)
    {
        if (words.Count > 0)
        {
            string more = words.Count > UnknownWordsShown ? $" and {words.Count - UnknownWordsShown} more" : "";
            Warn($"{model.Name} doesn't know, and takes for one and the same word: {string.Join(", ", words.Take(UnknownWordsShown))}{more}.");
        }
    }

    private void Warn(string text) => console.MarkupLineInterpolated($"[yellow]{text}[/]");

    /// <summary>Moves the bar at once; <see cref="Progress{T}"/> would do it some time later, on another thread.</summary>
    private sealed class Share(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }
}

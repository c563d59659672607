namespace SemanticSearch;

/// <summary>What is shown without a command: a corpus that comes with the program, and queries whose words it doesn't have.</summary>
/// <param name="Introduction">Says what is searched with what.</param>
/// <param name="Corpus">The folder or CSV.</param>
/// <param name="Queries">What to look for.</param>
/// <param name="Remark">What to know of the results; null for nothing.</param>
/// <param name="Option">What has to be typed for this model, with a blank before it.</param>
/// <param name="Example">A query to try.</param>
internal sealed record Demonstration(string Introduction, string Corpus, IReadOnlyList<string> Queries, string? Remark, string Option, string Example)
{
    public const string OfTheSmallModel = "Its model knows 940 words and sentences of one small grammar, and nothing else.";

    private const string Run = "dotnet run -c Release --project samples/SemanticSearch --";

    /// <summary>Real texts and a real model.</summary>
    public static Demonstration Real { get; } = new(
        "all-MiniLM-L6-v2 reads the texts of samples/SemanticSearch/Texts, and finds the passages that mean most nearly what you ask.",
        Path.Combine(AppContext.BaseDirectory, "Texts"),
        [
            "my tyre keeps losing air",
            "an espresso after dinner keeps me awake",
            "the shop won't refund a faulty kettle",
            "what is poisonous for pets?",
            "Why was there no summer after an eruption?",
        ],
        Remark: null, Option: "", "how do I keep a loaf fresh?");

    /// <summary>The model that ships with the quickstart, and sentences of its grammar.</summary>
    public static Demonstration Small { get; } = new(
        $"This is a demonstration. {OfTheSmallModel}",
        Path.Combine(AppContext.BaseDirectory, "Sentences", "sentences.csv"),
        [
            "he borrowed cash from the bank",
            "she fished from the bank of the stream",
            "he used the mouse to select the file",
            "the hamster hid in the hay",
            "scientists improve modern networks",
        ],
        "The model was never taught single words: \"tree\" finds a meal. The README says how well it finds what.", " --small-model", "the bride wore a necklace");

    /// <summary>Beside the program; a model that was trained anew gets a new one.</summary>
    public static string DatabasePath(SearchModel model) => Path.Combine(AppContext.BaseDirectory, $"demonstration-{model.Fingerprint[..8]}.duckdb");

    public string WhatNext(string databasePath) =>
        $"""
        {(Remark is null ? "" : $"{Remark}\n\n")}To search these texts:
            {Run} search "{Example}" --database {Path.GetRelativePath(Environment.CurrentDirectory, databasePath)}{Option}
        To search your own, a folder of .txt and .md or a CSV:
            {Run} index <folder or .csv>
            {Run} search "<query>"
        """;
}

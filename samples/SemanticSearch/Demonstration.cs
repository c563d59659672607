namespace SemanticSearch;

/// <summary>What is shown without a command.</summary>
internal static class Demonstration
{
    public const string OfTheModel = "Its model knows 940 words and sentences of one small grammar, and nothing else.";

    private const string Run = "dotnet run -c Release --project samples/SemanticSearch --";

    /// <summary>The sentences that come with the program.</summary>
    public static string Sentences { get; } = Path.Combine(AppContext.BaseDirectory, "Sentences", "sentences.csv");

    /// <summary>None of them is in the index.</summary>
    public static IReadOnlyList<string> Queries { get; } =
    [
        "he borrowed cash from the bank",
        "she fished from the bank of the stream",
        "he used the mouse to select the file",
        "the hamster hid in the hay",
        "scientists improve modern networks",
    ];

    /// <summary>Beside the program; a model that was trained anew gets a new one.</summary>
    public static string DatabasePath(SearchModel model) => Path.Combine(AppContext.BaseDirectory, $"demonstration-{model.Fingerprint[..8]}.duckdb");

    public static string WhatNext(string databasePath) =>
        $"""
        The model was never taught single words: "money" finds milk. The README says how well it finds what.

        To search these sentences:
            {Run} search "the bride wore a necklace" --database {Path.GetRelativePath(Environment.CurrentDirectory, databasePath)}
        To search your own texts, with a real model (the README says where to get it):
            {Run} index <folder or .csv> --model <folder of all-MiniLM-L6-v2>
            {Run} search "<query>" --model <folder of all-MiniLM-L6-v2>
        """;
}

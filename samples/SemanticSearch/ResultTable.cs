using System.Globalization;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace SemanticSearch;

/// <summary>Results as a terminal shows them.</summary>
internal static partial class ResultTable
{
    private const int MostCharacters = 300;

    public static Table Of(IEnumerable<SearchResult> results)
    {
        Table table = new Table().Border(TableBorder.None).HideHeaders()
            .AddColumn(new TableColumn("score").RightAligned().NoWrap().PadRight(2))
            .AddColumn(new TableColumn("passage").PadRight(2))
            .AddColumn(new TableColumn("where").NoWrap().PadRight(0));
        foreach (SearchResult result in results)
        {
            string where = result.Number == 1 ? result.Document : $"{result.Document}, passage {result.Number}";
            table.AddRow(
                new Markup(result.Score.ToString("F3", CultureInfo.InvariantCulture), Color.Green),
                new Text(Short(result.Text)),
                new Markup(Markup.Escape(where), new Style(decoration: Decoration.Dim)));
        }

        return table;
    }

    private static string Short(string text)
    {
        string line = Blanks().Replace(text, " ");
        return line.Length <= MostCharacters ? line : $"{line[..MostCharacters].TrimEnd()} ...";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}

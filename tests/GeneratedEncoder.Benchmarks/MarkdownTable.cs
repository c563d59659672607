namespace GeneratedEncoder.Benchmarks;

/// <summary>A Markdown table, printed row by row as results come in.</summary>
internal sealed class MarkdownTable
{
    private readonly int[] _widths;

    /// <summary>Prints the head. The first column is text, the others are numbers; none is narrower than its title.</summary>
    public MarkdownTable(int firstWidth, params string[] titles)
    {
        _widths = Array.ConvertAll(titles, title => Math.Max(title.Length, 8));
        _widths[0] = Math.Max(_widths[0], firstWidth);
        Row(titles);
        IEnumerable<string> rules = _widths.Select((width, i) => new string('-', width + 1) + (i == 0 ? '-' : ':'));
        Console.WriteLine($"|{string.Join("|", rules)}|");
    }

    /// <summary>Prints a row.</summary>
    public void Row(params string[] cells) => Console.WriteLine(
        $"| {string.Join(" | ", cells.Select((cell, i) => i == 0 ? cell.PadRight(_widths[i]) : cell.PadLeft(_widths[i])))} |");
}

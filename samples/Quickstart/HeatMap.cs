using System.Globalization;
using Spectre.Console;

namespace Quickstart;

/// <summary>Attention weights as a table: percent, shaded on a terminal that has colours.</summary>
internal static class HeatMap
{
    /// <summary>From one token to each, a row for every head of every layer; the coreference head is marked with a star.</summary>
    public static Table ByHead(Reading reading, int token)
    {
        Table table = New(reading, $"from \"{reading.Sentence.Tokens[token]}\"");
        for (int layer = 0; layer < Reader.NumHiddenLayers; layer++)
        {
            for (int head = 0; head < Reader.NumAttentionHeads; head++)
            {
                bool marked = layer == Reader.CoreferenceLayer && head == Reader.CoreferenceHead;
                AddRow(table, $"layer {layer + 1} head {head + 1}{(marked ? " *" : "")}", reading.Attention(layer, head, token));
            }
        }

        return table;
    }

    /// <summary>From each token to each, in one head of one layer.</summary>
    public static Table ByToken(Reading reading, int layer, int head)
    {
        Table table = New(reading, "from");
        for (int token = 0; token < reading.Sentence.Tokens.Length; token++)
        {
            AddRow(table, reading.Sentence.Tokens[token], reading.Attention(layer, head, token));
        }

        return table;
    }

    private static Table New(Reading reading, string corner)
    {
        Table table = new Table().Border(TableBorder.None).AddColumn(new TableColumn(Markup.Escape(corner)).NoWrap().PadRight(2));
        foreach (string token in reading.Sentence.Tokens)
        {
            table.AddColumn(new TableColumn(Markup.Escape(token)).RightAligned().NoWrap().PadLeft(0).PadRight(1));
        }

        return table;
    }

    private static void AddRow(Table table, string label, ReadOnlySpan<float> weights)
    {
        List<Markup> cells = [new Markup(Markup.Escape(label))];
        foreach (float weight in weights)
        {
            string percent = (100 * weight).ToString("F0", CultureInfo.InvariantCulture);
            int heat = (int)Math.Round(255 * Math.Sqrt(weight));
            Style style = new(foreground: heat > 140 ? Color.Black : Color.Default, background: heat < 20 ? Color.Default : new Color((byte)heat, (byte)(heat * 2 / 3), 0));
            cells.Add(new Markup(percent == "0" ? "." : percent, style));
        }

        table.AddRow(cells);
    }
}

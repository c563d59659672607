using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Quickstart;

/// <summary>What is shown about sentences.</summary>
internal sealed class Demonstration(Reader reader, Vocabulary vocabulary, IAnsiConsole console)
{
    /// <summary>Which word a pronoun attends to, which verb has which subject, and which noun has which adjectives: a head for each.</summary>
    public void Attention(string text)
    {
        Reading reading = Read(text);
        Title($"\"{reading.Sentence.Text}\"");
        int pronoun = reading.Pronoun;
        if (pronoun >= 0)
        {
            int antecedent = reading.Antecedent(pronoun);
            float weight = reading.Attention(Reader.CoreferenceLayer, Reader.CoreferenceHead, pronoun)[antecedent];
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
                $"[bold]{reading.Sentence.Tokens[pronoun]} -> {reading.Sentence.Tokens[antecedent]}[/]  ({weight:P1} of the marked head's attention)");
        }

        Links(reading, "verb and subject", Reader.SubjectLayer, Reader.SubjectHead);
        Links(reading, "adjective and noun", Reader.AdjectiveLayer, Reader.AdjectiveHead);
        if (pronoun >= 0)
        {
            console.Write(HeatMap.ByHead(reading, pronoun));
            console.MarkupLine("[dim]attention in percent; * the head that was trained to resolve pronouns[/]");
        }
        else
        {
            console.Write(HeatMap.ByToken(reading, Reader.AdjectiveLayer, Reader.AdjectiveHead));
            console.MarkupLine("[dim]attention in percent, the head that was trained to link adjectives with nouns; what has nothing to link rests on [[CLS]][/]");
        }

        console.WriteLine();
    }

    /// <summary>The words that a head links, "&lt;-&gt;" where they look most at each other.</summary>
    private void Links(Reading reading, string kind, int layer, int head)
    {
        (int From, int To, float Weight)[] links = [.. reading.Links(layer, head)];
        foreach ((int from, int to, float weight) in links)
        {
            string[] tokens = reading.Sentence.Tokens;
            int back = Array.FindIndex(links, link => link.From == to && link.To == from);
            if (back < 0)
            {
                console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[bold]{tokens[from]} -> {tokens[to]}[/]  ({kind}, {weight:P1})");
            }
            else if (from < to)
            {
                console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[bold]{tokens[from]} <-> {tokens[to]}[/]  ({kind}, {weight:P1} and {links[back].Weight:P1})");
            }
        }
    }

    /// <summary>The contextual vectors themselves.</summary>
    public void Vectors(string text)
    {
        Reading reading = Read(text);
        Title($"The contextual vectors of \"{reading.Sentence.Text}\", [{reading.Sentence.Tokens.Length}, {Reader.HiddenSize}]");
        for (int token = 0; token < reading.Sentence.Tokens.Length; token++)
        {
            string numbers = string.Join("  ", reading.Vector(token)[..6].ToArray().Select(x => x.ToString("+0.000;-0.000", CultureInfo.InvariantCulture)));
            console.WriteLine($"{reading.Sentence.Tokens[token],-14}{numbers}  ...");
        }

        console.WriteLine();
    }

    /// <summary>Cosines between words in their sentences: the same word in two senses, and a neighbour of each.</summary>
    public void Senses(string word, params (string Label, string Word, string Sentence)[] uses)
    {
        Title($"One word, two senses: cosines between the vectors of \"{word}\" and others, each in its sentence");
        Reading[] readings = Array.ConvertAll(uses, use => Read(use.Sentence));
        foreach (((string Label, string Word, string Sentence) use, int i) in uses.Select((use, i) => (use, i)))
        {
            console.WriteLine($"{i + 1}  {use.Label,-16}{use.Sentence}");
        }

        Table table = new Table().Border(TableBorder.None).AddColumn(new TableColumn("").NoWrap().PadRight(2));
        foreach ((string label, _, _) in uses)
        {
            table.AddColumn(new TableColumn(Markup.Escape(label)).RightAligned().NoWrap().PadRight(2));
        }

        for (int row = 0; row < uses.Length; row++)
        {
            List<Markup> cells = [new Markup(Markup.Escape(uses[row].Label))];
            for (int column = 0; column < uses.Length; column++)
            {
                double cosine = Reading.Cosine(VectorOf(readings[row], uses[row].Word), VectorOf(readings[column], uses[column].Word));
                cells.Add(new Markup(cosine.ToString("F2", CultureInfo.InvariantCulture), new Style(cosine > 0.7 ? Color.Green : Color.Default)));
            }

            table.AddRow(cells);
        }

        console.Write(table);
        console.WriteLine();
    }

    /// <summary>Time and managed memory of a call.</summary>
    public void Timings(params string[] texts)
    {
        Title("What a call costs, on one thread");
        float[] embedding = new float[Reader.HiddenSize];
        foreach (string text in texts)
        {
            int[] ids = vocabulary.Read(text, Reader.MaxTokens).Ids;
            float[] vectors = new float[ids.Length * Reader.HiddenSize];
            (double encode, long encodeBytes) = Measure(() => reader.Encode(ids, vectors));
            (double embed, long embedBytes) = Measure(() => reader.Embed(ids, embedding));
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{ids.Length,2} tokens   Encode {encode,6:F1} us, {encodeBytes} bytes allocated   Embed {embed,6:F1} us, {embedBytes} bytes allocated"));
        }

        console.WriteLine();
    }

    /// <summary>Median microseconds of a call, and bytes that it allocates.</summary>
    private static (double Microseconds, long Bytes) Measure(Action call)
    {
        const int Calls = 1001;
        double[] times = new double[Calls];
        call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Calls; i++)
        {
            long start = Stopwatch.GetTimestamp();
            call();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
        Array.Sort(times);
        return (times[Calls / 2], bytes);
    }

    private Reading Read(string text) => Reading.Of(reader, vocabulary.Read(text, Reader.MaxTokens));

    private static ReadOnlySpan<float> VectorOf(Reading reading, string word) => reading.Vector(reading.Sentence.IndexOf(word));

    private void Title(string text) => console.MarkupLineInterpolated($"[bold blue]{text}[/]");
}

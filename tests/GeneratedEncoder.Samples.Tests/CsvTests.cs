using System.Text;
using SemanticSearch;

namespace GeneratedEncoder.Samples.Tests;

/// <summary>CSVs as the standard has them, and what is said of those that are not.</summary>
public sealed class CsvTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("line endings of Windows", "id,text\r\n1,a cat\r\n2,a dog\r\n")]
    [InlineData("line endings of Unix", "id,text\n1,a cat\n2,a dog\n")]
    [InlineData("no line ending at the end", "id,text\n1,a cat\n2,a dog")]
    [InlineData("a byte order mark", "\uFEFFid,text\n1,a cat\n2,a dog\n")]
    [InlineData("a byte order mark before a quote", "\uFEFF\"id\",\"text\"\n1,a cat\n2,a dog\n")]
    [InlineData("quotes around everything", "\"id\",\"text\"\n\"1\",\"a cat\"\n\"2\",\"a dog\"\n")]
    [InlineData("semicolons", "id;text\n1;a cat\n2;a dog\n")]
    [InlineData("bars", "id|text\n1|a cat\n2|a dog\n")]
    [InlineData("tabs", "id\ttext\n1\ta cat\n2\ta dog\n")]
    [InlineData("empty lines", "id,text\n\n1,a cat\n\n2,a dog\n\n")]
    [InlineData("another order, and capitals", "Text,Id\na cat,1\na dog,2\n")]
    public void What_the_standard_allows_is_read(string what, string csv)
    {
        Assert.NotEmpty(what);
        Assert.Equal(["a cat", "a dog"], Texts(csv));
    }

    [Fact]
    public void A_quoted_field_keeps_its_separators_quotes_and_line_breaks() =>
        Assert.Equal(
            ["one, two", "she said \"no\"", "first\r\nsecond\n\nlast", "\"", "after"],
            Texts("id,text\n1,\"one, two\"\n2,\"she said \"\"no\"\"\"\n3,\"first\r\nsecond\n\nlast\"\n4,\"\"\"\"\n5,after\n"));

    [Fact]
    public void A_file_in_UTF_16_is_known_by_its_byte_order_mark() =>
        Assert.Equal(["Käse", "猫"], Corpus.Read(Write("id,text\n1,Käse\n2,猫\n", Encoding.Unicode)).Documents.Select(document => document.Text));

    [Fact]
    public void A_tsv_is_separated_by_tabs_whatever_else_it_has()
    {
        string path = _folder.File("a.tsv");
        File.WriteAllText(path, "id\ttext\n1\ta cat, a dog, a fox; an owl\n");

        Assert.Equal("a cat, a dog, a fox; an owl", Assert.Single(Corpus.Read(path).Documents).Text);
    }

    [Theory]
    [InlineData(3, "a quote that is never closed", "id,text\n1,a cat\n2,\"a dog\n3,a fox\n")]
    [InlineData(3, "a quote that is never closed, at the end", "id,text\n1,a cat\n2,\"a dog")]
    [InlineData(3, "a field too few", "id,text\n1,a cat\n2\n")]
    [InlineData(3, "a field too many", "id,text\n1,a cat\n2,a dog,a fox\n")]
    [InlineData(2, "a comma in a text without quotes", "id,text\n1,a cat, asleep\n")]
    [InlineData(2, "a comma in the only column", "text\na cat, asleep\n")]
    [InlineData(2, "a quote in the middle", "id,text\n1,a \"big\" cat\n")]
    [InlineData(2, "text after a quote", "id,text\n1,\"a cat\" asleep\n")]
    [InlineData(2, "a blank before a quote", "id,text\n1, \"a cat\"\n")]
    [InlineData(2, "quotes that should be doubled", "id,text\n1,\"a \"big\" cat\"\n")]
    [InlineData(1, "a quote in a column's name", "id,te\"xt\n1,a cat\n")]
    [InlineData(1, "a column's name with an open quote", "id,\"text\n1,a cat\n")]
    [InlineData(5, "a mistake below a field of three lines", "id,text\n1,\"a\nb\nc\"\n2\n")]
    [InlineData(3, "a NUL", "id,text\n1,a cat\n2,a\0dog\n")]
    public async Task A_mistake_is_named_with_its_file_and_line_and_nothing_is_indexed(int line, string what, string csv)
    {
        Assert.NotEmpty(what);
        string path = _folder.Write("a.csv", "id,text", "1,the cat sat on the mat");
        using SearchModel model = SearchModel.Open(new ModelChoice(Small: true));
        using SearchDatabase database = SearchDatabase.OpenOrCreate(_folder.File("search.duckdb"), model);
        await new Indexer(model, database).RunAsync(Corpus.Read(path));
        Dictionary<string, string> before = database.DocumentHashes(path);

        File.WriteAllText(path, csv);
        SearchException e = Assert.Throws<SearchException>(() => Corpus.Read(path));

        Assert.StartsWith($"'{path}' can't be read as a CSV, and nothing of it was taken: line {line}: ", e.Message);
        Assert.Equal(before, database.DocumentHashes(path));
        Assert.Equal(1, database.PassageCount);
    }

    [Fact]
    public void A_file_in_another_encoding_is_refused_with_the_line_and_the_byte()
    {
        string path = Write("id,text\n1,cat\n2,café\n", Encoding.Latin1);

        SearchException e = Assert.Throws<SearchException>(() => Corpus.Read(path));

        Assert.Contains($"'{path}' can't be read as a CSV, and nothing of it was taken: line 3: the byte 0xE9 is not UTF-8.", e.Message);
    }

    [Theory]
    [InlineData("is empty", "")]
    [InlineData("has 2 columns 'text'", "text,id,Text\na,1,b\n")]
    [InlineData("has no column 'text'", "id,body\n1,a cat\n")]
    [InlineData("No row of", "id,text\n1,\n2, \n")]
    public void A_column_that_is_not_there_or_there_twice_is_named(string expected, string csv) =>
        Assert.Contains(expected, Assert.Throws<SearchException>(() => Corpus.Read(Write(csv))).Message);

    /// <summary>Random fields, written as the standard says, come back; the separator is the one of the first line.</summary>
    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    public void Whatever_is_quoted_comes_back(char separator)
    {
        Random random = new(separator);
        string[] texts = [.. Enumerable.Range(0, 300).Select(_ => "x" + string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "ab\",;\t\n\r é"[random.Next(10)])))];
        string csv = string.Join("\r\n", texts.Select((text, i) => $"{i}{separator}\"{text.Replace("\"", "\"\"")}\"{separator}z").Prepend($"id{separator}text{separator}end"));

        Assert.Equal(texts, Texts(csv));
    }

    private IEnumerable<string> Texts(string csv) => Corpus.Read(Write(csv)).Documents.Select(document => document.Text);

    private string Write(string csv, Encoding? encoding = null)
    {
        File.WriteAllText(_folder.File("a.csv"), csv, encoding ?? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return _folder.File("a.csv");
    }
}

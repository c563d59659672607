using System.Text.Json;
using Quickstart;

namespace GeneratedEncoder.Tests;

/// <summary>
/// What the README says of the shipped model, on sentences whose combinations of words it was never trained on
/// (samples/Quickstart/training/README.md tells how they were held out).
/// </summary>
public sealed class SampleModelTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "SampleModel");
    private readonly Reader _reader = Reader.Load(Path.Combine(s_folder, "model.safetensors"));
    private readonly Vocabulary _vocabulary = Vocabulary.Load(Path.Combine(s_folder, "vocab.txt"));

    public void Dispose() => _reader.Dispose();

    [Fact]
    public void At_least_nine_of_ten_pronouns_attend_most_to_what_they_stand_for()
    {
        string[][] rows = Rows("heldout-pronouns.tsv");

        int right = rows.Count(row => Read(row[0]).Antecedent(Token(row[1])) == Token(row[2]));

        output.WriteLine($"{right} of {rows.Length}");
        Assert.True(rows.Length >= 300);
        Assert.True(right >= 0.9 * rows.Length, $"{right} of {rows.Length}");
    }

    [Theory]
    [InlineData("subject", Reader.SubjectLayer, Reader.SubjectHead)]
    [InlineData("adjective", Reader.AdjectiveLayer, Reader.AdjectiveHead)]
    public void At_least_95_of_a_hundred_words_attend_most_to_the_word_they_belong_to_in_either_direction(string link, int layer, int head)
    {
        foreach (IGrouping<string, string[]> direction in Rows("heldout-links.tsv").Where(row => row[1] == link).GroupBy(row => row[2]))
        {
            int right = direction.Count(row => row[4].Split(',').Select(Token).Contains(Read(row[0]).Target(layer, head, Token(row[3]))));

            output.WriteLine($"{link}, from the {direction.Key}: {right} of {direction.Count()}");
            Assert.True(direction.Count() >= 200, $"{direction.Count()} rows from the {direction.Key}");
            Assert.True(right >= 0.95 * direction.Count(), $"{right} of {direction.Count()} from the {direction.Key}");
        }

        Assert.Equal(2, Rows("heldout-links.tsv").Where(row => row[1] == link).Select(row => row[2]).Distinct().Count());
    }

    [Fact]
    public void Position_alone_would_resolve_about_half_of_them()
    {
        string[][] rows = Rows("heldout-pronouns.tsv");

        double first = rows.Count(row => int.Parse(row[2]) < int.Parse(row[3])) / (double)rows.Length;

        Assert.InRange(first, 0.4, 0.6);
    }

    [Fact]
    public void At_least_nine_of_ten_pairs_of_senses_are_nearer_to_their_own_neighbours_than_to_each_others()
    {
        string[][] rows = Rows("heldout-senses.tsv");

        int right = 0, strict = 0;
        foreach (string[] row in rows)
        {
            Reading one = Read(row[0]), neighbourOfOne = Read(row[2]), other = Read(row[4]), neighbourOfOther = Read(row[6]);
            ReadOnlySpan<float> a = one.Vector(Token(row[1])), nearA = neighbourOfOne.Vector(Token(row[3]));
            ReadOnlySpan<float> b = other.Vector(Token(row[5])), nearB = neighbourOfOther.Vector(Token(row[7]));
            Assert.Equal(one.Sentence.Tokens[Token(row[1])].TrimEnd('s'), other.Sentence.Tokens[Token(row[5])].TrimEnd('s'));
            double aa = Reading.Cosine(a, nearA), ab = Reading.Cosine(a, nearB), bb = Reading.Cosine(b, nearB), ba = Reading.Cosine(b, nearA);
            double between = Reading.Cosine(a, b);
            right += aa > ab && bb > ba ? 1 : 0;
            strict += aa > Math.Max(ab, between) && bb > Math.Max(ba, between) ? 1 : 0;
        }

        output.WriteLine($"{right} of {rows.Length}; nearer too than the two senses are to each other: {strict}");
        Assert.True(rows.Length >= 300);
        Assert.True(right >= 0.9 * rows.Length, $"{right} of {rows.Length}");
        Assert.True(strict >= 0.9 * rows.Length, $"{strict} of {rows.Length}");
    }

    [Fact]
    public void Vectors_and_attention_are_those_of_PyTorch_in_float64()
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_folder, "expected.json")));
        foreach (JsonElement sentence in expected.RootElement.GetProperty("sentences").EnumerateArray())
        {
            Reading reading = Read(sentence.GetProperty("sentence").GetString()!);

            Assert.Equal(Numbers(sentence.GetProperty("ids")), reading.Sentence.Ids.Select(id => (double)id));
            foreach ((int token, JsonElement start) in sentence.GetProperty("last_hidden_state_first_8").EnumerateArray().Index())
            {
                double[] values = Numbers(start);
                for (int i = 0; i < values.Length; i++)
                {
                    Assert.Equal(values[i], reading.Vector(token)[i], 3e-5);
                }
            }
        }
    }

    [Fact]
    public void The_quickstarts_own_sentences_come_out_as_it_says()
    {
        Assert.Equal("cat", Antecedent("The cat sat on the mat because it was tired"));
        Assert.Equal("mat", Antecedent("The cat sat on the mat because it was dirty"));

        Reading amazing = Read("Transformers are amazing");
        Assert.Equal(["transformers > amazing", "amazing > transformers"], Links(amazing, Reader.AdjectiveLayer, Reader.AdjectiveHead));
        Assert.Equal(["transformers > are", "are > transformers"], Links(amazing, Reader.SubjectLayer, Reader.SubjectHead));
        Assert.Equal(["cat > sat", "sat > cat", "it > was", "was > it"], Links(Read("The cat sat on the mat because it was tired"), Reader.SubjectLayer, Reader.SubjectHead));
        Assert.Equal(["mat > dirty", "dirty > mat"], Links(Read("The cat sat on the mat because it was dirty"), Reader.AdjectiveLayer, Reader.AdjectiveHead));
    }

    [Theory]
    [InlineData("the catz sat", "'catz' is not among the 940 words that this model knows (Model/vocab.txt). Close to it are: cat, cats, at.")]
    [InlineData(" . ", "The sentence is empty.")]
    [InlineData("the the the the the the the the the the the the the the the the the the the the the the the the the the the the the the the",
        "The sentence has 31 words, but this model reads at most 30.")]
    public void A_sentence_that_can_not_be_read_is_explained(string text, string message) =>
        Assert.Equal(message, Assert.Throws<SentenceException>(() => Read(text)).Message);

    private Reading Read(string text) => Reading.Of(_reader, _vocabulary.Read(text, Reader.MaxTokens));

    private string Antecedent(string text)
    {
        Reading reading = Read(text);
        return reading.Sentence.Tokens[reading.Antecedent(reading.Pronoun)];
    }

    private static string[] Links(Reading reading, int layer, int head) =>
        [.. reading.Links(layer, head).Select(link => $"{reading.Sentence.Tokens[link.From]} > {reading.Sentence.Tokens[link.To]}")];

    private static string[][] Rows(string file) =>
        [.. File.ReadLines(Path.Combine(s_folder, file)).Skip(1).Select(line => line.Split('\t'))];

    /// <summary>The files count words; tokens start with [CLS].</summary>
    private static int Token(string word) => int.Parse(word, System.Globalization.CultureInfo.InvariantCulture) + 1;

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Quickstart;

namespace GeneratedEncoder.Explorer.Tests;

/// <summary>What the encoder computes in a browser, and what the page says of it.</summary>
[Collection(nameof(Browser))]
public sealed class ReadingTests(Browser browser, ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData(ExplorerPage.Tired)]
    [InlineData("Transformers are amazing")]
    [InlineData("the trophy did not fit in the suitcase because it was too big")]
    public async Task Hidden_states_and_attention_have_the_bits_that_they_have_here(string text)
    {
        ExplorerPage page = await browser.At(Link.To(text));

        Assert.Equal(Digest(text), await page.Text("#digest"));
    }

    [SkippableTheory]
    [InlineData(ExplorerPage.Tired, 8, "1", "“it” looks most at “cat”, 100 %")]
    [InlineData(ExplorerPage.Dirty, 8, "1", "“it” looks most at “mat”, 100 %")]
    [InlineData("Transformers are amazing", 3, "3", "“amazing” looks most at “transformers”, 100 %")]
    [InlineData("Transformers are amazing", 1, "3", "“transformers” looks most at “amazing”, 100 %")]
    [InlineData("Transformers are amazing", 2, "2", "“are” looks most at “transformers”, 100 %")]
    [InlineData(ExplorerPage.Tired, 3, "2", "“sat” looks most at “cat”, 100 %")]
    public async Task A_word_looks_where_its_heads_speciality_says(string text, int word, string head, string expected)
    {
        ExplorerPage page = await browser.At(Link.To(text, word, head: head));

        Assert.Equal(expected, await page.Text("#looks-title"));
        Assert.Equal("100 %", await page.Text("#arcs .strongest .share"));
    }

    [SkippableFact]
    public async Task The_two_banks_are_nearer_to_their_own_neighbours_than_to_each_other()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired));

        string[] cells = await page.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('#cosines tbody td')].map(cell => cell.textContent)");
        double[] cosines = [.. cells.Select(cell => double.Parse(cell.Replace('−', '-'), CultureInfo.InvariantCulture))];

        Assert.Equal(16, cosines.Length);
        double riverToShore = cosines[1], riverToMoney = cosines[2], riverToLender = cosines[3], moneyToLender = cosines[11];
        Assert.True(riverToShore > 0.7 && moneyToLender > 0.7, $"{riverToShore}, {moneyToLender}");
        Assert.True(riverToMoney < 0.6 && riverToLender < 0.6, $"{riverToMoney}, {riverToLender}");
    }

    [SkippableFact]
    public async Task Every_step_that_is_shown_is_within_a_hundred_thousandth_of_the_encoders_own_values()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        double attention = Number(await page.Text("#difference-attention")), hidden = Number(await page.Text("#difference-hidden"));

        output.WriteLine($"attention {attention}, hidden states {hidden}");
        Assert.InRange(attention, 1e-12, 1e-5);
        Assert.InRange(hidden, 1e-12, 1e-5);
        Assert.Equal(10, await page.Page.Locator("#steps > li").CountAsync());
    }

    [SkippableFact]
    public async Task The_softmax_that_is_shown_follows_from_the_scores_that_are_shown()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Dirty, 5, layer: 1, head: "2"));

        string[] numbers = await page.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.answers .num')].map(cell => cell.textContent)");
        double[] scores = [.. numbers.Where((_, i) => i % 3 == 1).Select(Number)], dots = [.. numbers.Where((_, i) => i % 3 == 0).Select(Number)];
        double[] shares = [.. numbers.Where((_, i) => i % 3 == 2).Select(text => Number(text.TrimEnd(' ', '%')) / 100)];

        Assert.Equal(12, scores.Length);
        double sum = scores.Sum(Math.Exp);
        for (int token = 0; token < scores.Length; token++)
        {
            Assert.Equal(dots[token] / Math.Sqrt(32), scores[token], 0.011);
            Assert.Equal(Math.Exp(scores[token]) / sum, shares[token], 0.012);
        }
    }

    [SkippableFact]
    public async Task The_numbers_of_the_heat_map_are_the_encoders_own()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 2, layer: 1, head: "4"));

        string[] titles = await page.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('#map tbody td')].map(cell => cell.title)");
        Reading reading = Read(ExplorerPage.Tired);

        Assert.Equal(144, titles.Length);
        for (int cell = 0; cell < titles.Length; cell++)
        {
            string expected = (100.0 * reading.Attention(0, 3, cell / 12)[cell % 12]).ToString("F3", CultureInfo.InvariantCulture);
            Assert.EndsWith($": {expected} %", titles[cell], StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task What_goes_over_the_wire_until_the_page_is_ready_is_at_most_two_point_four_megabytes()
    {
        await browser.At(Link.To(ExplorerPage.Tired));

        output.WriteLine($"{browser.BytesToReady:N0} bytes");
        Assert.InRange(browser.BytesToReady, 1_000_000, 2_400_000);
    }

    private static double Number(string text) => double.Parse(text.Replace('−', '-'), CultureInfo.InvariantCulture);

    private static Reading Read(string text)
    {
        using Reader reader = Reader.Load(Path.Combine(AppContext.BaseDirectory, "Model", "model.safetensors"));
        return Reading.Of(reader, Vocabulary().Read(text, Reader.MaxTokens));
    }

    private static string Digest(string text)
    {
        using Reader reader = Reader.Load(Path.Combine(AppContext.BaseDirectory, "Model", "model.safetensors"));
        int[] ids = Vocabulary().Read(text, Reader.MaxTokens).Ids;
        float[] hidden = new float[ids.Length * Reader.HiddenSize];
        float[] attentions = new float[Reader.NumHiddenLayers * Reader.NumAttentionHeads * ids.Length * ids.Length];
        reader.Attend(ids, hidden, attentions);
        byte[] bytes = [.. MemoryMarshal.AsBytes(hidden.AsSpan()), .. MemoryMarshal.AsBytes(attentions.AsSpan())];
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private static Vocabulary Vocabulary() => Quickstart.Vocabulary.Load(Path.Combine(AppContext.BaseDirectory, "Model", "vocab.txt"));
}

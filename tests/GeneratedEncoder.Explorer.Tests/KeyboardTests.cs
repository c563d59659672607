using Microsoft.Playwright;

namespace GeneratedEncoder.Explorer.Tests;

/// <summary>Every control, with the keyboard alone.</summary>
[Collection(nameof(Browser))]
public sealed class KeyboardTests(Browser browser)
{
    [SkippableFact]
    public async Task Arrow_keys_go_from_word_to_word()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.TabTo("#arcs .word");
        await page.Press("ArrowLeft");
        Assert.Equal("7", await page.Parameter("word"));
        await page.Press("ArrowRight", "ArrowRight");
        Assert.Equal("9", await page.Parameter("word"));
        await page.Press("Home");
        Assert.Equal("0", await page.Parameter("word"));
        await page.Press("End");
        Assert.Equal("11", await page.Parameter("word"));
        Assert.Equal("true", await page.Page.EvaluateAsync<string>("document.activeElement.getAttribute('aria-checked')"));
    }

    [SkippableFact]
    public async Task Arrow_keys_go_from_head_to_head_and_from_layer_to_layer()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.TabTo(".head");
        await page.Press("ArrowRight");
        Assert.Equal(("2", "2"), (await page.Parameter("layer"), await page.Parameter("head")));
        Assert.Equal("Layer 2, head 2", await page.Text("#about h3"));
        await page.Press("ArrowUp");
        Assert.Equal(("1", "2"), (await page.Parameter("layer"), await page.Parameter("head")));
        await page.Press("ArrowLeft", "ArrowLeft");
        Assert.Equal(("2", "mean"), (await page.Parameter("layer"), await page.Parameter("head")));
        Assert.True(await page.Page.Locator("#no-steps").IsVisibleAsync());
        await page.TabTo("#take-head");
        await page.Press("Enter");
        Assert.Equal("1", await page.Parameter("head"));
        Assert.True(await page.Page.Locator("#steps").IsVisibleAsync());
    }

    [SkippableFact]
    public async Task The_direction_is_turned_round()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 2));

        await page.TabTo("input[name=direction]");
        await page.Press("ArrowRight");

        Assert.Equal("1", await page.Parameter("by"));
        Assert.Equal("“cat” is looked at most by “it”, 100 %", await page.Text("#looks-title"));
    }

    [SkippableFact]
    public async Task Special_tokens_are_left_out()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.TabTo("#special");
        await page.Press("Space");

        Assert.Equal("0", await page.Parameter("special"));
        Assert.Equal(10, await page.Page.Locator("#arcs .word").CountAsync());
        Assert.Equal(10, await page.Page.Locator("#map tbody tr").CountAsync());
        Assert.DoesNotContain("[CLS]", await page.Text("#map"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_row_of_the_heat_map_is_chosen()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.TabTo("#map button");
        await page.Press("ArrowUp");

        Assert.Equal("7", await page.Parameter("word"));
        Assert.Equal("because", await page.Text("#map tr.chosen th"));
    }

    [SkippableFact]
    public async Task A_sentence_is_typed_and_read()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.TabTo("#sentence");
        await page.Page.Keyboard.PressAsync("Control+A");
        await page.Page.Keyboard.TypeAsync("the dog chased the rabbit because it was hungry");
        await page.Until("location.hash.includes('hungry')");
        await page.Drawn();

        Assert.Equal("“it” looks most at “dog”, 100 %", await page.Text("#looks-title"));
    }

    [SkippableFact]
    public async Task An_unknown_word_gets_suggestions_while_it_is_typed_and_one_is_taken()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.TabTo("#sentence");
        await page.Page.Keyboard.PressAsync("Control+A");
        await page.Page.Keyboard.TypeAsync("The catz sat on the mat because it was tired");
        Assert.Contains("“catz” is not among the 940 words that this model knows. Try", await page.Text("#advice"), StringComparison.Ordinal);
        Assert.Equal("true", await page.Page.Locator("#sentence").GetAttributeAsync("aria-invalid"));
        Assert.Equal("cat", await page.Text("#advice .chip >> nth=0"));
        await page.TabTo("#advice .chip");
        await page.Press("Enter");

        Assert.Equal(ExplorerPage.Tired, await page.Page.Locator("#sentence").InputValueAsync());
        Assert.Equal("", await page.Text("#advice"));
        Assert.Equal("“it” looks most at “cat”, 100 %", await page.Text("#looks-title"));
    }

    [SkippableTheory]
    [InlineData("   ", "Write a sentence, or take one of the examples.")]
    [InlineData("the the the the the the the the the the the the the the the the the the the the the the the the the the the the the the the",
        "The sentence has 31 words, but this model reads at most 30.")]
    public async Task A_sentence_that_can_not_be_read_is_explained(string text, string expected)
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.Page.FillAsync("#sentence", text);

        Assert.Equal(expected, await page.Text("#advice"));
        await page.Page.FillAsync("#sentence", ExplorerPage.Tired);
    }

    [SkippableFact]
    public async Task An_example_is_taken()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.TabTo("#examples button:nth-child(3)");
        await page.Press("Enter");

        Assert.Equal("“amazing” looks most at “transformers”, 100 %", await page.Text("#looks-title"));
    }

    [SkippableFact]
    public async Task Two_sentences_are_compared_and_the_changes_are_named()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.TabTo("#compare");
        await page.Press("Enter");

        Assert.Equal(ExplorerPage.Dirty, await page.Parameter("t"));
        Assert.Equal("In the second “it” looks most at “mat”, 100 %", await page.Text("#second-title"));
        Assert.Equal(["it → mat +100 points", "it → cat −100 points"],
            (await page.Page.Locator("#changes-summary ul >> nth=0").Locator("li").AllInnerTextsAsync()).Order(StringComparer.Ordinal).Reverse());
        Assert.Contains("Only in the first: tired. Only in the second: dirty.", await page.Text("#changes-summary"), StringComparison.Ordinal);

        await page.TabTo("#compare");
        await page.Press("Enter");
        Assert.Null(await page.Parameter("t"));
        Assert.False(await page.Page.Locator("#changes").IsVisibleAsync());
    }

    [SkippableFact]
    public async Task A_numbers_origin_is_told_along_a_strip_and_in_the_table()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.TabTo("#steps .strip");
        Assert.Contains("What layer 1 made", await page.Text("#steps li >> nth=0"), StringComparison.Ordinal);
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Until("document.getElementById('inspector').textContent.includes('deviation')");
        Assert.StartsWith("x of “it”, number 2 = ", await page.Text("#inspector"), StringComparison.Ordinal);
        Assert.Equal("2", await page.Page.EvaluateAsync<string>("document.activeElement.getAttribute('aria-valuenow')"));

        await page.TabTo(".answers tbody tr:nth-child(3) td.num");
        await page.Until("document.getElementById('inspector').textContent.includes('smaller products')");
        Assert.StartsWith("q · k with “cat” = ", await page.Text("#inspector"), StringComparison.Ordinal);
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.Until("document.getElementById('inspector').textContent.startsWith('q · k with “sat”')");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("End");
        await page.Until("document.getElementById('inspector').textContent.startsWith('value of “sat”, number 32 = ')");
        Assert.Equal(5, await page.Page.Locator(".answers [tabindex='0']").CountAsync());
    }

    [SkippableFact]
    public async Task The_words_whose_cosines_are_shown_are_changed_added_and_taken_away()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.TabTo("#add-use");
        await page.Press("Enter");
        Assert.Equal(25, await page.Page.Locator("#cosines tbody td").CountAsync());

        await page.Page.FocusAsync("#uses li:last-child input");
        await page.Page.Keyboard.PressAsync("Control+A");
        await page.Page.Keyboard.TypeAsync("the thieves stole the cash of the bank");
        await page.Until("location.hash.includes('thieves')");
        await page.Drawn();
        await page.Until("document.querySelector('#cosines tbody tr:last-child th').textContent === '5 bank'");
        string[] row = await page.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('#cosines tbody tr:last-child td')].map(cell => cell.textContent)");
        Assert.True(string.CompareOrdinal(row[2], "0.7") > 0 && string.CompareOrdinal(row[0], "0.6") < 0, string.Join(" ", row));

        await page.TabTo("#uses li:last-child button");
        await page.Press("Enter");
        Assert.Equal(16, await page.Page.Locator("#cosines tbody td").CountAsync());
    }

    [SkippableTheory]
    [InlineData("#arcs-svg", "attention-layer2-head1-arcs.svg", "<svg")]
    [InlineData("#arcs-png", "attention-layer2-head1-arcs.png", "\u0089PNG")]
    [InlineData("#map-svg", "attention-layer2-head1.svg", "<svg")]
    [InlineData("#map-png", "attention-layer2-head1.png", "\u0089PNG")]
    [InlineData("#map-csv", "attention-layer2-head1.csv", "\"from \\ to\",\"[CLS]\",\"the\",\"cat\"")]
    public async Task Pictures_and_numbers_are_saved(string button, string name, string begin)
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.TabTo(button);
        IDownload download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.Keyboard.PressAsync("Enter"));
        string text = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(await download.PathAsync()));

        Assert.Equal(name, download.SuggestedFilename);
        Assert.StartsWith(begin, text, StringComparison.Ordinal);
        Assert.True(text.Length > 1000, $"{text.Length} bytes");
        if (name.EndsWith(".svg", StringComparison.Ordinal))
        {
            Assert.Contains(">cat</text>", text, StringComparison.Ordinal);
            Assert.Contains("fill=\"rgb(35, 33, 28)\"", text, StringComparison.Ordinal);   // the ink of the page
            Assert.DoesNotContain("var(", text, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task The_theme_is_changed_and_kept()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.TabTo("#theme");
        await page.Press("Enter", "Enter");
        Assert.Equal("dark", await page.Page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
        Assert.Equal("dark", await page.Page.EvaluateAsync<string>("localStorage.getItem('theme')"));

        await page.Press("Enter");
        Assert.Equal("light", await page.Page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
    }

    [SkippableFact]
    public async Task What_has_the_focus_has_a_frame_and_a_name()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8, second: ExplorerPage.Dirty));
        HashSet<string> seen = [];
        await page.Page.FocusAsync(".skip");
        for (int i = 0; i < 150; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            string[] focus = await page.Page.EvaluateAsync<string[]>("""
                (() => {
                  const element = document.activeElement, style = getComputedStyle(element.matches('.word') ? element.querySelector('.hit') : element);
                  const name = element.getAttribute('aria-label') || element.labels?.[0]?.textContent || element.textContent;
                  const hidden = element.matches('.segments input') ? getComputedStyle(element.nextElementSibling) : style;
                  const framed = (hidden.outlineStyle !== 'none' && parseFloat(hidden.outlineWidth) > 0) || (element.matches('.word') && hidden.stroke !== 'none');
                  return [element.id || element.className?.baseVal || element.className || element.tagName, (name ?? '').trim(), String(framed)];
                })()
                """);
            seen.Add(focus[0]);
            if (focus[0] == "BODY")
            {
                break;
            }

            Assert.True(focus[1].Length > 0, $"{focus[0]} has no name");
            Assert.True(focus[2] == "true", $"{focus[0]} ({focus[1]}) shows no focus");
        }

        Assert.Superset(new HashSet<string> { "sentence", "second", "compare", "special", "arcs-svg", "map-csv", "add-use" }, seen);
    }
}

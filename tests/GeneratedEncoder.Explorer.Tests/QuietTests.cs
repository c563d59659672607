namespace GeneratedEncoder.Explorer.Tests;

/// <summary>The page keeps to itself.</summary>
[Collection(nameof(Browser))]
public sealed class QuietTests(Browser browser)
{
    [SkippableFact]
    public async Task Nothing_is_asked_of_another_address_and_nothing_is_complained_about()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8, second: ExplorerPage.Dirty));

        await page.Go(Link.To("Transformers are amazing", 3, head: "3"));
        await page.Page.HoverAsync("#steps .strip >> nth=1");

        Assert.Empty(page.Faults);
    }

    /// <summary>A page that was told to fetch from elsewhere refuses: what is above is not luck.</summary>
    [SkippableFact]
    public async Task The_page_itself_refuses_what_comes_from_elsewhere()
    {
        ExplorerPage page = await browser.Fresh(Link.To(ExplorerPage.Tired, 8));

        string refused = await page.Page.EvaluateAsync<string>("fetch('http://127.0.0.2:9/').then(() => 'fetched', error => error.name)");

        Assert.Equal("TypeError", refused);
        Assert.Contains(page.Faults, fault => fault.Contains("Content Security Policy", StringComparison.Ordinal));
        await page.Page.Context.CloseAsync();
    }

    [SkippableFact]
    public async Task The_words_rules_in_the_page_are_those_of_the_encoders_vocabulary()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        string[] found = await page.Page.EvaluateAsync<string[]>("""
            (async () => {
              const { Words, replaceWord } = await import('./js/words.js');
              const words = new Words(await (await fetch('model/vocab.txt')).text());
              return [words.split(' The "cat", sat!  on:the;mat? ').join('|'), words.closest('catz').slice(0, 2).join('|'), replaceWord('The Catz, catz sat', 'catz', 'cat')];
            })()
            """);

        Assert.Equal(["the|cat|sat|on|the|mat", "cat|cats", "The cat, cat sat"], found);
    }
}

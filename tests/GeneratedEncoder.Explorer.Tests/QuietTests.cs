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
}

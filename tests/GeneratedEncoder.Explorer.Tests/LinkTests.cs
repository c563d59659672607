namespace GeneratedEncoder.Explorer.Tests;

/// <summary>Links show what their sender saw.</summary>
[Collection(nameof(Browser))]
public sealed class LinkTests(Browser browser)
{
    [SkippableFact]
    public async Task A_deep_link_opens_with_everything_that_it_says()
    {
        string link = Link.To(ExplorerPage.Dirty, 6, second: ExplorerPage.Tired, layer: 2, head: "1", by: true, special: false) + "&use=bank:he+sat+on+the+bank+of+the+river&use=shore:he+fished+from+the+shore+of+the+lake";

        ExplorerPage page = await browser.Fresh(link);

        Assert.Equal(ExplorerPage.Dirty, await page.Page.Locator("#sentence").InputValueAsync());
        Assert.Equal(ExplorerPage.Tired, await page.Page.Locator("#second").InputValueAsync());
        Assert.Equal("“mat” is looked at most by “it”, 100 %", await page.Text("#looks-title"));
        Assert.Equal("true", await page.Page.Locator(".head[aria-label^='layer 2, head 1:']").GetAttributeAsync("aria-checked"));
        Assert.Equal(10, await page.Page.Locator("#arcs .word").CountAsync());
        Assert.Equal(4, await page.Page.Locator("#cosines tbody td").CountAsync());
        Assert.Empty(page.Faults);
        await page.Page.Context.CloseAsync();
    }

    [SkippableTheory]
    [InlineData("#s=the+cat+sat&layer=9&head=7&word=99&by=x&special=7&use=&use=:")]
    [InlineData("#%%%&s=the+cat+sat&word=-1&head=mean2")]
    public async Task What_a_link_says_wrongly_is_left_out(string fragment)
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.Page.EvaluateAsync("fragment => { location.hash = fragment; }", fragment);
        await page.Until("document.querySelectorAll('#arcs .word').length === 5");
        await page.Drawn();

        Assert.Equal("1", await page.Parameter("head"));
        Assert.Equal("2", await page.Parameter("layer"));
        Assert.Equal(16, await page.Page.Locator("#cosines tbody td").CountAsync());
    }

    [SkippableFact]
    public async Task A_link_to_a_sentence_that_can_not_be_read_says_why_and_can_be_mended()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.Page.EvaluateAsync("() => { location.hash = '#s=the+catz+sat'; }");
        await page.Page.WaitForSelectorAsync("#advice .chip");

        Assert.Equal("This sentence can't be read: see above.", await page.Text("#status"));
        await page.Page.ClickAsync("#advice .chip >> nth=0");
        await page.Until("location.hash.includes('the+cat+sat')");
        await page.Drawn();
    }

    /// <summary>Text of another is shown as text, whatever it says.</summary>
    [SkippableFact]
    public async Task Markup_in_a_link_stays_text()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        await page.Page.EvaluateAsync("() => { location.hash = '#s=' + encodeURIComponent('the <img/src=x/onerror=alert(1)> sat'); }");
        await page.Page.WaitForSelectorAsync("#advice .chip");

        Assert.Equal(0, await page.Page.Locator("img").CountAsync());
        Assert.Contains("<img/src=x/onerror=alert(1)>", await page.Text("#advice"), StringComparison.Ordinal);
    }
}

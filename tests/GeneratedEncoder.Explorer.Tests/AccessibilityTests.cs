using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace GeneratedEncoder.Explorer.Tests;

/// <summary>What axe-core finds wrong for those who don't see the page, or not well.</summary>
[Collection(nameof(Browser))]
public sealed class AccessibilityTests(Browser browser)
{
    [SkippableTheory]
    [InlineData(1200, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Axe_finds_nothing(int width, ColorScheme theme)
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8, second: ExplorerPage.Dirty), width, theme: theme);

        AxeResult result = await page.Page.RunAxe();

        Assert.True(result.Passes.Length > 20, $"{result.Passes.Length} rules passed");
        Assert.Empty(result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {violation.Help}: {node.Html}")));
    }
}

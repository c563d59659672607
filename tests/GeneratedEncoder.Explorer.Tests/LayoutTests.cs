using Microsoft.Playwright;

namespace GeneratedEncoder.Explorer.Tests;

/// <summary>Phones, tablets and wide windows, light and dark: nothing is cut off, nothing lies on anything else, everything can be read.</summary>
[Collection(nameof(Browser))]
public sealed class LayoutTests(Browser browser, ITestOutputHelper output)
{
    private const string Long = "the trophy did not fit in the suitcase because it was too big";

    /// <summary>Texts that stick out of the window or of what holds them, and texts on other texts.</summary>
    private const string FindFaults = """
        (() => {
          const faults = [], width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth > width) faults.push(`the page is ${document.documentElement.scrollWidth} wide, the window ${width}`);
          const seen = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest('.visually-hidden, .skip, .offscreen');
          const scrolls = element => element.closest('.scroll, .examples');
          const name = element => `${element.tagName.toLowerCase()}${element.id ? '#' + element.id : ''} “${(element.textContent || element.value || '').trim().slice(0, 40)}”`;
          const leaves = [...document.querySelectorAll('h1, h2, h3, p, button, label, input, select, th, td, li, text, .strip, svg.arcs, .inspector')].filter(seen);
          for (const element of leaves) {
            const box = element.getBoundingClientRect();
            if (box.width === 0 || box.height === 0) continue;
            if (!scrolls(element) && (box.left < -0.5 || box.right > width + 0.5)) faults.push(`${name(element)} is out of the window: ${box.left} to ${box.right} of ${width}`);
            if (element.scrollWidth > element.clientWidth + 1 && element.matches('h1, h2, h3, p, button, label, select') && getComputedStyle(element).display !== 'inline') faults.push(`${name(element)} is cut off`);
          }
          const texts = leaves.filter(element => element.matches('h1, h2, h3, p, button, input, select, text') && !element.matches('.inspector, .segments input'));
          const boxes = texts.map(element => ({ element, box: element.getBoundingClientRect() })).filter(({ box }) => box.width > 0);
          for (let i = 0; i < boxes.length; i++) {
            for (let j = i + 1; j < boxes.length; j++) {
              const a = boxes[i], b = boxes[j];
              if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
              const w = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left), h = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
              if (w > 2 && h > 3) faults.push(`${name(a.element)} lies on ${name(b.element)}: ${w.toFixed(1)} x ${h.toFixed(1)}`);
            }
          }
          return faults;
        })()
        """;

    /// <summary>Texts whose contrast with what is behind them is under 4.5 (3 where they are large).</summary>
    private const string FindPale = """
        (() => {
          const parse = text => { const v = text.match(/[\d.]+/g).map(Number); return { rgb: v.slice(0, 3), alpha: v[3] ?? 1 }; };
          const light = rgb => { const [r, g, b] = rgb.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const ground = element => { for (let at = element; at; at = at.parentElement) { const colour = parse(getComputedStyle(at).backgroundColor); if (colour.alpha === 1) return colour.rgb; } return [255, 255, 255]; };
          const faults = [];
          for (const element of document.querySelectorAll('h1, h2, h3, p, span, button, label, th, td, li, input, select, strong, a, text')) {
            if (!element.checkVisibility() || element.closest('.visually-hidden, .skip, .offscreen')) continue;
            const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()) || element.matches('input[type=text], select');
            if (!own || element.disabled) continue;
            const style = getComputedStyle(element), colour = parse(element.tagName === 'text' ? style.fill : style.color).rgb, behind = ground(element);
            const [x, y] = [light(colour), light(behind)].sort((p, q) => q - p), contrast = (x + 0.05) / (y + 0.05);
            if (contrast < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) faults.push(`“${(element.textContent || element.value).trim().slice(0, 30)}” ${contrast.toFixed(2)}: ${colour} on ${behind}`);
          }
          return [...new Set(faults)];
        })()
        """;

    public static TheoryData<int, int, ColorScheme> Windows => new()
    {
        { 360, 740, ColorScheme.Light }, { 390, 844, ColorScheme.Dark }, { 768, 1024, ColorScheme.Light },
        { 1200, 900, ColorScheme.Light }, { 1200, 900, ColorScheme.Dark }, { 1920, 1080, ColorScheme.Light },
    };

    [SkippableTheory]
    [MemberData(nameof(Windows))]
    public async Task Nothing_is_cut_off_or_lies_on_anything_else(int width, int height, ColorScheme theme)
    {
        foreach (string link in new[] { Link.To(ExplorerPage.Tired, 8, second: ExplorerPage.Dirty), Link.To(Long, 10, layer: 1, head: "mean"), Link.To("transformers are amazing", 3, head: "3") })
        {
            ExplorerPage page = await browser.At(link, width, height, theme);
            await page.Page.EvaluateAsync("() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
            await Keep(page, $"{width}-{theme}-{(link.Contains("trophy", StringComparison.Ordinal) ? "long" : link.Contains("amazing", StringComparison.Ordinal) ? "short" : "compared")}");

            Assert.Empty(await page.Page.EvaluateAsync<string[]>(FindFaults));
        }
    }

    [SkippableTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_text_stands_out_from_what_is_behind_it(ColorScheme theme)
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8, second: ExplorerPage.Dirty, layer: 1, head: "2"), theme: theme);

        Assert.Empty(await page.Page.EvaluateAsync<string[]>(FindPale));
    }

    [SkippableFact]
    public async Task The_longest_sentence_fits_too()
    {
        string thirty = string.Join(' ', Enumerable.Repeat("experienced programmers improve", 10));
        foreach (int width in new[] { 360, 1200 })
        {
            ExplorerPage page = await browser.At(Link.To(thirty, 5), width);

            Assert.Equal(32, await page.Page.Locator("#arcs .word").CountAsync());
            Assert.Empty(await page.Page.EvaluateAsync<string[]>(FindFaults));
        }
    }

    /// <summary>The README's picture; EXPLORER_PICTURE names a file to write it to.</summary>
    [SkippableFact]
    public async Task The_picture_of_the_README_is_taken()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8), 1100);
        await page.Page.Mouse.MoveAsync(0, 0);
        float[] edges = await page.Page.EvaluateAsync<float[]>("[document.getElementById('looks').getBoundingClientRect().top, document.getElementById('heads').closest('section').getBoundingClientRect().bottom]");

        byte[] picture = await page.Page.ScreenshotAsync(new PageScreenshotOptions { FullPage = true, Clip = new Clip { X = 0, Y = edges[0] - 16, Width = 1100, Height = edges[1] - edges[0] + 32 } });

        Assert.InRange(picture.Length, 30_000, 200_000);
        await File.WriteAllBytesAsync(Environment.GetEnvironmentVariable("EXPLORER_PICTURE") ?? Path.Combine(Pictures, "picture.png"), picture);
    }

    private static string Pictures => Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "pictures")).FullName;

    private async Task Keep(ExplorerPage page, string name)
    {
        string path = Path.Combine(Pictures, $"{name}.png");
        await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = path, FullPage = true });
        output.WriteLine(path);
    }
}

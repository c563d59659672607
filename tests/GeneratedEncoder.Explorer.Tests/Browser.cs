using Microsoft.Playwright;

namespace GeneratedEncoder.Explorer.Tests;

/// <summary>The system's Chromium with the page in it. One page for all tests of the collection: each goes to the link that it starts from.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string NoChromium = "No Chromium on this machine (apt-get install chromium, or name one in CHROMIUM_PATH).";

    private static readonly string[] s_places =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private Site? _site;
    private ExplorerPage? _page;

    /// <summary>Where Chromium is, or null.</summary>
    public static string? Executable { get; } =
        (Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } named ? [named] : s_places).FirstOrDefault(File.Exists);

    /// <summary>Bytes that the first page's load took over the wire.</summary>
    public long BytesToReady { get; private set; }

    public async Task InitializeAsync()
    {
        if (Executable is null)
        {
            return;
        }

        _site = Site.Start();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Executable, Args = ["--no-sandbox"] });
        _page = await Fresh("");
        BytesToReady = _site.Bytes;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _site?.Dispose();
    }

    /// <summary>The page of all tests, at a link and as wide as a desktop's window.</summary>
    internal async Task<ExplorerPage> At(string fragment, int width = 1200, int height = 900, ColorScheme theme = ColorScheme.Light)
    {
        Skip.If(_page is null, NoChromium);
        await _page.Appear(width, height, theme);
        await _page.Go(fragment);
        return _page;
    }

    /// <summary>A page of its own, loaded with a link.</summary>
    internal async Task<ExplorerPage> Fresh(string fragment)
    {
        Skip.If(_browser is null, NoChromium);
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions { ColorScheme = ColorScheme.Light });
        ExplorerPage page = new(await context.NewPageAsync(), _site!.Address);
        await page.Load(fragment);
        return page;
    }
}

[CollectionDefinition(nameof(Browser))]
public sealed class BrowserCollection : ICollectionFixture<Browser>;

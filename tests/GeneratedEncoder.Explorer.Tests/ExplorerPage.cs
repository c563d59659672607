using Microsoft.Playwright;

namespace GeneratedEncoder.Explorer.Tests;

/// <summary>The page as a reader uses it: by keyboard, by what is written on it, and by its address.</summary>
internal sealed class ExplorerPage
{
    public const string Tired = "The cat sat on the mat because it was tired", Dirty = "The cat sat on the mat because it was dirty";

    private readonly string _address;
    private readonly List<string> _faults = [];

    public ExplorerPage(IPage page, string address)
    {
        Page = page;
        _address = address;
        page.SetDefaultTimeout(30_000);
        page.Console += (_, message) => Note(message.Type is "error" or "warning", $"console: {message.Text}");
        page.PageError += (_, error) => Note(true, $"error: {error}");
        page.RequestFailed += (_, request) => Note(true, $"failed: {request.Url} {request.Failure}");
        page.Response += (_, response) => Note(response.Status >= 400, $"{response.Status}: {response.Url}");
        page.Request += (_, request) => Note(!request.Url.StartsWith(address, StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal), $"elsewhere: {request.Url}");
    }

    public IPage Page { get; }

    /// <summary>Console errors and warnings, exceptions, requests that failed, and requests to any other address.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_faults)
            {
                return [.. _faults];
            }
        }
    }

    public async Task Load(string fragment)
    {
        await Page.GotoAsync(_address + fragment);
        await Until("document.documentElement.dataset.ready || document.documentElement.dataset.failed");
        Assert.Null(await Page.EvaluateAsync<string?>("document.documentElement.dataset.failed ?? null"));
        await Drawn();
    }

    /// <summary>To a link, as by following it in the page.</summary>
    public async Task Go(string fragment)
    {
        await Page.EvaluateAsync("fragment => { document.activeElement?.blur(); scrollTo(0, 0); if (location.hash !== fragment) { document.getElementById('views').dataset.drawn = ''; location.hash = fragment; } }", fragment);
        await Drawn();
    }

    public Task Appear(int width, int height, ColorScheme theme) =>
        Task.WhenAll(Page.SetViewportSizeAsync(width, height), Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce }));

    /// <summary>Waits until everything shows what the address says.</summary>
    public Task Drawn() => Until("document.getElementById('views').dataset.drawn === location.hash && document.querySelector('#cosines[data-ready]')");

    /// <summary>Waits for a condition, in JavaScript. (Playwright's own waiting evaluates text in the page, which the page's policy forbids.)</summary>
    public async Task Until(string condition)
    {
        for (int polls = 0; polls < 1500; polls++)
        {
            if (await Page.EvaluateAsync<bool>($"!!({condition})"))
            {
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail($"In half a minute this did not become true: {condition}. The page says: {await Text("#status")} {await Text("#advice")} {await Page.EvaluateAsync<string>("location.hash + ' ' + document.getElementById('views').dataset.drawn")}");
    }

    public async Task Press(params string[] keys)
    {
        foreach (string key in keys)
        {
            await Page.Keyboard.PressAsync(key);
        }

        await Drawn();
    }

    /// <summary>Moves the focus with the Tab key to what a selector says, as a keyboard's user would.</summary>
    public async Task TabTo(string selector)
    {
        for (int presses = 0; presses < 120; presses++)
        {
            if (await Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                return;
            }

            await Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"The Tab key doesn't come to {selector}.");
    }

    public async Task<string> Text(string selector) => (await Page.Locator(selector).TextContentAsync() ?? "").Trim();

    /// <summary>The value of a parameter in the address.</summary>
    public async Task<string?> Parameter(string name) =>
        await Page.EvaluateAsync<string?>("name => new URLSearchParams(location.hash.slice(1)).get(name)", name);

    private void Note(bool isFault, string text)
    {
        if (isFault)
        {
            lock (_faults)
            {
                _faults.Add(text);
            }
        }
    }
}

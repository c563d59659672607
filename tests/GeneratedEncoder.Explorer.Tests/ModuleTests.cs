namespace GeneratedEncoder.Explorer.Tests;

/// <summary>The page's modules that draw nothing.</summary>
[Collection(nameof(Browser))]
public sealed class ModuleTests(Browser browser)
{
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

    [SkippableTheory]
    [InlineData("a b c", "a b c", "00 11 22")]
    [InlineData("the cat sat on the mat", "the dog sat on a mat", "00 22 33 55")]
    [InlineData("a b", "b a", "10")]
    [InlineData("the the", "the", "00")]
    [InlineData("x", "y", "")]
    public async Task Words_are_matched_by_text_and_order_as_many_as_possible(string first, string second, string expected)
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        string[] pairs = await page.Page.EvaluateAsync<string[]>(
            "async ([a, b]) => (await import('./js/matching.js')).match(a.split(' '), b.split(' ')).map(pair => pair.join(''))", new[] { first, second });

        Assert.Equal(expected, string.Join(' ', pairs));
    }

    /// <summary>What a number is said to come from sums to it, for every step, word, layer and head of a sentence.</summary>
    [SkippableFact]
    public async Task Every_numbers_origin_gives_that_number()
    {
        ExplorerPage page = await browser.At(Link.To(ExplorerPage.Tired, 8));

        double[] farthest = await page.Page.EvaluateAsync<double[]>("""
            (async () => {
              const [{ Forward }, { tensors }, { origin }] = await Promise.all(['forward', 'safetensors', 'origin'].map(name => import(`./js/${name}.js`)));
              const forward = new Forward(tensors(await (await fetch('model/model.safetensors')).arrayBuffer()), 2, 4, 128), run = forward.run([2, 700, 13, 400, 3]);
              const value = found => found.form === 'norm'
                ? (found.left + found.right - found.mean) / found.deviation * found.scale + found.bias
                : found.relu ? Math.max(0, found.total + found.bias) : found.total + (found.bias ?? 0);
              const size = 32, width = 128, n = 5;
              let most = 0, count = 0;
              for (let layer = 0; layer < 2; layer++) for (let word = 0; word < n; word++) for (let head = 0; head < 4; head++) {
                const steps = run.layers[layer];
                const check = (of, index, expected, key) => {
                  most = Math.max(most, Math.abs(value(origin(forward, run, { layer, head, word, of, index, key })) - expected));
                  count++;
                };
                for (const index of [0, 17, 31]) {
                  check('query', index, steps.q[word * width + head * size + index]);
                  check('key', index, steps.k[2 * width + head * size + index], 2);
                  check('value', index, steps.v[3 * width + head * size + index], 3);
                  check('mixed', index, steps.mixed[word * width + head * size + index]);
                  check('heads', head * size + index, steps.mixed[word * width + head * size + index]);
                }
                check('score', 0, steps.scores[(head * n + word) * n + 4], 4);
                for (const index of [0, 64, 127]) {
                  for (const of of ['input', 'projected', 'attended', 'network', 'output']) check(of, index, steps[of][word * width + index]);
                  check('inner', 2 * index, steps.inner[word * 256 + 2 * index]);
                }
              }
              return [most, count];
            })()
            """);

        Assert.Equal(2 * 5 * 4 * (15 + 1 + 18), farthest[1]);
        Assert.InRange(farthest[0], 0, 1e-12);
    }
}

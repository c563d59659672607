using GeneratedEncoder.Oracles.Reference;

namespace GeneratedEncoder.Tests;

/// <summary>The reference's poolings and modules, on numbers that can be checked by hand: tokens (1, -4), (3, -2) and (2, -6).</summary>
public sealed class ReferenceModuleTests : IDisposable
{
    private const string OldTypes = "sentence_transformers.models.", NewTypes = "sentence_transformers.sentence_transformer.modules.";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cls", 1, -4)]
    [InlineData("max", 3, -2)]
    [InlineData("mean", 2, -4)]
    [InlineData("mean_sqrt_len_tokens", 3.4641016151377544, -6.928203230275509)]
    [InlineData("weightedmean", 13 / 6.0, -26 / 6.0)]
    [InlineData("lasttoken", 2, -6)]
    public void A_pooling_takes_all_tokens(string mode, double first, double second) =>
        AreEqual([first, second], Pool($$"""{"pooling_mode": "{{mode}}"}""", promptTokens: 1));

    [Theory]
    [InlineData("cls", 3, -2)]
    [InlineData("max", 3, -2)]
    [InlineData("mean", 2.5, -4)]
    [InlineData("mean_sqrt_len_tokens", 3.5355339059327378, -5.656854249492381)]
    [InlineData("weightedmean", 12 / 5.0, -22 / 5.0)]
    [InlineData("lasttoken", 2, -6)]
    public void Or_leaves_out_the_prompt(string mode, double first, double second) =>
        AreEqual([first, second], Pool($$"""{"pooling_mode": "{{mode}}", "include_prompt": false}""", promptTokens: 1));

    [Fact]
    public void A_list_of_modes_keeps_its_order() =>
        AreEqual([2, -6, 1, -4], Pool("""{"pooling_mode": ["lasttoken", "cls"]}"""));

    [Fact]
    public void Flags_have_an_order_of_their_own() =>
        AreEqual([1, -4, 2, -4], Pool("""{"pooling_mode_mean_tokens": true, "pooling_mode_cls_token": true, "pooling_mode_lasttoken": false}"""));

    [Fact]
    public void A_pooling_without_a_mode_or_folder_is_the_mean()
    {
        AreEqual([2, -4], Pool("{}"));
        AreEqual([2, -4], SentenceModules.Load(_folder["none"]).Embed(Tokens(), promptTokens: 0));
    }

    [Fact]
    public void Tokens_can_be_normalised_before_they_are_pooled()
    {
        Write("norm", """{"module_input_name": "token_embeddings"}""");
        Write("pool", """{"pooling_mode": "cls"}""");

        AreEqual([1 / Math.Sqrt(17), -4 / Math.Sqrt(17)], Embed($$"""[{"type": "{{NewTypes}}normalize.Normalize", "path": "norm"}, {"type": "{{NewTypes}}pooling.Pooling", "path": "pool"}]"""));
    }

    [Fact]
    public void Zeros_stay_zeros_when_they_are_normalised()
    {
        Write("pool", """{"pooling_mode": "cls"}""");
        File.WriteAllText(_folder["modules.json"], $$"""[{"type": "{{OldTypes}}Pooling", "path": "pool"}, {"type": "{{OldTypes}}Normalize", "path": "absent"}]""");

        Assert.Equal([0, 0], SentenceModules.Load(_folder["."]).Embed(new Matrix(3, 2), promptTokens: 0));
    }

    [Fact]
    public void Other_modules_and_modes_are_refused_by_name()
    {
        Assert.Contains("median", Assert.Throws<NotSupportedException>(() => Pool("""{"pooling_mode": "median"}""")).Message, StringComparison.Ordinal);
        Assert.Contains("LSTM", Assert.Throws<NotSupportedException>(() => Embed($$"""[{"type": "{{OldTypes}}LSTM", "path": "x"}]""")).Message, StringComparison.Ordinal);
    }

    private double[] Pool(string config, int promptTokens = 0)
    {
        Write("pool", config);
        return Embed($$"""[{"type": "{{OldTypes}}Transformer", "path": ""}, {"type": "{{OldTypes}}Pooling", "path": "pool"}]""", promptTokens);
    }

    private double[] Embed(string modules, int promptTokens = 0)
    {
        File.WriteAllText(_folder["modules.json"], modules);
        return SentenceModules.Load(_folder["."]).Embed(Tokens(), promptTokens);
    }

    private void Write(string module, string config)
    {
        Directory.CreateDirectory(_folder[module]);
        File.WriteAllText(Path.Combine(_folder[module], "config.json"), config);
    }

    private static Matrix Tokens()
    {
        Matrix tokens = new(3, 2);
        new double[] { 1, -4, 3, -2, 2, -6 }.CopyTo(tokens.Values, 0);
        return tokens;
    }

    private static void AreEqual(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
    }
}

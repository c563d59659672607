using System.Text.Json.Nodes;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Oracles.Reference;

namespace GeneratedEncoder.Tests;

/// <summary>Settings that no golden has: the reference refuses them, or they give what other settings give.</summary>
public sealed class ReferenceSettingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("nomic", "prenorm", "true")]
    [InlineData("nomic", "rotary_emb_interleaved", "true")]
    [InlineData("nomic", "moe_every_n_layers", "2")]
    [InlineData("nomic", "activation_function", "\"relu\"")]
    [InlineData("modernbert", "rope_scaling", """{"rope_type": "yarn"}""")]
    [InlineData("modernbert", "hidden_activation", "\"gelu_10\"")]
    [InlineData("gemma", "use_bidirectional_attention", "false")]
    [InlineData("gemma", "attn_logit_softcapping", "50")]
    [InlineData("gte", "position_embedding_type", "\"alibi\"")]
    [InlineData("dense-tanh", "position_embedding_type", "\"relative_key\"")]
    [InlineData("t5", "model_type", "\"longt5\"")]
    public void What_the_reference_does_not_know_is_refused_by_name(string name, string key, string value)
    {
        NotSupportedException refusal = Assert.Throws<NotSupportedException>(() => Encode(name, config => config[key] = JsonNode.Parse(value)));

        Assert.Contains(JsonNode.Parse(value)!.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.Trim('"') : key, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_local_theta_of_null_is_the_global_one()
    {
        double[] asNull = Encode("modernbert", config => config["local_rope_theta"] = null);

        Assert.Equal(Encode("modernbert", config => config["local_rope_theta"] = 1600), asNull);
        Assert.NotEqual(Encode("modernbert", _ => { }), asNull);
    }

    /// <summary>40 tokens of a model that was trained with 30: the base is 1000 (2 * 40 / 30 - 1)^(d / (d - 2)).</summary>
    [Fact]
    public void Dynamic_scaling_is_for_texts_longer_than_those_of_the_training()
    {
        double[] longer = Encode("nomic", config => (config["rotary_scaling_factor"], config["max_trained_positions"]) = (2, 30));
        double[] trained = Encode("nomic", config => (config["rotary_scaling_factor"], config["max_trained_positions"]) = (2, 40));
        double[] based = Encode("nomic", config =>
        {
            double size = (double)config["n_embd"]! / (double)config["n_head"]!;
            config["rotary_emb_base"] = 1000 * Math.Pow(5 / 3.0, size / (size - 2));
        });

        Assert.Equal(Encode("nomic", _ => { }), trained);
        Assert.NotEqual(trained, longer);
        AreClose(based, longer);
    }

    [Fact]
    public void Attention_can_be_sharper_in_longer_texts()
    {
        int tokens = Longest("gte").InputIds.Length;
        double[] plain = Encode("gte", _ => { });
        double[] scaled = Encode("gte", config => config["logn_attention_scale"] = true);

        Assert.NotEqual(plain, scaled);
        Assert.Equal(plain, Encode("gte", config => (config["logn_attention_scale"], config["logn_attention_clip1"]) = (true, true))); // 64 positions, fewer tokens.
        AreClose(plain, Encode("gte", config => (config["logn_attention_scale"], config["max_position_embeddings"]) = (true, tokens)));
    }

    [Fact]
    public void The_newer_key_for_theta_counts_like_the_older_one()
    {
        double[] renamed = Encode("gte", config =>
        {
            config["rope_parameters"] = new JsonObject { ["rope_theta"] = 500 };
            config.Remove("rope_theta");
        });

        Assert.Equal(Encode("gte", _ => { }), renamed);
    }

    [Fact]
    public void Older_settings_of_T5_name_the_activation_once()
    {
        double[] older = Encode("t5-gated", config =>
        {
            config.Remove("dense_act_fn");
            config.Remove("is_gated_act");
        });

        Assert.Equal(Encode("t5-gated", _ => { }), older);
        Assert.NotEqual(older, Encode("t5-gated", config => config["dense_act_fn"] = "gelu"));
    }

    [Fact]
    public void A_convolution_without_an_activation_has_tanh()
    {
        double[] absent = Encode("deberta-v2-conv", config => config.Remove("conv_act"));

        Assert.Equal(Encode("deberta-v2-conv", config => config["conv_act"] = "tanh"), absent);
        Assert.NotEqual(Encode("deberta-v2-conv", _ => { }), absent);
    }

    [Theory]
    [InlineData("""{"activation_function": "torch.nn.modules.linear.Identity"}""", 2, 1)]
    [InlineData("""{}""", 0.9640275800758169, 0.7615941559556649)]
    [InlineData("""{"activation_function": "torch.nn.modules.activation.ReLU", "use_residual": true}""", 5, 0)]
    [InlineData("""{"activation_function": "torch.nn.modules.linear.Identity", "bias": false}""", 1, 1)]
    [InlineData("""{"activation_function": "someones.own.Square"}""", 0.9640275800758169, 0.7615941559556649)]
    public void A_dense_layer_of_the_mean_3_minus_1_is_as_it_is_set(string config, double first, double second) =>
        AreClose([first, second], Dense(config, new Tensor([2, 2], [1, 2, 0, -1]), new Tensor([2], [1, 0])));

    [Fact]
    public void A_residual_of_another_width_has_weights_of_its_own() => AreClose(
        [5 + 30], // 3 - 2 * -1, and 10 * 3
        Dense(
            """{"activation_function": "torch.nn.modules.linear.Identity", "bias": false, "use_residual": true}""",
            new Tensor([1, 2], [1, -2]),
            residual: new Tensor([1, 2], [10, 0])));

    /// <summary>The last hidden state of a golden's longest text, with other settings.</summary>
    private double[] Encode(string name, Action<JsonObject> change)
    {
        ArchitectureGolden golden = ArchitectureGolden.Named(name);
        foreach (string file in Directory.GetFiles(golden.Folder))
        {
            File.Copy(file, _folder[Path.GetFileName(file)], overwrite: true);
        }

        JsonObject config = JsonNode.Parse(File.ReadAllText(_folder["config.json"]))!.AsObject();
        change(config);
        File.WriteAllText(_folder["config.json"], config.ToJsonString());
        File.Delete(_folder["modules.json"]);
        ArchitectureGoldenText text = Longest(name);
        return ReferenceEncoder.Load(_folder["."]).Run(text.InputIds, text.TokenTypeIds).LastHiddenState;
    }

    private static ArchitectureGoldenText Longest(string name) => ArchitectureGolden.Named(name).Texts.MaxBy(text => text.InputIds.Length)!;

    private double[] Dense(string config, Tensor weight, Tensor? bias = null, Tensor? residual = null)
    {
        Directory.CreateDirectory(_folder["pool"]);
        Directory.CreateDirectory(_folder["dense"]);
        File.WriteAllText(_folder["dense/config.json"], config);
        IEnumerable<(string, Tensor?)> tensors = [("linear.weight", weight), ("linear.bias", bias), ("residual.weight", residual)];
        SafetensorsWriter.Write(_folder["dense/model.safetensors"], WeightType.F32, tensors.Where(entry => entry.Item2 is not null)!);
        File.WriteAllText(_folder["modules.json"], """[{"type": "x.Pooling", "path": "pool"}, {"type": "x.Dense", "path": "dense"}]""");
        return SentenceModules.Load(_folder["."]).Embed(Matrix.OfRow([3, -1]), promptTokens: 0);
    }

    private static void AreClose(double[] expected, double[] actual) => Assert.InRange(Difference.Max(actual, expected), 0, 1e-12);
}

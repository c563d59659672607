using System.Text.Json;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Oracles.Reference;

namespace GeneratedEncoder.Tests.Oracles;

/// <summary>ModernBERT's ONNX graphs against PyTorch's values, in texts within the window and far beyond it.</summary>
public sealed class ModernBertGraphTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => ["modernbert", "modernbert-long"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Double_precision_agrees_with_PyTorch(string name)
    {
        using OnnxEncoder encoder = OnnxEncoder.Create(Model(name), new OnnxEncoderOptions { Float64 = true });
        Check(name, 1e-7, ids => encoder.Encode64(ids));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Standard_operators_agree_with_PyTorch(string name)
    {
        using OnnxEncoder encoder = OnnxEncoder.Create(Model(name));
        Check(name, 3e-5, Widened(encoder));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Fused_operators_agree_with_PyTorch(string name)
    {
        using OnnxEncoder encoder = OnnxEncoder.Create(Model(name), new OnnxEncoderOptions { Fused = true });
        Check(name, 3e-5, Widened(encoder));
    }

    [Fact]
    public void A_random_model_has_local_layers_that_matter()
    {
        ModernBertShape shape = new() { HiddenSize = 32, NumHiddenLayers = 3, NumAttentionHeads = 4, IntermediateSize = 48, MaxPositionEmbeddings = 64, VocabSize = 50, LocalAttention = 8 };
        ModernBertModel model = ModernBertModel.Create(shape, seed: 1);
        int[] ids = RandomModel.Ids(shape.Calls, seed: 1, 40);
        using OnnxEncoder encoder = OnnxEncoder.Create(model);
        using OnnxEncoder wide = OnnxEncoder.Create(model with { Shape = shape with { LocalAttention = 128 } });
        Assert.True(Difference.Max(encoder.Encode(ids), Array.ConvertAll(wide.Encode(ids), value => (double)value)) > 0.1);
    }

    [Fact]
    public void A_saved_model_is_read_by_the_reference_as_the_graph_computes_it()
    {
        ModernBertShape shape = new()
        {
            HiddenSize = 32, NumHiddenLayers = 3, NumAttentionHeads = 4, IntermediateSize = 48, MaxPositionEmbeddings = 64, VocabSize = 50, LocalAttention = 8,
            LayerTypes = [ModernBertShape.Sliding, ModernBertShape.Full, ModernBertShape.Sliding],
        };
        ModernBertModel model = ModernBertModel.Create(shape, seed: 2);
        using TempFolder folder = new();
        string path = Directory.CreateDirectory(folder["model"]).FullName;
        model.Save(path);
        int[] ids = RandomModel.Ids(shape.Calls, seed: 2, 40);
        using OnnxEncoder encoder = OnnxEncoder.Create(model, new OnnxEncoderOptions { Float64 = true });
        double[] expected = ReferenceEncoder.Load(path).Run(ids, attentions: false).LastHiddenState;
        Assert.InRange(Difference.Max(encoder.Encode64(ids), expected), 0, 1e-9);
    }

    [Fact]
    public void A_mask_is_refused() => Assert.Throws<ArgumentException>(() => OnnxEncoder.Export(Model("modernbert"), new OnnxEncoderOptions { Masked = true }));

    private static Func<int[], double[]> Widened(OnnxEncoder encoder) => ids => Array.ConvertAll(encoder.Encode(ids), value => (double)value);

    private void Check(string name, double tolerance, Func<int[], double[]> encode)
    {
        ArchitectureGolden golden = ArchitectureGolden.Named(name);
        Assert.Contains(golden.Texts, text => text.InputIds.Length > Model(name).Shape.LocalAttention);
        foreach (ArchitectureGoldenText text in golden.Texts)
        {
            double error = Difference.Max(text.Stored(encode(text.InputIds)), text.LastHiddenState) / Math.Max(1, text.LastHiddenState.Max(Math.Abs));
            output.WriteLine($"{text.InputIds.Length} tokens: largest error {error:e1}");
            Assert.InRange(error, 0, tolerance);
        }
    }

    /// <summary>The golden's folder, of which the graph knows what the real models say.</summary>
    private static ModernBertModel Model(string name)
    {
        string folder = ArchitectureGolden.Named(name).Folder;
        JsonElement config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json"))).RootElement;
        ModernBertShape shape = new()
        {
            HiddenSize = Size("hidden_size"),
            NumHiddenLayers = Size("num_hidden_layers"),
            NumAttentionHeads = Size("num_attention_heads"),
            IntermediateSize = Size("intermediate_size"),
            MaxPositionEmbeddings = Size("max_position_embeddings"),
            VocabSize = Size("vocab_size"),
            LocalAttention = Size("local_attention"),
            GlobalRopeTheta = config.GetProperty("global_rope_theta").GetDouble(),
            LocalRopeTheta = config.GetProperty("local_rope_theta").GetDouble(),
        };
        return new ModernBertModel(shape, SafetensorsReader.Read(Path.Combine(folder, "model.safetensors")));

        int Size(string key) => config.GetProperty(key).GetInt32();
    }}

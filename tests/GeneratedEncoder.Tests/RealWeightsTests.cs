using GeneratedEncoder.Oracles;

namespace GeneratedEncoder.Tests;

[TransformerEncoder(
    HiddenSize = 128, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 512, MaxPositionEmbeddings = 128,
    HiddenAct = HiddenAct.Gelu, Head = Head.Pooler)]
internal sealed partial class BertTinyPooler;

[TransformerEncoder(
    HiddenSize = 128, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 512, MaxPositionEmbeddings = 128,
    HiddenAct = HiddenAct.Gelu, Head = Head.SequenceClassification, NumLabels = 2)]
internal sealed partial class BertTinyClassifier;

/// <summary>
/// Weights that someone really trained. They are too large for the repository: the tests look for a folder
/// shared/models beside it, and skip where there is none.
/// </summary>
public sealed class RealWeightsTests(ITestOutputHelper output)
{
    /// <summary>The two layers of a BERT-tiny fine-tuned on SST-2, and three inputs with their outputs in double precision.</summary>
    [SkippableFact]
    public void BertTiny_gives_the_hidden_states_computed_in_double_precision()
    {
        string folder = ModelFolder("bert-tiny-sst2-layers");
        Dictionary<string, Tensor> golden = SafetensorsReader.Read(Path.Combine(folder, "golden.safetensors"));
        using BertTinyLayers encoder = BertTinyLayers.Load(Path.Combine(folder, "model.safetensors"));

        for (int i = 0; i < 3; i++)
        {
            Tensor input = golden[$"inputs_embeds.{i}"], expected = golden[$"last_hidden_state.{i}"];
            float[] hidden = new float[input.Values.Length];
            encoder.Encode(input.Values, hidden);

            double error = Error(hidden, expected);
            output.WriteLine($"input {i}, {input.Shape[0]} tokens: largest error {error:e1}");
            Assert.InRange(error, 0, 3e-5);
        }
    }

    /// <summary>Its trained pooler and classifier: one class a head, since each head makes an encoder of its own.</summary>
    [SkippableFact]
    public void BertTiny_gives_the_pooler_output_and_the_logits_computed_in_double_precision()
    {
        string folder = ModelFolder("bert-tiny-sst2-layers");
        Dictionary<string, Tensor> golden = SafetensorsReader.Read(Path.Combine(folder, "golden.safetensors"));
        using BertTinyPooler pooler = BertTinyPooler.Load(Path.Combine(folder, "model.safetensors"));
        using BertTinyClassifier classifier = BertTinyClassifier.Load(Path.Combine(folder, "model.safetensors"));

        for (int i = 0; i < 3; i++)
        {
            float[] input = golden[$"inputs_embeds.{i}"].Values;
            float[] pooled = new float[BertTinyPooler.HiddenSize], logits = new float[BertTinyClassifier.NumLabels];
            pooler.PoolerOutput(input, pooled);
            classifier.Classify(input, logits);

            double pooledError = Error(pooled, golden[$"pooler_output.{i}"]), logitsError = Error(logits, golden[$"logits.{i}"]);
            output.WriteLine($"input {i}: largest error {pooledError:e1} in the pooler output, {logitsError:e1} in the logits");
            Assert.InRange(pooledError, 0, 3e-5);
            Assert.InRange(logitsError, 0, 3e-5);
        }
    }

    private static double Error(float[] actual, Tensor expected) =>
        Difference.Max(actual, Array.ConvertAll(expected.Values, value => (double)value));

    /// <summary>A download that broke off: a whole header, and a hundredth of the data.</summary>
    [SkippableFact]
    public void A_truncated_download_of_MiniLM_is_refused()
    {
        string path = Path.Combine(ModelFolder("all-MiniLM-L6-v2"), "model.truncated.safetensors");

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Minilm.Load(path));

        Assert.Contains("it may be truncated", exception.Message);
    }

    /// <summary>A folder in shared/models beside the repository; the test is skipped where there is none.</summary>
    internal static string ModelFolder(string name)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "GeneratedEncoder.sln")))
        {
            root = root.Parent;
        }

        string? folder = root?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "models", name) : null;
        Skip.IfNot(Directory.Exists(folder), $"There is no shared/models/{name} beside the repository.");
        return folder!;
    }
}

using System.Collections.Immutable;
using GeneratedEncoder.Generator.Tests.ModelFolders;
using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>The emitted text at tiny dimensions, whole once, and each sub-layer that another attribute changes.</summary>
public sealed class SnapshotTests
{
    private const string Words = GeneratorHost.SmallSizes + ", VocabSize = 100, TypeVocabSize = 2, Normalize = true";

    [Fact]
    public void A_whole_encoder_of_tokens() => Snapshot.Verify(
        GeneratorHost.Generate(GeneratorHost.Encoder(Words)).Select(file => (Hint(file), file.SourceText.ToString()))
            .Where(file => !file.Item1.EndsWith("V512", StringComparison.Ordinal) && !file.Item1.EndsWith("V128", StringComparison.Ordinal)),
        nameof(SnapshotTests));

    [Fact]
    public void What_other_widths_change() => VerifyFiles(Words, ["Attention.V512", "FeedForward.V512", "Math.V512", "Math.V128"]);

    [Fact]
    public void An_odd_pre_norm_encoder_of_vectors() => VerifyFiles(
        "HiddenSize = 26, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 19, MaxPositionEmbeddings = 8, " +
        "HiddenAct = HiddenAct.Silu, NormPlacement = NormPlacement.Pre, Pooling = Pooling.Max",
        ["Embeddings.V256", "Attention.V256", "FeedForward.V256", "LayerNorm.V256", "Pooling.V256", "Forward.V256"]);

    [Fact]
    public void Gelu_and_the_first_token() => VerifyFiles(
        GeneratorHost.SmallSizes.Replace("HiddenAct.Relu", "HiddenAct.Gelu") + ", Pooling = Pooling.Cls", ["Math.V256", "Pooling.V256"]);

    [Fact]
    public void Gelu_by_its_tangent() => VerifyFiles(GeneratorHost.SmallSizes.Replace("HiddenAct.Relu", "HiddenAct.GeluNew"), ["Math.V256"]);

    [Fact]
    public void Silu() => VerifyFiles(GeneratorHost.SmallSizes.Replace("HiddenAct.Relu", "HiddenAct.Silu"), ["Math.V256"]);

    [Fact]
    public void Biases_for_relative_positions() => VerifyFiles(
        GeneratorHost.SmallSizes + ", VocabSize = 100, PositionOffset = 2, ModelType = ModelType.MPNet, RelativeAttentionNumBuckets = 32",
        ["Attention.V256", "Forward.V256", "Weights"]);

    [Fact]
    public void Narrow_embeddings_and_shared_layers() => VerifyFiles(
        GeneratorHost.SmallSizes.Replace("NumHiddenLayers = 1", "NumHiddenLayers = 6") +
            ", VocabSize = 100, TypeVocabSize = 2, ModelType = ModelType.Albert, EmbeddingSize = 12, NumHiddenGroups = 2",
        ["Encoder", "Embeddings.V256", "LayerNorm.V256", "Forward.V256", "Passes", "Weights"]);

    [Fact]
    public void Tensor_names_of_DistilBERT() => VerifyFiles(GeneratorHost.SmallSizes + ", VocabSize = 100, ModelType = ModelType.DistilBert", ["Weights"]);

    [Fact]
    public void A_pooler() => VerifyFiles(Words + ", Head = Head.Pooler", ["Head.V256", "Math.V256"]);

    [Fact]
    public void A_sequence_classifier() => VerifyFiles(
        Words + ", Head = Head.SequenceClassification, NumLabels = 3", ["Encoder", "Passes", "Weights", "Forward.V256", "Head.V256"]);

    [Fact]
    public void A_cross_encoder_of_vectors() => VerifyFiles(
        GeneratorHost.SmallSizes + ", ModelType = ModelType.Roberta, Head = Head.SequenceClassification, NumLabels = 1", ["Encoder"]);

    [Fact]
    public void A_token_classifier() => VerifyFiles(Words + ", Head = Head.TokenClassification, NumLabels = 20", ["Head.V256"]);

    [Fact]
    public void A_masked_language_model() => VerifyFiles(Words + ", Head = Head.MaskedLM", ["Passes", "Weights", "Head.V256"]);

    [Fact]
    public void An_untied_masked_language_model_of_odd_width() => VerifyFiles(
        "HiddenSize = 26, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 19, MaxPositionEmbeddings = 8, VocabSize = 50, " +
        "HiddenAct = HiddenAct.Gelu, ModelType = ModelType.Roberta, Head = Head.MaskedLM, TieWordEmbeddings = false", ["Encoder", "Head.V256"]);

    [Fact]
    public void Rotated_queries_and_keys() => VerifyFolder("gte-types", ["Attention.V256"]);

    [Fact]
    public void Keys_in_blocks() => VerifyFolder("gte-long", ["Attention.V256"]);

    [Fact]
    public void Nearby_keys_only() => VerifyFolder("modernbert-layer-types", ["Attention.V256"]);

    [Fact]
    public void Scores_by_contents_and_positions() => VerifyFolder("deberta-c2p", ["Attention.V256"]);

    [Fact]
    public void A_convolution() => VerifyFolder("deberta-v2-conv", ["Convolution.V256"]);

    [Fact]
    public void Root_mean_square_norms() => VerifyFolder("t5", ["LayerNorm.V256"]);

    [Fact]
    public void A_gated_feed_forward_network() => VerifyFolder("t5-gated", ["FeedForward.V256"]);

    [Fact]
    public void Modules_after_pooling() => VerifyFolder("dense-tanh", ["Pooling.V256"]);

    [Fact]
    public void Weights_of_eight_bits() => VerifyFiles(Words + ", Weights = WeightFormat.Int8", ["Int8Tiles.V256", "Quantisation.V256", "FeedForward.V256"]);

    [Fact]
    public void Weights_of_sixteen_bits() => VerifyFiles(Words + ", Weights = WeightFormat.BFloat16", ["BFloat16Tiles.V256", "FeedForward.V256"]);

    private static void VerifyFolder(string folder, string[] hints, [System.Runtime.CompilerServices.CallerMemberName] string method = "")
    {
        ImmutableArray<GeneratedSourceResult> files = GeneratorHost.Generate([ArchitectureFolder.File(folder)], [ArchitectureFolder.Declaration(folder)]);
        Snapshot.Verify(hints.Select(hint => (hint, Assert.Single(files, file => Hint(file) == hint).SourceText.ToString())), nameof(SnapshotTests), method);
    }

    private static void VerifyFiles(string attribute, string[] hints, [System.Runtime.CompilerServices.CallerMemberName] string method = "")
    {
        ImmutableArray<GeneratedSourceResult> files = GeneratorHost.Generate(GeneratorHost.Encoder(attribute));
        Snapshot.Verify(hints.Select(hint => (hint, Assert.Single(files, file => Hint(file) == hint).SourceText.ToString())), nameof(SnapshotTests), method);
    }

    private static string Hint(GeneratedSourceResult file) => file.HintName.Replace("Demo.Tiny.", "").Replace("GeneratedEncoder.Kernels.", "").Replace(".g.cs", "").Replace("g.cs", "Encoder");
}

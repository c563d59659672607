using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>The tensors that each architecture's encoders load, against names written down from files in the wild.</summary>
public sealed class TensorListTests
{
    private static readonly EncoderSpec s_small = new()
    {
        Type = new TypeSpec { Namespace = "", Containers = default, Declaration = "partial class X", Name = "X", FullName = "X", NotPartial = null, Unsupported = null },
        Given = default,
        HiddenSize = 6,
        NumAttentionHeads = 3,
        NumHiddenLayers = 2,
        IntermediateSize = 5,
        MaxPositionEmbeddings = 9,
        VocabSize = 7,
        TypeVocabSize = 2,
    };

    [Fact]
    public void Bert() => AssertNames(s_small,
        """
        embeddings.word_embeddings.weight [7, 6]
        embeddings.position_embeddings.weight [9, 6]
        embeddings.token_type_embeddings.weight [2, 6]
        embeddings.LayerNorm.weight [6] or embeddings.LayerNorm.gamma
        embeddings.LayerNorm.bias [6] or embeddings.LayerNorm.beta
        """,
        """
        encoder.layer.#.attention.self.query.weight [6, 6]
        encoder.layer.#.attention.self.query.bias [6]
        encoder.layer.#.attention.self.key.weight [6, 6]
        encoder.layer.#.attention.self.key.bias [6]
        encoder.layer.#.attention.self.value.weight [6, 6]
        encoder.layer.#.attention.self.value.bias [6]
        encoder.layer.#.attention.output.dense.weight [6, 6]
        encoder.layer.#.attention.output.dense.bias [6]
        encoder.layer.#.attention.output.LayerNorm.weight [6] or encoder.layer.#.attention.output.LayerNorm.gamma
        encoder.layer.#.attention.output.LayerNorm.bias [6] or encoder.layer.#.attention.output.LayerNorm.beta
        encoder.layer.#.intermediate.dense.weight [5, 6]
        encoder.layer.#.intermediate.dense.bias [5]
        encoder.layer.#.output.dense.weight [6, 5]
        encoder.layer.#.output.dense.bias [6]
        encoder.layer.#.output.LayerNorm.weight [6] or encoder.layer.#.output.LayerNorm.gamma
        encoder.layer.#.output.LayerNorm.bias [6] or encoder.layer.#.output.LayerNorm.beta
        """);

    /// <summary>Checks the tensors before the layers, and those of two sets of layer weights, # being their number.</summary>
    private static void AssertNames(EncoderSpec spec, string before, string layer, int sets = 2)
    {
        IEnumerable<string> expected = Enumerable.Range(0, sets).Select(set => layer.Replace("#", $"{set}")).Prepend(before).SelectMany(text => text.Split('\n'));
        Assert.Equal(expected, TensorList.For(spec).Select(Text));
    }

    private static string Text(ExpectedTensor tensor) =>
        $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]{(tensor.LegacyName is { } legacy ? $" or {legacy}" : "")}";
}

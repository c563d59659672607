namespace GeneratedEncoder.Generator.Spec.Architectures;

/// <summary>Heads that several architectures have, by the names that each gives.</summary>
internal static class Heads
{
    /// <summary>The first token's vector through a dense layer of the encoder's own and tanh.</summary>
    public static HeadBlock Pooler(EncoderSpec spec, string dense = "pooler.dense") => new()
    {
        Dense = new(dense, spec.HiddenSize, spec.HiddenSize),
        Activation = Activation.Tanh,
    };

    /// <summary>A dense layer, an activation, and the labels' logits.</summary>
    public static HeadBlock Classifier(EncoderSpec spec, string dense, Activation activation, string classifier) => new()
    {
        Dense = new(dense, spec.HiddenSize, spec.HiddenSize) { InRoot = true },
        Activation = activation,
        Classifier = Labels(spec, classifier),
    };

    /// <summary>Each token's vector straight to its labels' logits.</summary>
    public static HeadBlock Labeller(EncoderSpec spec) => new() { Classifier = Labels(spec) };

    /// <summary>The linear layer that gives the labels' logits.</summary>
    public static Linear Labels(EncoderSpec spec, string name = "classifier") => new(name, spec.NumLabels, spec.HiddenSize) { InRoot = true };

    /// <summary>A dense layer, an activation, a norm, and the product with the word table or a weight like it.</summary>
    public static HeadBlock LanguageModel(EncoderSpec spec, string dense, Activation activation, string norm, string decoder, string bias) => new()
    {
        Dense = new(dense, spec.WordSize, spec.HiddenSize) { InRoot = true },
        Activation = activation,
        Norm = new(norm, spec.WordSize, spec.LayerNormEps) { InRoot = true },
        Decoder = new(decoder, bias),
    };
}

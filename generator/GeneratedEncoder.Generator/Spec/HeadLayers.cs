using GeneratedEncoder.Generator.Plan;

namespace GeneratedEncoder.Generator.Spec;

/// <summary>
/// A head's layers, in the order of their use, by the names and with the activation that an architecture gives them; null
/// where it has no such layer. Names are a model file's full ones: a head stands beside the encoder, not under its prefix.
/// </summary>
internal sealed record HeadLayers
{
    /// <summary>A dense layer and its activation.</summary>
    public string? Dense { get; init; }

    public Activation Activation { get; init; }

    /// <summary>Whether the dense layer is the encoder's own, under its prefix: a pooler.</summary>
    public bool DenseIsEncoders { get; init; }

    /// <summary>A LayerNorm.</summary>
    public string? Norm { get; init; }

    /// <summary>A linear layer that gives the labels' logits.</summary>
    public string? Classifier { get; init; }

    /// <summary>A linear layer that gives the vocabulary's logits; where it is tied, its weight is the word table.</summary>
    public string? Decoder { get; init; }

    /// <summary>The decoder's bias. Some files store it as the decoder's own tensor, or as both.</summary>
    public string? DecoderBias { get; init; }

    /// <summary>The spec's head; null where there is none, or none of this kind in the architecture.</summary>
    public static HeadLayers? For(EncoderSpec spec) => spec.Head switch
    {
        Head.Pooler => Pooler(spec.ModelType),
        Head.SequenceClassification => SequenceClassifier(spec.ModelType),
        Head.TokenClassification => new() { Classifier = "classifier" },
        Head.MaskedLM => LanguageModel(spec.ModelType, Activations.Of(spec.HiddenAct)),
        _ => null,
    };

    private static HeadLayers? Pooler(ModelType type) => type switch
    {
        ModelType.DistilBert or ModelType.Electra => null,
        ModelType.Albert => new() { Dense = "pooler", DenseIsEncoders = true, Activation = Activation.Tanh },
        _ => new() { Dense = "pooler.dense", DenseIsEncoders = true, Activation = Activation.Tanh },
    };

    private static HeadLayers? SequenceClassifier(ModelType type) => type switch
    {
        ModelType.Bert or ModelType.Albert => Pooler(type)! with { Classifier = "classifier" },
        ModelType.DistilBert => new() { Dense = "pre_classifier", Activation = Activation.Relu, Classifier = "classifier" },
        ModelType.Electra => new() { Dense = "classifier.dense", Activation = Activation.Gelu, Classifier = "classifier.out_proj" },
        _ => new() { Dense = "classifier.dense", Activation = Activation.Tanh, Classifier = "classifier.out_proj" },
    };

    private static HeadLayers LanguageModel(ModelType type, Activation hiddenAct) => type switch
    {
        ModelType.Bert => new()
        {
            Dense = "cls.predictions.transform.dense",
            Activation = hiddenAct,
            Norm = "cls.predictions.transform.LayerNorm",
            Decoder = "cls.predictions.decoder",
            DecoderBias = "cls.predictions.bias",
        },
        ModelType.DistilBert => new()
        {
            Dense = "vocab_transform",
            Activation = hiddenAct,
            Norm = "vocab_layer_norm",
            Decoder = "vocab_projector",
            DecoderBias = "vocab_projector.bias",
        },
        ModelType.Electra => new()
        {
            Dense = "generator_predictions.dense",
            Activation = Activation.Gelu,
            Norm = "generator_predictions.LayerNorm",
            Decoder = "generator_lm_head",
            DecoderBias = "generator_lm_head.bias",
        },
        ModelType.Albert => new()
        {
            Dense = "predictions.dense",
            Activation = hiddenAct,
            Norm = "predictions.LayerNorm",
            Decoder = "predictions.decoder",
            DecoderBias = "predictions.bias",
        },
        _ => new()
        {
            Dense = "lm_head.dense",
            Activation = Activation.Gelu,
            Norm = "lm_head.layer_norm",
            Decoder = "lm_head.decoder",
            DecoderBias = "lm_head.bias",
        },
    };
}

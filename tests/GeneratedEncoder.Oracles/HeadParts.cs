namespace GeneratedEncoder.Oracles;

/// <summary>
/// What a head does with the first token's hidden state, or with every token's: a linear layer and its activation, a norm,
/// a linear layer to the outputs, each where it has one.
/// </summary>
internal sealed record HeadParts
{
    private HeadParts()
    {
    }

    /// <summary>The first linear layer; null for none.</summary>
    public string? Dense { get; private init; }

    /// <summary>Width of what <see cref="Dense"/> gives, or of a hidden state where there is none.</summary>
    public required int Width { get; init; }

    /// <summary>The activation after <see cref="Dense"/>.</summary>
    public string Activation { get; private init; } = "tanh";

    /// <summary>The norm after the activation; null for none.</summary>
    public string? Norm { get; private init; }

    /// <summary>Weight of the last linear layer, [outputs, width]; null for none.</summary>
    public string? OutputWeight { get; private init; }

    /// <summary>Its bias, [outputs].</summary>
    public string? OutputBias { get; private init; }

    /// <summary>How many numbers a token gets.</summary>
    public required int Outputs { get; init; }

    /// <summary>Whether only the first token goes in.</summary>
    public bool FirstToken { get; private init; }

    /// <summary>Whether <see cref="Dense"/> belongs to the encoder, and has its prefix: the pooler of BERT and ALBERT.</summary>
    public bool DenseIsPooler { get; private init; }

    /// <summary>The head of a shape; null where there is none.</summary>
    public static HeadParts? Of(EncoderShape shape) => shape.Head switch
    {
        "None" => null,
        "Pooler" => Pooler(shape),
        "SequenceClassification" => SequenceClassification(shape),
        "TokenClassification" => new()
        {
            Width = shape.HiddenSize,
            OutputWeight = "classifier.weight",
            OutputBias = "classifier.bias",
            Outputs = shape.NumLabels,
        },
        "MaskedLM" => MaskedLM(shape),
        _ => throw new ArgumentException($"no such head: {shape.Head}", nameof(shape)),
    };

    private static HeadParts Pooler(EncoderShape shape) => new()
    {
        Dense = shape.ModelType == "albert" ? "pooler" : "pooler.dense",
        Width = shape.HiddenSize,
        Outputs = shape.HiddenSize,
        FirstToken = true,
        DenseIsPooler = true,
    };

    private static HeadParts SequenceClassification(EncoderShape shape)
    {
        HeadParts pooled = Pooler(shape) with { Outputs = shape.NumLabels };
        HeadParts head = shape.ModelType switch
        {
            "bert" or "albert" => pooled,
            "distilbert" => pooled with { Dense = "pre_classifier", Activation = "relu", DenseIsPooler = false },
            "electra" => pooled with { Dense = "classifier.dense", Activation = "gelu", DenseIsPooler = false },
            _ => pooled with { Dense = "classifier.dense", DenseIsPooler = false },
        };
        string output = head.Dense == "classifier.dense" ? "classifier.out_proj" : "classifier";
        return head with { OutputWeight = output + ".weight", OutputBias = output + ".bias" };
    }

    private static HeadParts MaskedLM(EncoderShape shape)
    {
        // Back to the embeddings' width, since the decoder is, or could be, their table. Only BERT, DistilBERT and ALBERT
        // take the configured activation.
        HeadParts head = new() { Width = shape.EmbeddingWidth, Activation = "gelu", Outputs = shape.VocabSize };
        head = shape.ModelType switch
        {
            "bert" => head with
            {
                Dense = "cls.predictions.transform.dense",
                Activation = shape.HiddenAct,
                Norm = "cls.predictions.transform.LayerNorm",
                OutputWeight = "cls.predictions.decoder.weight",
                OutputBias = "cls.predictions.bias",
            },
            "distilbert" => head with
            {
                Dense = "vocab_transform",
                Activation = shape.HiddenAct,
                Norm = "vocab_layer_norm",
                OutputWeight = "vocab_projector.weight",
                OutputBias = "vocab_projector.bias",
            },
            "electra" => head with
            {
                Dense = "generator_predictions.dense",
                Norm = "generator_predictions.LayerNorm",
                OutputWeight = "generator_lm_head.weight",
                OutputBias = "generator_lm_head.bias",
            },
            "albert" => head with
            {
                Dense = "predictions.dense",
                Activation = shape.HiddenAct,
                Norm = "predictions.LayerNorm",
                OutputWeight = "predictions.decoder.weight",
                OutputBias = "predictions.bias",
            },
            _ => head with
            {
                Dense = "lm_head.dense",
                Norm = "lm_head.layer_norm",
                OutputWeight = "lm_head.decoder.weight",
                OutputBias = "lm_head.bias",
            },
        };
        return shape.TieWordEmbeddings ? head with { OutputWeight = TensorNames.Words } : head;
    }
}

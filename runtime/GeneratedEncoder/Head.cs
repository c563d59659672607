namespace GeneratedEncoder;

/// <summary>What stands on top of an encoder, by the suffix that the architecture's name has in a config.json.</summary>
public enum Head
{
    /// <summary><c>*Model</c>: nothing; hidden states and embeddings come out.</summary>
    None,

    /// <summary>The first token's vector through a dense layer and an activation: the model's <c>pooler_output</c>.</summary>
    Pooler,

    /// <summary><c>*ForSequenceClassification</c>: a logit for each label, or a cross-encoder's score.</summary>
    SequenceClassification,

    /// <summary><c>*ForTokenClassification</c>: logits for each token.</summary>
    TokenClassification,

    /// <summary><c>*ForMaskedLM</c>: a logit for each word of the vocabulary, at the positions asked for.</summary>
    MaskedLM,
}

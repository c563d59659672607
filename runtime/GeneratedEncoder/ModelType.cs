namespace GeneratedEncoder;

/// <summary>An encoder's architecture, by the name that <c>model_type</c> has in a config.json.</summary>
public enum ModelType
{
    /// <summary><c>bert</c>: also MiniLM, BGE, E5, GTE v1, arctic-embed.</summary>
    Bert,

    /// <summary><c>roberta</c>: positions start after the padding token's id; the tensors are BERT's.</summary>
    Roberta,

    /// <summary><c>camembert</c>: RoBERTa under another name.</summary>
    Camembert,

    /// <summary><c>xlm-roberta</c>: RoBERTa with a vocabulary for many languages.</summary>
    XlmRoberta,

    /// <summary><c>distilbert</c>: no token types, tensor names of its own.</summary>
    DistilBert,

    /// <summary><c>mpnet</c>: a bias for relative positions, shared by all layers, is added to attention scores.</summary>
    MPNet,

    /// <summary><c>electra</c>: embeddings may be narrower than the hidden states and are projected.</summary>
    Electra,

    /// <summary><c>albert</c>: narrow embeddings, and layers that share their weights.</summary>
    Albert,
}

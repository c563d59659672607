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

    /// <summary><c>modernbert</c>: rotated queries and keys, norms before the sub-layers, a gated network, layers that attend to nearby tokens only. From a model folder.</summary>
    ModernBert,

    /// <summary><c>nomic_bert</c>: nomic-embed v1 and v1.5; rotated queries and keys, a gated network. From a model folder.</summary>
    NomicBert,

    /// <summary><c>new</c> and <c>gte</c>: GTE v1.5, mGTE, arctic-embed-m-v2.0. From a model folder.</summary>
    Gte,

    /// <summary><c>bert</c> with <c>alibi</c> positions: JinaBERT v2, also for code. From a model folder.</summary>
    JinaBert,

    /// <summary><c>deberta-v2</c>: DeBERTa v2 and v3; scores also between contents and relative positions. From a model folder.</summary>
    DebertaV2,

    /// <summary><c>t5</c>: the encoder of T5; biases for relative positions, norms without a mean. From a model folder.</summary>
    T5,

    /// <summary><c>gemma3_text</c> with attention in both directions: EmbeddingGemma. From a model folder.</summary>
    Gemma3,
}

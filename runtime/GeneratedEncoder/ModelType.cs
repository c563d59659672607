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

    /// <summary><c>modernbert</c>: rotary positions, gated feed-forward networks, and layers that look at near tokens only. From a model folder only.</summary>
    ModernBert,

    /// <summary><c>nomic_bert</c>: BERT with rotary positions and gated feed-forward networks. From a model folder only.</summary>
    NomicBert,

    /// <summary><c>new</c> and <c>gte</c>, of GTE v1.5, mGTE and arctic-embed-m-v2.0: as NomicBert, with frequencies stretched for long texts. From a model folder only.</summary>
    Gte,

    /// <summary><c>bert</c> with ALiBi, of jina-embeddings-v2: attention scores fall with the distance, by a slope of each head's own. From a model folder only.</summary>
    JinaBert,

    /// <summary><c>deberta-v2</c>, of DeBERTa v2 and v3: attention scores have parts from content to position and back. From a model folder only.</summary>
    DebertaV2,

    /// <summary><c>t5</c>, its encoder: biases for relative positions, norms without mean or bias, unscaled scores. From a model folder only.</summary>
    T5,

    /// <summary><c>gemma3_text</c>, of EmbeddingGemma: heads share keys and values, and norms stand before and after each part. From a model folder only.</summary>
    Gemma3,
}

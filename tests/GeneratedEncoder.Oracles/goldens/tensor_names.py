"""What Hugging Face's modelling code calls the tensors of each architecture, without the prefix of task models."""

# Names within a layer: query, key, value, output of attention, its norm, inner and outer linear layer, their norm.
PARTS = ("query", "key", "value", "attention_output", "attention_norm", "inner", "outer", "output_norm")
BERT = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm")
LAYERS = {
    "bert": ("encoder.layer.{}.", BERT),
    "roberta": ("encoder.layer.{}.", BERT),
    "camembert": ("encoder.layer.{}.", BERT),
    "xlm-roberta": ("encoder.layer.{}.", BERT),
    "electra": ("encoder.layer.{}.", BERT),
    "distilbert": ("transformer.layer.{}.", (
        "attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin",
        "sa_layer_norm", "ffn.lin1", "ffn.lin2", "output_layer_norm")),
    "mpnet": ("encoder.layer.{}.", (
        "attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o",
        "attention.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm")),
    "albert": ("encoder.albert_layer_groups.{}.albert_layers.0.", (
        "attention.query", "attention.key", "attention.value", "attention.dense",
        "attention.LayerNorm", "ffn", "ffn_output", "full_layer_layer_norm")),
}

WORDS = "embeddings.word_embeddings"
POSITIONS = "embeddings.position_embeddings"
TYPES = "embeddings.token_type_embeddings"
EMBEDDING_NORM = "embeddings.LayerNorm"
RELATIVE_BIAS = "encoder.relative_attention_bias"
FINAL_NORM = "LayerNorm"


def layer(shape, number):
    """Full names of a layer's parts; number is that of its set of weights."""
    start, names = LAYERS[shape["ModelType"]]
    parts = dict(zip(PARTS, (start.format(number) + name for name in names)))
    if shape["PreNorm"]:
        parts["attention_norm"] = start.format(number) + "attention.LayerNorm"
        parts["output_norm"] = start.format(number) + "intermediate.LayerNorm"
    return parts


def projection(shape):
    """The linear layer from embeddings to hidden states, or None."""
    if shape["ModelType"] == "albert":
        return "encoder.embedding_hidden_mapping_in"
    narrow = shape["EmbeddingSize"] not in (0, shape["HiddenSize"])
    return "embeddings_project" if narrow else None


def sequence_classifier(shape):
    """(first linear layer, its activation, output layer): the head that the first token goes through."""
    return {
        "bert": ("pooler.dense", "tanh", "classifier"),
        "albert": ("pooler", "tanh", "classifier"),
        "distilbert": ("pre_classifier", "relu", "classifier"),
        "electra": ("classifier.dense", "gelu", "classifier.out_proj"),
    }.get(shape["ModelType"], ("classifier.dense", "tanh", "classifier.out_proj"))


def language_model(shape):
    """(first linear layer, its activation, norm, decoder's weight if it is not the word table, decoder's bias)."""
    act = shape["HiddenAct"]
    bert = "cls.predictions."
    return {
        "bert": (bert + "transform.dense", act, bert + "transform.LayerNorm", bert + "decoder.weight", bert + "bias"),
        "albert": ("predictions.dense", act, "predictions.LayerNorm", "predictions.decoder.weight", "predictions.bias"),
        "distilbert": (
            "vocab_transform", act, "vocab_layer_norm", "vocab_projector.weight", "vocab_projector.bias"),
        "electra": (
            "generator_predictions.dense", "gelu", "generator_predictions.LayerNorm",
            "generator_lm_head.weight", "generator_lm_head.bias"),
    }.get(
        shape["ModelType"], ("lm_head.dense", "gelu", "lm_head.layer_norm", "lm_head.decoder.weight", "lm_head.bias"))

"""JinaBERT 2 (Günther et al. 2023): BERT with biases of distances for positions, and gated feed-forward layers."""

import math

import torch

from case import Case, labels
from parts import Encoder, activation, attend, distances, gains, linear, split_heads, table


def slopes(heads):
    """What a token's distance costs in each head (Press et al. 2022)."""
    power = 2 ** int(math.log2(heads))
    result = [2 ** (-8 * (i + 1) / power) for i in range(power)]
    # Where the heads are no power of two: the rest from between those of the next one.
    between = [2 ** (-8 * (i + 1) / (2 * power)) for i in range(0, 2 * power, 2)]
    return torch.tensor(result + between[:heads - power], dtype=torch.float64)


class Jina(Encoder):
    """The layout of jina-embeddings-v2-base-en: the gate's first half is activated."""

    @property
    def size(self):
        return self.config["num_hidden_layers"], self.config["num_attention_heads"]

    @property
    def original(self):
        """Whether the feed-forward layers are BERT's, as they are where the configuration says nothing of them."""
        return self.config.get("feed_forward_type", "original") == "original"

    def specs(self):
        config = self.config
        hidden = config["hidden_size"]
        result = table("embeddings.word_embeddings", config["vocab_size"], hidden, 0.9)
        result += table("embeddings.token_type_embeddings", self.types, hidden, 0.9)
        result += gains("embeddings.LayerNorm", hidden, True)
        for i in range(config["num_hidden_layers"]):
            layer = f"encoder.layer.{i}."
            result += linear(layer + "attention.self.query", hidden, hidden, 1.5)
            result += linear(layer + "attention.self.key", hidden, hidden, 1.5)
            result += linear(layer + "attention.self.value", hidden, hidden)
            result += linear(layer + "attention.output.dense", hidden, hidden)
            result += gains(layer + "attention.output.LayerNorm", hidden, True)
            result += self.feed_forward_specs(layer)
        # Stored in every file, used by the classifier alone.
        result = self.prefixed(result + linear("pooler.dense", hidden, hidden))
        return result + self.head_specs()

    def head_specs(self):
        hidden, words = self.config["hidden_size"], "cls.predictions."
        if self.head == "MaskedLM":
            result = linear(words + "transform.dense", hidden, hidden)
            result += gains(words + "transform.LayerNorm", hidden, True)
            return result + [(words + "bias", (self.config["vocab_size"],), 0, 0.1)]
        return linear("classifier", self.labels, hidden) if self.head else []

    def feed_forward_specs(self, layer):
        hidden, inner = self.config["hidden_size"], self.config["intermediate_size"]
        if self.original:
            result = linear(layer + "intermediate.dense", inner, hidden) + linear(layer + "output.dense", hidden, inner)
            return result + gains(layer + "output.LayerNorm", hidden, True)
        result = linear(layer + "mlp.gated_layers", 2 * inner, hidden, 1, biased=False)
        return result + linear(layer + "mlp.wo", hidden, inner) + gains(layer + "mlp.layernorm", hidden, True)

    def layer_norm(self, name, x):
        return self.norm(name, x, self.config["layer_norm_eps"])

    def query_and_key(self, layer, x):
        return self.linear(layer + "attention.self.query", x), self.linear(layer + "attention.self.key", x)

    def feed_forward(self, layer, x, attended):
        """The layer's output, of its input and of the attention sub-layer's."""
        if self.original:
            inner = activation(self.config["hidden_act"], self.linear(layer + "intermediate.dense", attended))
            return self.layer_norm(layer + "output.LayerNorm", attended + self.linear(layer + "output.dense", inner))
        gate, up = self.linear(layer + "mlp.gated_layers", attended).chunk(2, dim=-1)
        return self.layer_norm(
            layer + "mlp.layernorm", attended + self.linear(layer + "mlp.wo", self.activate(gate) * up))

    def activate(self, x):
        return activation({"geglu": "gelu", "reglu": "relu"}[self.config["feed_forward_type"]], x)

    def encode(self, ids, types):
        heads = self.config["num_attention_heads"]
        head = self.config["hidden_size"] // heads
        bias = -slopes(heads)[:, None, None] * distances(len(ids)).abs()
        x = self.tensor("embeddings.word_embeddings.weight")[ids]
        x = self.layer_norm("embeddings.LayerNorm", x + self.tensor("embeddings.token_type_embeddings.weight")[types])
        attentions = []
        for i in range(self.config["num_hidden_layers"]):
            layer = f"encoder.layer.{i}."
            query, key = (split_heads(part, heads) for part in self.query_and_key(layer, x))
            value = split_heads(self.linear(layer + "attention.self.value", x), heads)
            combined, probabilities = attend(query @ key.transpose(1, 2) / math.sqrt(head) + bias, value)
            attended = self.layer_norm(
                layer + "attention.output.LayerNorm", x + self.linear(layer + "attention.output.dense", combined))
            x = self.feed_forward(layer, x, attended)
            attentions.append(probabilities)
        return x, torch.stack(attentions)

    def classify(self, hidden):
        return self.linear("classifier", torch.tanh(self.linear("pooler.dense", hidden[0])))

    def label_tokens(self, hidden):
        return self.linear("classifier", hidden)

    def predict_words(self, hidden):
        words = "cls.predictions."
        x = activation(self.config["hidden_act"], self.linear(words + "transform.dense", hidden))
        x = self.layer_norm(words + "transform.LayerNorm", x)
        return x @ self.tensor("embeddings.word_embeddings.weight").T + self.tensor(words + "bias")


class JinaCode(Jina):
    """The layout of jina-embeddings-v2-base-code: queries and keys are normed; the gate's second half is activated."""

    def feed_forward_specs(self, layer):
        hidden, inner = self.config["hidden_size"], self.config["intermediate_size"]
        result = gains(layer + "attention.self.layer_norm_q", hidden, True, center=1.5)
        result += gains(layer + "attention.self.layer_norm_k", hidden, True, center=1.5)
        result += gains(layer + "layer_norm_1", hidden, True) + gains(layer + "layer_norm_2", hidden, True)
        result += linear(layer + "mlp.up_gated_layer", 2 * inner, hidden, 1, biased=False)
        return result + linear(layer + "mlp.down_layer", hidden, inner)

    def query_and_key(self, layer, x):
        query, key = super().query_and_key(layer, x)
        return (
            self.layer_norm(layer + "attention.self.layer_norm_q", query),
            self.layer_norm(layer + "attention.self.layer_norm_k", key))

    def feed_forward(self, layer, x, attended):
        # The layer's input is already within what attention gave, and is added once more.
        y = self.layer_norm(layer + "layer_norm_1", x + attended)
        up, gate = self.linear(layer + "mlp.up_gated_layer", y).chunk(2, dim=-1)
        return self.layer_norm(
            layer + "layer_norm_2", y + self.linear(layer + "mlp.down_layer", up * self.activate(gate)))


CONFIG = {
    "_name_or_path": "jinaai/jina-bert-implementation",
    "architectures": ["JinaBertModel"],
    "attention_probs_dropout_prob": 0.0,
    "attn_implementation": None,
    "auto_map": {
        "AutoConfig": "jinaai/jina-bert-implementation--configuration_bert.JinaBertConfig",
        "AutoModel": "jinaai/jina-bert-implementation--modeling_bert.JinaBertModel",
    },
    "classifier_dropout": None,
    "emb_pooler": "mean",
    "feed_forward_type": "geglu",
    "gradient_checkpointing": False,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": 39,
    "initializer_range": 0.02,
    "intermediate_size": 53,
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 64,
    "model_max_length": 64,
    "model_type": "bert",
    "num_attention_heads": 3,
    "num_hidden_layers": 3,
    "pad_token_id": 0,
    "position_embedding_type": "alibi",
    "transformers_version": "4.31.0",
    "type_vocab_size": 2,
    "use_cache": True,
    "vocab_size": 61,
}
CODE = {
    **CONFIG,
    "_name_or_path": "jinaai/jina-bert-v2-qk-post-norm",
    "auto_map": {
        "AutoConfig": "jinaai/jina-bert-v2-qk-post-norm--configuration_bert.JinaBertConfig",
        "AutoModel": "jinaai/jina-bert-v2-qk-post-norm--modeling_bert.JinaBertModel",
    },
    "hidden_size": 48, "num_attention_heads": 6, "num_hidden_layers": 2, "intermediate_size": 51, "vocab_size": 83,
}
CLASSIFIER = {
    **CONFIG, "architectures": ["JinaBertForSequenceClassification"], "hidden_size": 36, "num_attention_heads": 4,
    **labels(1)}
# Nothing is said of the feed-forward layers: BERT's own, with the activation that goes by hidden_act.
ORIGINAL = {
    **{key: value for key, value in CONFIG.items() if key != "feed_forward_type"},
    "architectures": ["JinaBertForTokenClassification"], "hidden_act": "gelu_new", "num_hidden_layers": 2, **labels(3)}
WORDS = {
    **CONFIG, "architectures": ["JinaBertForMaskedLM"], "feed_forward_type": "reglu", "hidden_act": "silu",
    "hidden_size": 40, "num_attention_heads": 5, "num_hidden_layers": 2}

CASES = {
    "jina": Case(401, Jina, CONFIG, "F16", (1, 2, 7, 50), float32=True),
    "jina-long": Case(404, Jina, {**CONFIG, "max_position_embeddings": 2048}, "F16", (7, 513, 1025)),
    "jina-code": Case(402, JinaCode, CODE, "F16", (1, 2, 7, 50), float32=True),
    "jina-classifier": Case(403, Jina, CLASSIFIER, "BF16", (1, 2, 7, 40), "bert."),
    "jina-original": Case(405, Jina, ORIGINAL, "F16", (1, 2, 7, 40), "bert."),
    "jina-words": Case(406, Jina, WORDS, "BF16", (1, 2, 7, 40), "bert."),
}

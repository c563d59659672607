"""DeBERTa 2 and 3 (He et al. 2021): scores have terms of relative positions, by shared projections or others."""

import math

import torch
from torch.nn import functional

from case import Case, labels
from parts import Encoder, activation, attend, bias, distances, gains, linear, split_heads, table, weight


def bucket(distance, buckets, max_positions):
    """Distances in buckets that widen with the logarithm beyond a quarter of the table."""
    middle = buckets // 2
    if abs(distance) <= middle:
        return distance
    steps = math.log(abs(distance) / middle) / math.log((max_positions - 1) / middle) * (middle - 1)
    return int(math.copysign(middle + math.ceil(steps), distance))


class Deberta(Encoder):
    @property
    def size(self):
        return self.config["num_hidden_layers"], self.config["num_attention_heads"]

    @property
    def width(self):
        """Of the embeddings."""
        return self.config.get("embedding_size", self.config["hidden_size"])

    @property
    def kinds(self):
        """The position terms: c2p, p2c or both."""
        kinds = self.config["pos_att_type"]
        return kinds.split("|") if isinstance(kinds, str) else kinds

    @property
    def max_positions(self):
        most = self.config["max_relative_positions"]
        return self.config["max_position_embeddings"] if most < 1 else most

    @property
    def span(self):
        """Half of the rows of the table of relative positions."""
        buckets = self.config.get("position_buckets", -1)
        return buckets if buckets > 0 else self.max_positions

    @property
    def normed_positions(self):
        return "layer_norm" in self.config.get("norm_rel_ebd", "none")

    def specs(self):
        config = self.config
        hidden, inner = config["hidden_size"], config["intermediate_size"]
        result = table("embeddings.word_embeddings", config["vocab_size"], self.width, 0.9)
        if config["position_biased_input"]:
            result += table("embeddings.position_embeddings", config["max_position_embeddings"], self.width, 0.7)
        if self.types > 0:
            result += table("embeddings.token_type_embeddings", self.types, self.width, 0.7)
        if self.width != hidden:
            result += linear("embeddings.embed_proj", hidden, self.width, 1, biased=False)
        result += gains("embeddings.LayerNorm", hidden, True)
        if config["relative_attention"]:
            result += table("encoder.rel_embeddings", 2 * self.span, hidden, 1.5)
        if config["relative_attention"] and self.normed_positions:
            result += gains("encoder.LayerNorm", hidden, True)
        if config.get("conv_kernel_size", 0) > 0:
            kernel = config["conv_kernel_size"]
            name, _, center, spread = weight("encoder.conv.conv.weight", hidden, hidden * kernel)
            result += [(name, (hidden, hidden, kernel), center, spread), bias("encoder.conv.conv.bias", hidden)]
            result += gains("encoder.conv.LayerNorm", hidden, True)
        for i in range(config["num_hidden_layers"]):
            layer = f"encoder.layer.{i}."
            attention = layer + "attention.self."
            result += linear(attention + "query_proj", hidden, hidden, 1.2)
            result += linear(attention + "key_proj", hidden, hidden, 1.2)
            result += linear(attention + "value_proj", hidden, hidden)
            if not config["share_att_key"]:
                result += linear(attention + "pos_key_proj", hidden, hidden, 1.2) if "c2p" in self.kinds else []
                result += linear(attention + "pos_query_proj", hidden, hidden, 1.2) if "p2c" in self.kinds else []
            result += linear(layer + "attention.output.dense", hidden, hidden)
            result += gains(layer + "attention.output.LayerNorm", hidden, True)
            result += linear(layer + "intermediate.dense", inner, hidden)
            result += linear(layer + "output.dense", hidden, inner)
            result += gains(layer + "output.LayerNorm", hidden, True)
        return self.prefixed(result) + self.head_specs()

    def head_specs(self):
        hidden, words = self.config["hidden_size"], "cls.predictions."
        if self.head == "MaskedLM":
            result = linear(words + "transform.dense", self.width, hidden)
            result += gains(words + "transform.LayerNorm", self.width, True)
            return result + [(words + "bias", (self.config["vocab_size"],), 0, 0.1)]
        result = linear("pooler.dense", hidden, hidden) if self.head == "SequenceClassification" else []
        return result + (linear("classifier", self.labels, hidden) if self.head else [])

    def layer_norm(self, name, x):
        return self.norm(name, x, self.config["layer_norm_eps"])

    def embed(self, ids, types):
        x = self.tensor("embeddings.word_embeddings.weight")[ids]
        if self.config["position_biased_input"]:
            x = x + self.tensor("embeddings.position_embeddings.weight")[:len(ids)]
        if self.types > 0:
            x = x + self.tensor("embeddings.token_type_embeddings.weight")[types]
        if self.width != self.config["hidden_size"]:
            x = self.linear("embeddings.embed_proj", x)
        return self.layer_norm("embeddings.LayerNorm", x)

    def rows(self, tokens):
        """The row of the table for each query and key [queries, keys]."""
        relative = distances(tokens)
        if self.config.get("position_buckets", -1) > 0:
            relative = torch.tensor([
                [bucket(distance, self.span, self.max_positions) for distance in row] for row in relative.tolist()])
        return (relative + self.span).clamp(0, 2 * self.span - 1)

    def attention(self, attention, x, relative, rows):
        """The attention sub-layer up to its output product, and its probabilities."""
        heads = self.config["num_attention_heads"]

        def project(part, of):
            return split_heads(self.linear(attention + part, of), heads)

        shared = self.config["share_att_key"]
        query, key = project("query_proj", x), project("key_proj", x)
        scores = query @ key.transpose(1, 2)
        relative_kinds = self.kinds if self.config["relative_attention"] else []
        if "c2p" in relative_kinds:
            # Of each query with all rows of the table, those that belong to the keys.
            positions = project("key_proj" if shared else "pos_key_proj", relative)
            scores = scores + (query @ positions.transpose(1, 2)).gather(2, rows.expand(heads, -1, -1))
        if "p2c" in relative_kinds:
            positions = project("query_proj" if shared else "pos_query_proj", relative)
            # [heads, keys, rows]: turned, so that each query finds its own among each key's.
            by_key = key @ positions.transpose(1, 2)
            scores = scores + by_key.gather(2, rows.T.expand(heads, -1, -1)).transpose(1, 2)
        # The types count, whether they are used or not.
        scale = math.sqrt(query.shape[2] * (1 + len(self.kinds)))
        return attend(scores / scale, project("value_proj", x))

    def convolve(self, embedded, x):
        """What the first layer gave, with a convolution over the embeddings along the text."""
        kernel = self.tensor("encoder.conv.conv.weight")
        y = functional.conv1d(
            embedded.T[None], kernel, self.tensor("encoder.conv.conv.bias"), padding=(kernel.shape[2] - 1) // 2)[0].T
        return self.layer_norm("encoder.conv.LayerNorm", x + activation(self.config.get("conv_act", "tanh"), y))

    def encode(self, ids, types):
        embedded = x = self.embed(ids, types)
        relative = self.tensor("encoder.rel_embeddings.weight")
        if relative is not None and self.normed_positions:
            relative = self.layer_norm("encoder.LayerNorm", relative)
        rows = self.rows(len(ids))
        attentions = []
        for i in range(self.config["num_hidden_layers"]):
            layer = f"encoder.layer.{i}."
            combined, probabilities = self.attention(layer + "attention.self.", x, relative, rows)
            x = self.layer_norm(
                layer + "attention.output.LayerNorm", x + self.linear(layer + "attention.output.dense", combined))
            inner = activation(self.config["hidden_act"], self.linear(layer + "intermediate.dense", x))
            x = self.layer_norm(layer + "output.LayerNorm", x + self.linear(layer + "output.dense", inner))
            if i == 0 and self.config.get("conv_kernel_size", 0) > 0:
                x = self.convolve(embedded, x)
            attentions.append(probabilities)
        return x, torch.stack(attentions)

    def classify(self, hidden):
        act = self.config.get("pooler_hidden_act", "gelu")
        return self.linear("classifier", activation(act, self.linear("pooler.dense", hidden[0])))

    def label_tokens(self, hidden):
        return self.linear("classifier", hidden)

    def predict_words(self, hidden):
        words = "cls.predictions."
        x = activation(self.config["hidden_act"], self.linear(words + "transform.dense", hidden))
        x = self.layer_norm(words + "transform.LayerNorm", x)
        return x @ self.tensor("embeddings.word_embeddings.weight").T + self.tensor(words + "bias")


# As microsoft/deberta-v3-* has it, with what other files add.
CONFIG = {
    "architectures": ["DebertaV2Model"],
    "attention_probs_dropout_prob": 0.1,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": 36,
    "initializer_range": 0.02,
    "intermediate_size": 61,
    "layer_norm_eps": 1e-07,
    # With 8 buckets, a distance of 19 tells 42 positions from 41 and 43.
    "max_position_embeddings": 42,
    "max_relative_positions": -1,
    "model_type": "deberta-v2",
    "norm_rel_ebd": "layer_norm",
    "num_attention_heads": 4,
    "num_hidden_layers": 3,
    "pad_token_id": 0,
    "pos_att_type": "p2c|c2p",
    "position_biased_input": False,
    "position_buckets": 8,
    "relative_attention": True,
    "share_att_key": True,
    "type_vocab_size": 0,
    "vocab_size": 73,
}
POOLER = {"pooler_dropout": 0, "pooler_hidden_act": "gelu", "pooler_hidden_size": 36}
CONV = {
    **CONFIG, "hidden_size": 39, "num_attention_heads": 3, "attention_head_size": 13, "conv_act": "gelu",
    "conv_kernel_size": 3, "pos_att_type": ["p2c", "c2p"], "num_hidden_layers": 2, "layer_norm_eps": 1e-5,
    "max_position_embeddings": 40, "position_buckets": 12}
# Without buckets: the table ends at a distance of 6.
UNSHARED = {
    **{key: value for key, value in CONFIG.items() if key not in ("position_buckets", "norm_rel_ebd")},
    "embedding_size": 20, "max_relative_positions": 6, "pos_att_type": ["c2p", "p2c"], "position_biased_input": True,
    "share_att_key": False, "type_vocab_size": 2, "num_hidden_layers": 2, "hidden_act": "gelu_new"}
C2P = {**CONFIG, "pos_att_type": "c2p", "num_hidden_layers": 2, "num_attention_heads": 3, "norm_rel_ebd": "none"}
CLASSIFIER = {
    **CONFIG, "architectures": ["DebertaV2ForSequenceClassification"], **POOLER, **labels(3),
    "pos_att_type": ["p2c", "c2p"], "num_hidden_layers": 2}
WORDS = {**CONFIG, "architectures": ["DebertaV2ForMaskedLM"], "legacy": True, "num_hidden_layers": 2}
LABELLER = {**CONFIG, "architectures": ["DebertaV2ForTokenClassification"], "num_hidden_layers": 2, **labels(5)}
# Positions only where BERT has them. The types of terms stand there all the same.
ABSOLUTE = {**CONFIG, "relative_attention": False, "position_biased_input": True, "num_hidden_layers": 2}
# As deep as real ones, and so narrow that the file is small.
DEEP = {
    **CONFIG, "pos_att_type": "p2c", "share_att_key": False, "hidden_size": 16, "intermediate_size": 24,
    "num_attention_heads": 2, "num_hidden_layers": 24}

CASES = {
    "deberta-v3": Case(501, Deberta, CONFIG, "F16", (1, 2, 7, 42), "deberta.", float32=True),
    "deberta-v2-conv": Case(502, Deberta, CONV, "F16", (1, 2, 7, 40), "deberta."),
    "deberta-unshared": Case(503, Deberta, UNSHARED, "BF16", (1, 2, 7, 30)),
    "deberta-c2p": Case(504, Deberta, C2P, "F16", (1, 2, 7, 30)),
    "deberta-classifier": Case(505, Deberta, CLASSIFIER, "F16", (1, 2, 7, 30), "deberta."),
    "deberta-words": Case(506, Deberta, WORDS, "F16", (1, 2, 7, 30), "deberta."),
    "deberta-labeller": Case(507, Deberta, LABELLER, "F16", (1, 2, 7, 30), "deberta."),
    "deberta-absolute": Case(508, Deberta, ABSOLUTE, "F16", (1, 2, 7, 30)),
    "deberta-deep": Case(509, Deberta, DEEP, "F16", (1, 7, 9, 12, 20, 33, 42), float32=True),
}

"""GTE 1.5, mGTE and arctic-embed 2 (Zhang et al. 2024): rotary positions, stretched or not; gated layers."""

import math

import torch

from case import Case, labels
from parts import Encoder, activation, attend, frequencies, gains, linear, rotate, split_heads, table


def stretched(theta, scaling, head):
    """Angles per position [head / 2], for more positions than were trained.

    https://kexue.fm/archives/9706, which the reference names: the base grows by the factor, or else, with mixed_b, each
    frequency shrinks by a factor of its own.
    """
    if scaling is None:
        return frequencies(theta, head)
    assert scaling["type"] == "ntk"
    factor, half = scaling["factor"], head // 2
    if scaling.get("mixed_b") is None:
        return frequencies(theta * factor, head) / factor ** (2 / head)
    rate = math.log(factor) / half ** scaling["mixed_b"]
    return frequencies(theta, head) / torch.exp(
        rate * torch.arange(1, half + 1, dtype=torch.float64) ** scaling["mixed_b"])


class Gte(Encoder):
    @property
    def size(self):
        return self.config["num_hidden_layers"], self.config["num_attention_heads"]

    def specs(self):
        config = self.config
        hidden, inner = config["hidden_size"], config["intermediate_size"]
        result = table("embeddings.word_embeddings", config["vocab_size"], hidden, 0.9)
        if self.types > 0:
            result += table("embeddings.token_type_embeddings", self.types, hidden, 0.9)
        result += gains("embeddings.LayerNorm", hidden, True)
        for i in range(config["num_hidden_layers"]):
            layer = f"encoder.layer.{i}."
            for part in ("qkv",) if config["pack_qkv"] else "qkv":
                result += linear(f"{layer}attention.{part}_proj", len(part) * hidden, hidden, 1.5)
            result += linear(layer + "attention.o_proj", hidden, hidden)
            result += gains(layer + "attn_ln", hidden, True)
            result += linear(layer + "mlp.up_gate_proj", 2 * inner, hidden, 1, biased=False)
            result += linear(layer + "mlp.down_proj", hidden, inner)
            result += gains(layer + "mlp_ln", hidden, True)
        if self.head == "SequenceClassification":
            result += linear("pooler.dense", hidden, hidden)
        return self.prefixed(result) + self.head_specs()

    def head_specs(self):
        hidden = self.config["hidden_size"]
        if self.head == "MaskedLM":
            result = linear("lm_head.dense", hidden, hidden) + gains("lm_head.norm", hidden, True)
            return result + [("lm_head.decoder.bias", (self.config["vocab_size"],), 0, 0.1)]
        return linear("classifier", self.labels, hidden) if self.head else []

    def layer_norm(self, name, x):
        return self.norm(name, x, self.config["layer_norm_eps"])

    def encode(self, ids, types):
        config = self.config
        heads = config["num_attention_heads"]
        head = config["hidden_size"] // heads
        frequency = stretched(config["rope_theta"], config["rope_scaling"], head)
        x = self.tensor("embeddings.word_embeddings.weight")[ids]
        if self.types > 0:
            x = x + self.tensor("embeddings.token_type_embeddings.weight")[types]
        x = self.layer_norm("embeddings.LayerNorm", x)
        attentions = []
        for i in range(config["num_hidden_layers"]):
            layer = f"encoder.layer.{i}."
            query, key, value = (split_heads(part, heads) for part in self.project(layer + "attention.", x))
            scores = rotate(query, frequency) @ rotate(key, frequency).transpose(1, 2) / math.sqrt(head)
            combined, probabilities = attend(scores, value)
            x = self.layer_norm(layer + "attn_ln", x + self.linear(layer + "attention.o_proj", combined))
            up, gate = self.linear(layer + "mlp.up_gate_proj", x).chunk(2, dim=-1)
            inner = up * activation(config["hidden_act"], gate)
            x = self.layer_norm(layer + "mlp_ln", x + self.linear(layer + "mlp.down_proj", inner))
            attentions.append(probabilities)
        return x, torch.stack(attentions)

    def project(self, attention, x):
        """Queries, keys and values, by one product or three."""
        if self.config["pack_qkv"]:
            return self.linear(attention + "qkv_proj", x).chunk(3, dim=-1)
        return [self.linear(f"{attention}{part}_proj", x) for part in "qkv"]

    def label_tokens(self, hidden):
        return self.linear("classifier", hidden)

    def classify(self, hidden):
        return self.linear("classifier", torch.tanh(self.linear("pooler.dense", hidden[0])))

    def predict_words(self, hidden):
        x = activation(self.config["hidden_act"], self.linear("lm_head.dense", hidden))
        words = self.tensor("embeddings.word_embeddings.weight")
        return self.layer_norm("lm_head.norm", x) @ words.T + self.tensor("lm_head.decoder.bias")


CONFIG = {
    "architectures": ["NewModel"],
    "attention_probs_dropout_prob": 0.0,
    "auto_map": {
        "AutoConfig": "Alibaba-NLP/new-impl--configuration.NewConfig",
        "AutoModel": "Alibaba-NLP/new-impl--modeling.NewModel",
    },
    "classifier_dropout": None,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": 36,
    "initializer_range": 0.02,
    "intermediate_size": 61,
    "layer_norm_eps": 1e-12,
    "layer_norm_type": "layer_norm",
    "logn_attention_clip1": False,
    "logn_attention_scale": False,
    "max_position_embeddings": 64,
    "model_type": "new",
    "num_attention_heads": 6,
    "num_hidden_layers": 3,
    "pack_qkv": True,
    "pad_token_id": 0,
    "position_embedding_type": "rope",
    "rope_scaling": {"factor": 2.0, "type": "ntk"},
    "rope_theta": 500,
    "transformers_version": "4.39.1",
    "type_vocab_size": 0,
    "unpad_inputs": False,
    "use_memory_efficient_attention": False,
    "vocab_size": 73,
}
TYPES = {
    **CONFIG, "type_vocab_size": 2, "rope_scaling": {"factor": 3.0, "mixed_b": 0.625, "type": "ntk"},
    "rope_theta": 160, "hidden_size": 48, "num_attention_heads": 4, "intermediate_size": 50, "num_hidden_layers": 2,
    "layer_norm_eps": 1e-5}
CLASSIFIER = {**CONFIG, "architectures": ["NewForSequenceClassification"], "num_attention_heads": 3, **labels(3)}
# As arctic-embed 2 writes it: not stretched, one type, and flags that are strings.
WORDS = {
    **CONFIG, "architectures": ["NewForMaskedLM"], "rope_scaling": None, "rope_theta": 160000, "type_vocab_size": 1,
    "pad_token_id": 1, "unpad_inputs": "true", "use_memory_efficient_attention": "true"}
UNPACKED = {
    **CONFIG, "architectures": ["NewForTokenClassification"], "pack_qkv": False, "num_attention_heads": 3,
    "num_hidden_layers": 2, **labels(3)}

CASES = {
    "gte": Case(301, Gte, CONFIG, "F32", (1, 2, 7, 40), "new.", float32=True),
    "gte-long": Case(305, Gte, {**TYPES, "max_position_embeddings": 2048}, "F16", (7, 512, 700)),
    "gte-types": Case(302, Gte, TYPES, "F16", (1, 2, 7, 40)),
    "gte-classifier": Case(303, Gte, CLASSIFIER, "F16", (1, 2, 7, 33), "new."),
    "gte-words": Case(304, Gte, WORDS, "BF16", (1, 2, 7, 33), "new."),
    "gte-unpacked": Case(306, Gte, UNPACKED, "F16", (1, 2, 7, 33), "new."),
}

"""ModernBERT (Warner et al. 2024): pre-norm, rotary positions, most layers attend within a window."""

import math

import torch

from case import Case, labels
from parts import Encoder, activation, attend, frequencies, gains, linear, rotate, split_heads, table, window_bias


class ModernBert(Encoder):
    @property
    def size(self):
        return self.config["num_hidden_layers"], self.config["num_attention_heads"]

    def specs(self):
        config = self.config
        hidden, inner = config["hidden_size"], config["intermediate_size"]
        attention, mlp, norm = config["attention_bias"], config["mlp_bias"], config["norm_bias"]
        result = table("embeddings.tok_embeddings", config["vocab_size"], hidden, 1)
        result += gains("embeddings.norm", hidden, norm)
        for i in range(config["num_hidden_layers"]):
            layer = f"layers.{i}."
            if i > 0:
                result += gains(layer + "attn_norm", hidden, norm)
            result += linear(layer + "attn.Wqkv", 3 * hidden, hidden, 1.5, attention)
            result += linear(layer + "attn.Wo", hidden, hidden, 1, attention)
            result += gains(layer + "mlp_norm", hidden, norm)
            result += linear(layer + "mlp.Wi", 2 * inner, hidden, 1, mlp)
            result += linear(layer + "mlp.Wo", hidden, inner, 1, mlp)
        return self.prefixed(result + gains("final_norm", hidden, norm)) + self.head_specs()

    def head_specs(self):
        hidden = self.config["hidden_size"]
        if not self.head:
            return []
        result = linear("head.dense", hidden, hidden, 1, self.config["classifier_bias"])
        result += gains("head.norm", hidden, self.config["norm_bias"])
        if self.head == "MaskedLM":
            words = self.config["vocab_size"]
            result += [("decoder.bias", (words,), 0, 0.1)] if self.config["decoder_bias"] else []
            return result + (linear("decoder", words, hidden, 1, biased=False) if self.untied else [])
        return result + linear("classifier", self.labels, hidden)

    @property
    def untied(self):
        """Whether the language model has a word table of its own."""
        return not self.config.get("tie_word_embeddings", True)

    def sliding(self, layer):
        """Whether a layer attends within the window."""
        if "layer_types" in self.config:
            return self.config["layer_types"][layer] == "sliding_attention"
        return layer % self.config["global_attn_every_n_layers"] != 0

    def theta(self, layer):
        sliding = self.sliding(layer)
        if "rope_parameters" in self.config:
            return self.config["rope_parameters"]["sliding_attention" if sliding else "full_attention"]["rope_theta"]
        return self.config["local_rope_theta" if sliding else "global_rope_theta"]

    def layer_norm(self, name, x):
        return self.norm(name, x, self.config["norm_eps"])

    def encode(self, ids, types):
        config = self.config
        heads = config["num_attention_heads"]
        head = config["hidden_size"] // heads
        x = self.layer_norm("embeddings.norm", self.tensor("embeddings.tok_embeddings.weight")[ids])
        attentions = []
        for i in range(config["num_hidden_layers"]):
            layer = f"layers.{i}."
            y = x if i == 0 else self.layer_norm(layer + "attn_norm", x)
            qkv = self.linear(layer + "attn.Wqkv", y)
            query, key, value = (split_heads(part, heads) for part in qkv.chunk(3, dim=-1))
            frequency = frequencies(self.theta(i), head)
            # The window reaches half of its length to either side, and both ends are in it.
            reach = config["local_attention"] // 2 if self.sliding(i) else None
            scores = rotate(query, frequency) @ rotate(key, frequency).transpose(1, 2) / math.sqrt(head)
            combined, probabilities = attend(scores + window_bias(len(ids), reach), value)
            x = x + self.linear(layer + "attn.Wo", combined)
            up, gate = self.linear(layer + "mlp.Wi", self.layer_norm(layer + "mlp_norm", x)).chunk(2, dim=-1)
            x = x + self.linear(layer + "mlp.Wo", activation(config["hidden_activation"], up) * gate)
            attentions.append(probabilities)
        return self.layer_norm("final_norm", x), torch.stack(attentions)

    def transform(self, x):
        """What all heads begin with."""
        x = activation(self.config["classifier_activation"], self.linear("head.dense", x))
        return self.layer_norm("head.norm", x)

    def classify(self, hidden):
        pooled = hidden[0] if self.config["classifier_pooling"] == "cls" else hidden.mean(dim=0)
        return self.linear("classifier", self.transform(pooled))

    def label_tokens(self, hidden):
        return self.linear("classifier", self.transform(hidden))

    def predict_words(self, hidden):
        words = self.tensor("decoder.weight" if self.untied else "embeddings.tok_embeddings.weight")
        return self.transform(hidden) @ words.T + (self.tensor("decoder.bias") if self.config["decoder_bias"] else 0)


# In the keys of the first checkpoints.
CONFIG = {
    "architectures": ["ModernBertModel"],
    "attention_bias": False,
    "attention_dropout": 0.0,
    "bos_token_id": 1,
    "classifier_activation": "gelu",
    "classifier_bias": False,
    "classifier_dropout": 0.0,
    "classifier_pooling": "mean",
    "cls_token_id": 1,
    "decoder_bias": True,
    "deterministic_flash_attn": False,
    "embedding_dropout": 0.0,
    "eos_token_id": 2,
    "global_attn_every_n_layers": 3,
    "global_rope_theta": 1600.0,
    "gradient_checkpointing": False,
    "hidden_activation": "gelu",
    "hidden_size": 40,
    "initializer_cutoff_factor": 2.0,
    "initializer_range": 0.02,
    "intermediate_size": 50,
    "layer_norm_eps": 1e-03,
    "local_attention": 16,
    "local_rope_theta": 100.0,
    "max_position_embeddings": 64,
    "mlp_bias": False,
    "mlp_dropout": 0.0,
    "model_type": "modernbert",
    "norm_bias": False,
    "norm_eps": 1e-05,
    "num_attention_heads": 4,
    "num_hidden_layers": 5,
    "pad_token_id": 0,
    "position_embedding_type": "absolute",
    "reference_compile": False,
    "repad_logits_with_grad": False,
    "sep_token_id": 2,
    "sparse_pred_ignore_index": -100,
    "sparse_prediction": False,
    "transformers_version": "4.47.0.dev0",
    "vocab_size": 67,
}
# In those of transformers 5, where every layer's kind is written out. These have no period.
OLD_KEYS = ("global_attn_every_n_layers", "global_rope_theta", "local_rope_theta", "layer_norm_eps")
LAYER_TYPES = {
    **{key: value for key, value in CONFIG.items() if key not in OLD_KEYS},
    "architectures": ["ModernBertForMaskedLM"],
    "attention_bias": True,
    "classifier_activation": "silu",
    "classifier_bias": True,
    "hidden_activation": "relu",
    "hidden_size": 36,
    "intermediate_size": 53,
    "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention"],
    "local_attention": 10,
    "mlp_bias": True,
    "norm_bias": True,
    "num_attention_heads": 3,
    "num_hidden_layers": 4,
    "rope_parameters": {
        "full_attention": {"rope_theta": 900.0, "rope_type": "default"},
        "sliding_attention": {"rope_theta": 50.0, "rope_type": "default"},
    },
    "tie_word_embeddings": True,
    "transformers_version": "5.0.0",
}
SMALL = {**CONFIG, "num_hidden_layers": 3, "hidden_size": 36, "num_attention_heads": 6, "intermediate_size": 51}
# As deep as real ones, and so narrow that the file is small.
DEEP = {
    **CONFIG, "architectures": ["ModernBertForMaskedLM"], "decoder_bias": False, "tie_word_embeddings": False,
    "hidden_size": 16, "intermediate_size": 24, "num_attention_heads": 2, "num_hidden_layers": 24}

CASES = {
    "modernbert": Case(101, ModernBert, CONFIG, "F16", (1, 2, 7, 45), float32=True),
    # Longer than a block of keys, and blocks of queries whose windows begin within panels.
    "modernbert-long": Case(106, ModernBert, {**SMALL, "max_position_embeddings": 2048, "local_attention": 50}, "F16", (7, 513, 1100)),
    "modernbert-layer-types": Case(102, ModernBert, LAYER_TYPES, "F16", (1, 2, 7, 33), "model."),
    "modernbert-classifier": Case(
        103, ModernBert, {**SMALL, "architectures": ["ModernBertForSequenceClassification"], **labels(3)},
        "BF16", (1, 2, 7, 45), "model."),
    "modernbert-classifier-cls": Case(
        104, ModernBert, {
            **SMALL, "architectures": ["ModernBertForSequenceClassification"], "classifier_pooling": "cls",
            "classifier_bias": True, **labels(1)},
        "F16", (1, 2, 7, 30), "model."),
    "modernbert-labeller": Case(
        105, ModernBert, {**SMALL, "architectures": ["ModernBertForTokenClassification"], **labels(5)},
        "F16", (1, 2, 7, 30), "model."),
    "modernbert-deep": Case(107, ModernBert, DEEP, "F16", (1, 7, 9, 12, 20, 33, 45), float32=True),
}

"""EmbeddingGemma (Gemma 3's layers, attending both ways): norms around sub-layers, grouped keys, rotary positions."""

import math

import torch

from case import Case
from parts import (
    Encoder, activation, attend, frequencies, gains, linear, rotate, split_heads, table, window_bias)

# Stored gains are what is added to 1.
STORED = {"center": 0.1, "spread": 0.2}
# Those of queries and keys are larger here, so that scores differ.
STORED_SHARP = {"center": 0.5, "spread": 0.2}
PROJECTIONS = "q_proj", "k_proj", "v_proj"


class Gemma(Encoder):
    @property
    def size(self):
        return self.config["num_hidden_layers"], self.config["num_attention_heads"]

    def specs(self):
        config = self.config
        hidden, inner, head = config["hidden_size"], config["intermediate_size"], config["head_dim"]
        queries, keys = config["num_attention_heads"] * head, config["num_key_value_heads"] * head
        result = table("embed_tokens", config["vocab_size"], hidden, math.sqrt(3 / hidden))
        for i in range(config["num_hidden_layers"]):
            layer = f"layers.{i}."
            for name, outputs in zip(PROJECTIONS, (queries, keys, keys)):
                result += linear(layer + "self_attn." + name, outputs, hidden, 1, config["attention_bias"])
            result += linear(layer + "self_attn.o_proj", hidden, queries, 1, config["attention_bias"])
            result += gains(layer + "self_attn.q_norm", head, **STORED_SHARP)
            result += gains(layer + "self_attn.k_norm", head, **STORED_SHARP)
            result += linear(layer + "mlp.gate_proj", inner, hidden, 1, biased=False)
            result += linear(layer + "mlp.up_proj", inner, hidden, 1, biased=False)
            result += linear(layer + "mlp.down_proj", hidden, inner, 1, biased=False)
            result += gains(layer + "input_layernorm", hidden, **STORED)
            result += gains(layer + "post_attention_layernorm", hidden, **STORED)
            result += gains(layer + "pre_feedforward_layernorm", hidden, **STORED)
            result += gains(layer + "post_feedforward_layernorm", hidden, **STORED)
        return self.prefixed(result + gains("norm", hidden, **STORED))

    def sliding(self, layer):
        """Whether a layer attends within the window."""
        if "layer_types" in self.config:
            return self.config["layer_types"][layer] == "sliding_attention"
        return (layer + 1) % self.config["sliding_window_pattern"] != 0

    def theta(self, layer):
        sliding = self.sliding(layer)
        if "rope_parameters" in self.config:
            return self.config["rope_parameters"]["sliding_attention" if sliding else "full_attention"]["rope_theta"]
        return self.config["rope_local_base_freq" if sliding else "rope_theta"]

    def scaled(self, name, x):
        return self.root_mean_square_norm(1 + self.tensor(name + ".weight"), x, self.config["rms_norm_eps"])

    def attention(self, attention, x, layer):
        """The attention sub-layer up to its output product, and its probabilities."""
        config = self.config
        heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
        frequency = frequencies(self.theta(layer), config["head_dim"])
        query, key, value = (
            split_heads(self.linear(attention + name, x), count)
            for name, count in zip(PROJECTIONS, (heads, groups, groups)))
        query = rotate(self.scaled(attention + "q_norm", query), frequency)
        key = rotate(self.scaled(attention + "k_norm", key), frequency)
        # Heads of one group stand side by side.
        key, value = (part.repeat_interleave(heads // groups, dim=0) for part in (key, value))
        # The configuration has the window's whole length: half of it to either side, both ends within.
        reach = config["sliding_window"] // 2 if self.sliding(layer) else None
        scores = query @ key.transpose(1, 2) / math.sqrt(config["query_pre_attn_scalar"])
        return attend(scores + window_bias(len(x), reach), value)

    def encode(self, ids, types):
        x = self.tensor("embed_tokens.weight")[ids] * math.sqrt(self.config["hidden_size"])
        attentions = []
        for i in range(self.config["num_hidden_layers"]):
            layer = f"layers.{i}."
            combined, probabilities = self.attention(
                layer + "self_attn.", self.scaled(layer + "input_layernorm", x), i)
            x = x + self.scaled(layer + "post_attention_layernorm", self.linear(layer + "self_attn.o_proj", combined))
            y = self.scaled(layer + "pre_feedforward_layernorm", x)
            gate = activation(self.config["hidden_activation"], self.linear(layer + "mlp.gate_proj", y))
            y = self.linear(layer + "mlp.down_proj", gate * self.linear(layer + "mlp.up_proj", y))
            x = x + self.scaled(layer + "post_feedforward_layernorm", y)
            attentions.append(probabilities)
        return self.scaled("norm", x), torch.stack(attentions)


CONFIG = {
    "_sliding_window_pattern": 3,
    "architectures": ["Gemma3TextModel"],
    "attention_bias": False,
    "attention_dropout": 0.0,
    "attn_logit_softcapping": None,
    "bos_token_id": 2,
    "eos_token_id": 1,
    "final_logit_softcapping": None,
    "head_dim": 10,
    "hidden_activation": "gelu_pytorch_tanh",
    "hidden_size": 36,
    "initializer_range": 0.02,
    "intermediate_size": 50,
    "max_position_embeddings": 64,
    "model_type": "gemma3_text",
    "num_attention_heads": 4,
    "num_hidden_layers": 4,
    "num_key_value_heads": 2,
    "pad_token_id": 0,
    "query_pre_attn_scalar": 14,
    "rms_norm_eps": 1e-06,
    "rope_local_base_freq": 100.0,
    "rope_scaling": None,
    "rope_theta": 10000.0,
    "sliding_window": 8,
    "sliding_window_pattern": 3,
    "transformers_version": "4.57.0.dev0",
    "use_bidirectional_attention": True,
    "use_cache": True,
    "vocab_size": 71,
}
OLD_KEYS = ("_sliding_window_pattern", "sliding_window_pattern", "rope_theta", "rope_local_base_freq", "rope_scaling")
EMBEDDING = {
    **{key: value for key, value in CONFIG.items() if key not in OLD_KEYS},
    "head_dim": 14,
    "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
    "num_attention_heads": 3,
    "num_hidden_layers": 3,
    "num_key_value_heads": 1,
    "query_pre_attn_scalar": 9,
    "rope_parameters": {
        "full_attention": {"rope_theta": 1000000.0, "rope_type": "default"},
        "sliding_attention": {"rope_theta": 10000.0, "rope_type": "default"},
    },
    "sliding_window": 7,
    "transformers_version": "5.0.0",
}
BASE = "sentence_transformers.base.modules."
DENSE = {
    "bias": False, "activation_function": "torch.nn.modules.linear.Identity",
    "module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}
MODULES = [
    {"path": "1_Pooling", "type": "sentence_transformers.sentence_transformer.modules.pooling.Pooling", "config": {
        "embedding_dimension": 36, "pooling_mode": "mean", "include_prompt": True}},
    {"path": "2_Dense", "type": BASE + "dense.Dense", "config": {"in_features": 36, "out_features": 55, **DENSE}},
    {"path": "3_Dense", "type": BASE + "dense.Dense", "config": {"in_features": 55, "out_features": 36, **DENSE}},
    {"path": "4_Normalize", "type": BASE + "normalize.Normalize", "config": {}},
]
# As deep as real ones, and so narrow that the file is small; with biases, which Gemma's own files have not.
DEEP = {
    **CONFIG, "attention_bias": True, "hidden_size": 16, "intermediate_size": 24, "head_dim": 8,
    "num_attention_heads": 2, "num_key_value_heads": 1, "num_hidden_layers": 12}

CASES = {
    "gemma": Case(701, Gemma, CONFIG, "F32", (1, 2, 7, 33), float32=True),
    "gemma-embedding": Case(
        702, Gemma, EMBEDDING, "BF16", (1, 2, 7, 33), modules=MODULES,
        transformer=BASE + "transformer.Transformer"),
    # With some seeds a text is so sensitive that float32 is not enough for the tests' bound.
    "gemma-deep": Case(707, Gemma, DEEP, "F16", (1, 7, 9, 12, 20, 33, 45), float32=True),
}

"""NomicBERT (Nussbaum et al. 2024): BERT with rotary positions, and feed-forward layers that may be gated."""

import math

import torch

from case import Case
from parts import Encoder, activation, attend, frequencies, gains, linear, rotate, split_heads, table

# What a gated layer's second half goes through.
GATES = {"swiglu": "silu", "geglu": "gelu"}
# The reference makes gated layers as wide as the next multiple of this.
GATED_MULTIPLE = 256


def padded(count, multiple):
    return -(-count // multiple) * multiple


class NomicBert(Encoder):
    @property
    def size(self):
        return self.config["n_layer"], self.config["n_head"]

    @property
    def gate(self):
        return GATES.get(self.config["activation_function"])

    def specs(self):
        config = self.config
        hidden, inner = config["n_embd"], config["n_inner"]
        attention, first, second = config["qkv_proj_bias"], config["mlp_fc1_bias"], config["mlp_fc2_bias"]
        words = padded(config["vocab_size"], config["pad_vocab_size_multiple"])
        result = table("embeddings.word_embeddings", words, hidden, 0.9)
        result += table("embeddings.token_type_embeddings", self.types, hidden, 0.9)
        result += gains("emb_ln", hidden, True)
        for i in range(config["n_layer"]):
            layer = f"encoder.layers.{i}."
            result += linear(layer + "attn.Wqkv", 3 * hidden, hidden, 1.5, attention)
            result += linear(layer + "attn.out_proj", hidden, hidden, 1, attention)
            if self.gate:
                width = padded(inner, GATED_MULTIPLE)
                result += linear(layer + "mlp.fc11", width, hidden, 1, first)
                result += linear(layer + "mlp.fc12", width, hidden, 1, first)
                result += linear(layer + "mlp.fc2", hidden, width, 1, second)
            else:
                result += linear(layer + "mlp.fc1", inner, hidden, 1, first)
                result += linear(layer + "mlp.fc2", hidden, inner, 1, second)
            result += gains(layer + "norm1", hidden, True) + gains(layer + "norm2", hidden, True)
        return self.prefixed(result)

    def layer_norm(self, name, x):
        return self.norm(name, x, self.config["layer_norm_epsilon"])

    def feed_forward(self, mlp, x):
        if not self.gate:
            return self.linear(mlp + "fc2", activation(self.config["activation_function"], self.linear(mlp + "fc1", x)))
        gated = self.linear(mlp + "fc11", x) * activation(self.gate, self.linear(mlp + "fc12", x))
        return self.linear(mlp + "fc2", gated)

    def encode(self, ids, types):
        heads = self.config["n_head"]
        head = self.config["n_embd"] // heads
        frequency = frequencies(self.config["rotary_emb_base"], head)
        x = self.tensor("embeddings.word_embeddings.weight")[ids]
        x = self.layer_norm("emb_ln", x + self.tensor("embeddings.token_type_embeddings.weight")[types])
        attentions = []
        for i in range(self.config["n_layer"]):
            layer = f"encoder.layers.{i}."
            qkv = self.linear(layer + "attn.Wqkv", x)
            query, key, value = (split_heads(part, heads) for part in qkv.chunk(3, dim=-1))
            scores = rotate(query, frequency) @ rotate(key, frequency).transpose(1, 2) / math.sqrt(head)
            combined, probabilities = attend(scores, value)
            x = self.layer_norm(layer + "norm1", x + self.linear(layer + "attn.out_proj", combined))
            x = self.layer_norm(layer + "norm2", x + self.feed_forward(layer + "mlp.", x))
            attentions.append(probabilities)
        return x, torch.stack(attentions)


CONFIG = {
    "activation_function": "swiglu",
    "architectures": ["NomicBertModel"],
    "attn_pdrop": 0.0,
    "bos_token_id": None,
    "causal": False,
    "dense_seq_output": True,
    "embd_pdrop": 0.0,
    "eos_token_id": None,
    "fused_bias_fc": True,
    "fused_dropout_add_ln": True,
    "initializer_range": 0.02,
    "layer_norm_epsilon": 1e-12,
    "max_trained_positions": 64,
    "mlp_fc1_bias": False,
    "mlp_fc2_bias": False,
    "model_type": "nomic_bert",
    "n_embd": 36,
    "n_head": 6,
    "n_inner": 256,
    "n_layer": 2,
    "n_positions": 64,
    "pad_vocab_size_multiple": 8,
    "parallel_block": False,
    "parallel_block_tied_norm": False,
    "prenorm": False,
    "qkv_proj_bias": False,
    "reorder_and_upcast_attn": False,
    "resid_pdrop": 0.0,
    "rotary_emb_base": 1000,
    "rotary_emb_fraction": 1.0,
    "rotary_emb_interleaved": False,
    "rotary_emb_scale_base": None,
    "rotary_scaling_factor": None,
    "scale_attn_by_inverse_layer_idx": False,
    "scale_attn_weights": True,
    "summary_activation": None,
    "summary_first_dropout": 0.0,
    "summary_proj_to_labels": True,
    "summary_type": "cls_index",
    "summary_use_proj": True,
    "transformers_version": "4.37.2",
    "type_vocab_size": 2,
    "use_cache": True,
    "use_flash_attn": True,
    "use_rms_norm": False,
    "use_xentropy": True,
    "vocab_size": 72,
}
# The table has 64 rows for 61 words, and the gated layers 256 for 200.
GEGLU = {
    **CONFIG, "activation_function": "geglu", "rotary_emb_base": 10000, "qkv_proj_bias": True, "mlp_fc1_bias": True,
    "mlp_fc2_bias": True, "n_inner": 200, "n_head": 3, "layer_norm_epsilon": 1e-5, "vocab_size": 61}
UNGATED = {
    **CONFIG, "activation_function": "gelu", "qkv_proj_bias": True, "mlp_fc1_bias": True, "mlp_fc2_bias": True,
    "n_embd": 40, "n_head": 4, "n_inner": 77, "n_layer": 3, "rotary_emb_base": 100, "type_vocab_size": 1}

CASES = {
    "nomic": Case(201, NomicBert, CONFIG, "F16", (1, 2, 7, 40), float32=True),
    "nomic-geglu-biases": Case(202, NomicBert, GEGLU, "BF16", (1, 2, 7, 33)),
    "nomic-ungated": Case(203, NomicBert, UNGATED, "F16", (1, 2, 7, 33)),
}

"""Small BERT encoders for the modules that may follow one."""

import math

import torch

from case import Case
from parts import Encoder, activation, attend, gains, linear, split_heads, table


class Bert(Encoder):
    @property
    def size(self):
        return self.config["num_hidden_layers"], self.config["num_attention_heads"]

    def specs(self):
        config = self.config
        hidden, inner = config["hidden_size"], config["intermediate_size"]
        result = table("embeddings.word_embeddings", config["vocab_size"], hidden, 0.9)
        result += table("embeddings.position_embeddings", config["max_position_embeddings"], hidden, 0.7)
        result += table("embeddings.token_type_embeddings", self.types, hidden, 0.7)
        result += gains("embeddings.LayerNorm", hidden, True)
        for i in range(config["num_hidden_layers"]):
            layer = f"encoder.layer.{i}."
            result += linear(layer + "attention.self.query", hidden, hidden, 1.5)
            result += linear(layer + "attention.self.key", hidden, hidden, 1.5)
            result += linear(layer + "attention.self.value", hidden, hidden)
            result += linear(layer + "attention.output.dense", hidden, hidden)
            result += gains(layer + "attention.output.LayerNorm", hidden, True)
            result += linear(layer + "intermediate.dense", inner, hidden)
            result += linear(layer + "output.dense", hidden, inner)
            result += gains(layer + "output.LayerNorm", hidden, True)
        return self.prefixed(result)

    def layer_norm(self, name, x):
        return self.norm(name, x, self.config["layer_norm_eps"])

    def encode(self, ids, types):
        heads = self.config["num_attention_heads"]
        x = self.tensor("embeddings.word_embeddings.weight")[ids]
        x = x + self.tensor("embeddings.position_embeddings.weight")[:len(ids)]
        x = self.layer_norm("embeddings.LayerNorm", x + self.tensor("embeddings.token_type_embeddings.weight")[types])
        attentions = []
        for i in range(self.config["num_hidden_layers"]):
            layer = f"encoder.layer.{i}."
            query, key, value = (
                split_heads(self.linear(f"{layer}attention.self.{part}", x), heads)
                for part in ("query", "key", "value"))
            combined, probabilities = attend(query @ key.transpose(1, 2) / math.sqrt(query.shape[2]), value)
            x = self.layer_norm(
                layer + "attention.output.LayerNorm", x + self.linear(layer + "attention.output.dense", combined))
            inner = activation(self.config["hidden_act"], self.linear(layer + "intermediate.dense", x))
            x = self.layer_norm(layer + "output.LayerNorm", x + self.linear(layer + "output.dense", inner))
            attentions.append(probabilities)
        return x, torch.stack(attentions)


CONFIG = {
    "architectures": ["BertModel"],
    "attention_probs_dropout_prob": 0.1,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": 36,
    "initializer_range": 0.02,
    "intermediate_size": 50,
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 32,
    "model_type": "bert",
    "num_attention_heads": 3,
    "num_hidden_layers": 2,
    "pad_token_id": 0,
    "position_embedding_type": "absolute",
    "transformers_version": "4.38.2",
    "type_vocab_size": 2,
    "use_cache": True,
    "vocab_size": 61,
}
MODELS = "sentence_transformers.models."


def old_pooling(*names):
    """Pooling's older file: a flag for each kind."""
    kinds = ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken")
    assert set(names) <= set(kinds)
    flags = {f"pooling_mode_{kind}": kind in names for kind in kinds}
    config = {"word_embedding_dimension": 36, **flags, "include_prompt": True}
    return {"path": "1_Pooling", "type": MODELS + "Pooling", "config": config}


def new_pooling(mode):
    """Pooling's newer file: one kind by name, or a list of them."""
    config = {"embedding_dimension": 36, "pooling_mode": mode, "include_prompt": True}
    kind = "sentence_transformers.sentence_transformer.modules.pooling.Pooling"
    return {"path": "1_Pooling", "type": kind, "config": config}


NORMALIZE = {"path": "2_Normalize", "type": MODELS + "Normalize", "config": {}}
# No activation is tanh.
DENSE = {
    "path": "2_Dense", "type": MODELS + "Dense", "config": {"in_features": 36, "out_features": 21, "bias": True}}
LAYER_NORM = {"path": "2_LayerNorm", "type": MODELS + "LayerNorm", "config": {"dimension": 36}}


def case(seed, *modules, **options):
    return Case(seed, Bert, CONFIG, "F16", (1, 2, 7, 30), modules=list(modules), **options)


NEW = {"transformer": "sentence_transformers.base.modules.transformer.Transformer"}

def without_prompt(pooling):
    """A pooling that leaves a prompt's tokens out."""
    return {**pooling, "config": {**pooling["config"], "include_prompt": False}}


CASES = {
    # Concatenated in the order of the older library's code, not in that of the file.
    "pooling-concatenated": case(801, old_pooling("mean_tokens", "max_tokens", "cls_token"), NORMALIZE),
    "pooling-list": case(802, new_pooling(["mean", "cls"]), **NEW),
    "pooling-weighted": case(803, old_pooling("weightedmean_tokens"), NORMALIZE),
    "pooling-last": case(804, new_pooling("lasttoken"), **NEW),
    "pooling-sqrt": case(805, old_pooling("mean_sqrt_len_tokens")),
    "dense-tanh": case(806, old_pooling("mean_tokens"), DENSE),
    # Of texts without a prompt; what a prompt changes is the second transcription's to say.
    "pooling-prompt": case(808, without_prompt(new_pooling(["cls", "mean", "max", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"])), **NEW),
    "layernorm-module": case(807, old_pooling("mean_tokens"), LAYER_NORM),
}

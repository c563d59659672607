"""The modules of sentence-transformers that follow the encoder, in float64."""

import math

import torch

from parts import bias, gains, weight

# Pooling's flags in the order in which vectors are concatenated, and what newer files call them.
FLAGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
ACTIVATIONS = {
    "torch.nn.modules.activation.Tanh": torch.tanh,
    "torch.nn.modules.linear.Identity": lambda x: x,
}
LAYER_NORM_EPS = 1e-5


def modes(config):
    """The kinds of pooling of a configuration, old or new."""
    if "pooling_mode" in config:
        mode = config["pooling_mode"]
        return [mode] if isinstance(mode, str) else mode
    return [mode for flag, mode in FLAGS.items() if config.get(flag)] or ["mean"]


def pool(mode, hidden):
    """One vector [hidden] of [tokens, hidden]."""
    tokens = len(hidden)
    if mode == "cls":
        return hidden[0]
    if mode == "lasttoken":
        return hidden[-1]
    if mode == "max":
        return hidden.max(dim=0).values
    if mode == "mean_sqrt_len_tokens":
        return hidden.sum(dim=0) / math.sqrt(tokens)
    weights = torch.ones(tokens, 1, dtype=torch.float64)
    if mode == "weightedmean":
        weights = torch.arange(1, tokens + 1, dtype=torch.float64)[:, None]
    elif mode != "mean":
        raise ValueError(f"no such pooling: {mode}")
    return (hidden * weights).sum(dim=0) / weights.sum()


def kind(module):
    """The class that modules.json names, whatever module it is said to be in."""
    return module["type"].rpartition(".")[2]


def specs(module):
    """The tensors of a module's own file."""
    config = module["config"]
    if kind(module) == "Dense":
        inputs, outputs = config["in_features"], config["out_features"]
        return [weight("linear.weight", outputs, inputs)] + ([bias("linear.bias", outputs)] if config["bias"] else [])
    if kind(module) == "LayerNorm":
        return gains("norm", config["dimension"], biased=True)
    return []


def embed(hidden, pipeline, tensors):
    """The text's vector: pooled and passed on through the modules, or the mean where there are none."""
    if not pipeline:
        return pool("mean", hidden)
    x = hidden
    for module, own in zip(pipeline, tensors):
        config = module["config"]
        if kind(module) == "Pooling":
            x = torch.cat([pool(mode, x) for mode in modes(config)])
        elif kind(module) == "Dense":
            x = x @ own["linear.weight"].T + own.get("linear.bias", 0)
            x = ACTIVATIONS[config.get("activation_function", "torch.nn.modules.activation.Tanh")](x)
        elif kind(module) == "LayerNorm":
            centered = x - x.mean()
            x = centered / torch.sqrt((centered * centered).mean() + LAYER_NORM_EPS)
            x = x * own["norm.weight"] + own["norm.bias"]
        elif kind(module) == "Normalize":
            x = x / torch.sqrt((x * x).sum())
        else:
            raise ValueError(f"no such module: {module['type']}")
    return x

"""What encoders are made of, in float64, and what every architecture's class has in common."""

import math
import pathlib
import sys

import torch

# The random numbers and the activations of the goldens that have no folder.
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "goldens"))

from encoder import activation as activation_of  # noqa: E402
from random_model import bias, norm, numbers, table, weight  # noqa: E402, F401

# Configurations' names of activations that encoder.py calls otherwise.
ACTIVATIONS = {"gelu_pytorch_tanh": "gelu_new"}


def activation(name, x):
    return activation_of(ACTIVATIONS.get(name, name), x)


def linear(name, outputs, inputs, gain=1, biased=True):
    """The specs of a linear layer, as random_model.py has them, with or without a bias."""
    return [weight(name + ".weight", outputs, inputs, gain)] + ([bias(name + ".bias", outputs)] if biased else [])


def gains(name, width, biased=False, center=1, spread=0.2):
    """The specs of a norm that may be without a bias."""
    return [(name + ".weight", (width,), center, spread)] + ([(name + ".bias", (width,), 0, 0.1)] if biased else [])


def frequencies(theta, head):
    """Angles per position [head / 2]."""
    return theta ** (-2 * torch.arange(head // 2, dtype=torch.float64) / head)


def rotate(x, frequency):
    """Rotary positions over [heads, tokens, head]: the first half of a head is turned with the second."""
    angles = torch.arange(x.shape[1], dtype=torch.float64)[:, None] * frequency
    first, second = x.chunk(2, dim=-1)
    cos, sin = torch.cos(angles).to(x.dtype), torch.sin(angles).to(x.dtype)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)


def distances(tokens):
    """Query minus key [queries, keys]."""
    position = torch.arange(tokens)
    return position[:, None] - position[None, :]


def window_bias(tokens, reach):
    """0 for keys at most reach away from the query, minus infinity for others; 0 everywhere where reach is None."""
    if reach is None:
        return torch.zeros(tokens, tokens, dtype=torch.float64)
    far = distances(tokens).abs() > reach
    return torch.zeros(tokens, tokens, dtype=torch.float64).masked_fill(far, -math.inf)


def split_heads(x, heads):
    """[tokens, heads * head] as [heads, tokens, head]."""
    return x.reshape(len(x), heads, -1).transpose(0, 1)


def attend(scores, values):
    """([tokens, heads * head], probabilities [heads, tokens, tokens]) of scores and values by head."""
    # Windows are float64, whatever the rest is.
    probabilities = torch.softmax(scores.to(values.dtype), dim=-1)
    return (probabilities @ values).transpose(0, 1).reshape(scores.shape[1], -1), probabilities


class Encoder:
    """A model of one configuration. Its tensors, float64 by full name, are set once they are drawn.

    An architecture's class has size, its numbers of layers and heads; specs(), all tensors with a head's as (name,
    dimensions, center, spread); encode(ids, types), the last hidden state [tokens, hidden] and the probabilities
    [layers, heads, tokens, tokens]; and what its heads give of that state: classify, label_tokens, predict_words.
    """

    def __init__(self, config, prefix):
        self.config = config
        self.prefix = prefix
        self.tensors = {}

    @property
    def head(self):
        """What follows "For" in the class that the configuration names, or an empty string."""
        return self.config["architectures"][0].partition("For")[2]

    @property
    def labels(self):
        return len(self.config["id2label"])

    @property
    def types(self):
        """Rows of the table of token types."""
        return self.config.get("type_vocab_size", 0)

    def prefixed(self, specs):
        return [(self.prefix + name, *rest) for name, *rest in specs]

    def tensor(self, name):
        """A tensor of the encoder, or else one of its head, which has no prefix."""
        return self.tensors.get(self.prefix + name, self.tensors.get(name))

    def linear(self, name, x):
        offset = self.tensor(name + ".bias")
        product = x @ self.tensor(name + ".weight").T
        return product if offset is None else product + offset

    def norm(self, name, x, eps):
        centered = x - x.mean(dim=-1, keepdim=True)
        scaled = centered / torch.sqrt((centered * centered).mean(dim=-1, keepdim=True) + eps)
        offset = self.tensor(name + ".bias")
        return scaled * self.tensor(name + ".weight") + (0 if offset is None else offset)

    def root_mean_square_norm(self, gain, x, eps):
        return x / torch.sqrt((x * x).mean(dim=-1, keepdim=True) + eps) * gain

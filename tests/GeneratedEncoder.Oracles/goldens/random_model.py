"""The twin of RandomNumbers.cs, TensorSpec.cs and RandomModel.cs: the same weights and inputs, bit for bit."""

import hashlib
import math

import numpy as np

GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)


def mix(z):
    """SplitMix64's output function, elementwise on uint64."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def fnv1a(name):
    """64-bit FNV-1a over the UTF-8 bytes of a name."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def numbers(seed, name, center, spread, count):
    """float32 values, uniform in [center - spread, center + spread)."""
    key = mix(np.array([seed ^ fnv1a(name)], dtype=np.uint64))
    bits = mix(key + np.arange(1, count + 1, dtype=np.uint64) * GOLDEN_GAMMA)
    unit = (bits >> np.uint64(11)).astype(np.float64) * (1.0 / (1 << 52)) - 1
    return (center + spread * unit).astype(np.float32)


def integers(seed, name, bound, count):
    """int values, uniform below a bound."""
    values = numbers(seed, name, 0.5, 0.5, count) * np.float32(bound)
    return np.minimum(values.astype(np.int64), bound - 1)


def vectors(shape, seed, tokens):
    """Input vectors [tokens, H] of mean 0 and deviation 1."""
    hidden = shape["HiddenSize"]
    return numbers(seed, "inputs_embeds", 0, math.sqrt(3), tokens * hidden).reshape(tokens, hidden)


def specs(shape):
    """All tensors of an encoder as (name, dimensions, center, spread)."""
    hidden, ffn = shape["HiddenSize"], shape["IntermediateSize"]
    pre = shape["PreNorm"]

    def table(name, rows, spread):
        return [(name + ".weight", (rows, hidden), 0, spread)]

    def norm(name):
        return [(name + ".weight", (hidden,), 1, 0.2), (name + ".bias", (hidden,), 0, 0.1)]

    def linear(name, outputs, inputs, gain):
        return [
            (name + ".weight", (outputs, inputs), 0, gain * math.sqrt(3.0 / inputs)),
            (name + ".bias", (outputs,), 0, 0.1),
        ]

    result = []
    if shape["VocabSize"] > 0:
        result += table("embeddings.word_embeddings", shape["VocabSize"], 0.1)
        result += table("embeddings.position_embeddings", shape["MaxPositionEmbeddings"], 0.05)
        if shape["TypeVocabSize"] > 0:
            result += table("embeddings.token_type_embeddings", shape["TypeVocabSize"], 0.05)
        result += norm("embeddings.LayerNorm")
    for i in range(shape["NumHiddenLayers"]):
        layer = f"encoder.layer.{i}."
        result += linear(layer + "attention.self.query", hidden, hidden, 1.5)
        result += linear(layer + "attention.self.key", hidden, hidden, 1.5)
        result += linear(layer + "attention.self.value", hidden, hidden, 1)
        result += linear(layer + "attention.output.dense", hidden, hidden, 1)
        result += norm(layer + ("attention.LayerNorm" if pre else "attention.output.LayerNorm"))
        result += linear(layer + "intermediate.dense", ffn, hidden, 1)
        result += linear(layer + "output.dense", hidden, ffn, 1)
        result += norm(layer + ("intermediate.LayerNorm" if pre else "output.LayerNorm"))
    return result + (norm("LayerNorm") if pre else [])


def model(shape, seed):
    """The float32 weights by name."""
    return {
        name: numbers(seed, name, center, spread, int(np.prod(dims))).reshape(dims)
        for name, dims, center, spread in specs(shape)
    }


def checksum(tensors):
    """SHA-256 over all tensors' little-endian bytes, in the order of their names."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(tensors[name].astype("<f4").tobytes())
    return digest.hexdigest()

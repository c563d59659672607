"""The twin of RandomNumbers.cs, TensorSpec.cs and RandomModel.cs: the same weights and inputs, bit for bit."""

import hashlib
import math

import numpy as np

import tensor_names

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


def table(name, rows, width, spread):
    return [(name + ".weight", (rows, width), 0, spread)]


def norm(name, width):
    return [(name + ".weight", (width,), 1, 0.2), (name + ".bias", (width,), 0, 0.1)]


def linear(name, outputs, inputs, gain=1):
    return [weight(name + ".weight", outputs, inputs, gain), bias(name + ".bias", outputs)]


def weight(name, outputs, inputs, gain=1):
    return (name, (outputs, inputs), 0, gain * math.sqrt(3.0 / inputs))


def bias(name, outputs):
    return (name, (outputs,), 0, 0.1)


def specs(shape):
    """All tensors of an encoder and its head as (name, dimensions, center, spread)."""
    hidden, ffn = shape["HiddenSize"], shape["IntermediateSize"]
    result = embeddings(shape) if shape["VocabSize"] > 0 else []
    if shape["RelativeAttentionNumBuckets"] > 0:
        result += table(
            tensor_names.RELATIVE_BIAS, shape["RelativeAttentionNumBuckets"], shape["NumAttentionHeads"], 2)
    for i in range(shape["NumHiddenGroups"] or shape["NumHiddenLayers"]):
        names = tensor_names.layer(shape, i)
        result += linear(names["query"], hidden, hidden, 1.5)
        result += linear(names["key"], hidden, hidden, 1.5)
        result += linear(names["value"], hidden, hidden)
        result += linear(names["attention_output"], hidden, hidden)
        result += norm(names["attention_norm"], hidden)
        result += linear(names["inner"], ffn, hidden)
        result += linear(names["outer"], hidden, ffn)
        result += norm(names["output_norm"], hidden)
    if shape["PreNorm"]:
        result += norm(tensor_names.FINAL_NORM, hidden)
    return result + head(shape)


def embeddings(shape):
    hidden = shape["HiddenSize"]
    width = shape["EmbeddingSize"] or hidden
    result = table(tensor_names.WORDS, shape["VocabSize"], width, 0.1)
    result += table(tensor_names.POSITIONS, shape["MaxPositionEmbeddings"], width, 0.05)
    if shape["TypeVocabSize"] > 0:
        result += table(tensor_names.TYPES, shape["TypeVocabSize"], width, 0.05)
    result += norm(tensor_names.EMBEDDING_NORM, width)
    projection = tensor_names.projection(shape)
    return result + (linear(projection, hidden, width) if projection else [])


def head(shape):
    hidden, labels = shape["HiddenSize"], shape["NumLabels"]
    if shape["Head"] == "Pooler":
        return linear("pooler" if shape["ModelType"] == "albert" else "pooler.dense", hidden, hidden)
    if shape["Head"] == "SequenceClassification":
        dense, _, output = tensor_names.sequence_classifier(shape)
        return linear(dense, hidden, hidden) + linear(output, labels, hidden)
    if shape["Head"] == "TokenClassification":
        return linear("classifier", labels, hidden)
    if shape["Head"] == "MaskedLM":
        width = shape["EmbeddingSize"] or hidden
        dense, _, normed, decoder, decoder_bias = tensor_names.language_model(shape)
        result = linear(dense, width, hidden) + norm(normed, width)
        if not shape["TieWordEmbeddings"]:
            result.append(weight(decoder, shape["VocabSize"], width))
        return result + [bias(decoder_bias, shape["VocabSize"])]
    return []


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

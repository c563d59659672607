"""Computes the golden outputs beside this file, with PyTorch in float64.

    python3 make_goldens.py

Needs torch and numpy. The encoder is written out below from its definition (EncoderShape.cs has it in words), so that it
shares nothing with ONNX Runtime nor with the generator but the weights of random_model.py.
"""

import json
import math
import pathlib

import torch

import random_model

BASE = {
    "HiddenSize": 64, "NumHiddenLayers": 2, "NumAttentionHeads": 4, "IntermediateSize": 256,
    "MaxPositionEmbeddings": 64, "VocabSize": 100, "TypeVocabSize": 2, "PositionOffset": 0,
    "HiddenAct": "gelu", "LayerNormEps": 1e-12, "PreNorm": False,
}
ODD = {"HiddenSize": 52, "NumAttentionHeads": 2, "IntermediateSize": 77}

# Name: (what differs from BASE, lengths, values stored at either end of a row, or 0 for whole rows).
CASES = {
    "nice-gelu": ({}, (1, 7), 0),
    "nice-relu-untyped": ({"HiddenAct": "relu", "TypeVocabSize": 0}, (6,), 0),
    "odd-gelu": (ODD, (1, 2, 9), 0),
    "odd-silu-roberta": (
        {**ODD, "HiddenAct": "silu", "PositionOffset": 2, "TypeVocabSize": 1, "LayerNormEps": 1e-5}, (1, 8), 0),
    "odd-gelu-new-prenorm": (
        {**ODD, "HiddenAct": "gelu_new", "PreNorm": True, "PositionOffset": 2, "TypeVocabSize": 0}, (1, 5), 0),
    "odd-vectors": ({**ODD, "HiddenAct": "gelu_new", "VocabSize": 0, "TypeVocabSize": 0}, (1, 6), 0),
    "odd-vectors-prenorm": (
        {**ODD, "HiddenAct": "silu", "VocabSize": 0, "TypeVocabSize": 0, "PreNorm": True, "LayerNormEps": 1e-5}, (5,), 0),
    "heads-of-25": ({"HiddenSize": 200, "NumAttentionHeads": 8, "IntermediateSize": 777}, (1, 5, 33), 8),
    "minilm": (
        {"HiddenSize": 384, "NumHiddenLayers": 6, "NumAttentionHeads": 12, "IntermediateSize": 1536,
         "MaxPositionEmbeddings": 512, "VocabSize": 1000}, (1, 7, 64), 16),
}

# Attention probabilities are stored for texts up to this length.
ATTENTION_TOKENS = 8

# Digits after the point: rounding adds 5e-15, no more than float64 itself to values of order 1 to 10.
DIGITS = 14


def activation(name, x):
    if name == "relu":
        return torch.clamp(x, min=0)
    if name == "gelu":
        return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))
    if name == "gelu_new":
        return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return x / (1 + torch.exp(-x))


class Encoder:
    """One encoder over float64 copies of float32 weights."""

    def __init__(self, shape, tensors):
        self.shape = shape
        self.tensors = {name: torch.from_numpy(values).double() for name, values in tensors.items()}

    def linear(self, name, x):
        return x @ self.tensors[name + ".weight"].T + self.tensors[name + ".bias"]

    def norm(self, name, x):
        centered = x - x.mean(dim=-1, keepdim=True)
        variance = (centered * centered).mean(dim=-1, keepdim=True)
        scaled = centered / torch.sqrt(variance + self.shape["LayerNormEps"])
        return scaled * self.tensors[name + ".weight"] + self.tensors[name + ".bias"]

    def embed(self, ids, types):
        positions = torch.arange(len(ids)) + self.shape["PositionOffset"]
        x = self.tensors["embeddings.word_embeddings.weight"][ids]
        x = x + self.tensors["embeddings.position_embeddings.weight"][positions]
        if self.shape["TypeVocabSize"] > 0:
            x = x + self.tensors["embeddings.token_type_embeddings.weight"][types]
        return self.norm("embeddings.LayerNorm", x)

    def attention(self, layer, x):
        """The attention sub-layer up to its output product, and the probabilities [heads, tokens, tokens]."""
        heads = self.shape["NumAttentionHeads"]
        head = self.shape["HiddenSize"] // heads

        def split(name):
            return self.linear(layer + "attention.self." + name, x).reshape(-1, heads, head).transpose(0, 1)

        scores = split("query") @ split("key").transpose(1, 2) / math.sqrt(head)
        probabilities = torch.softmax(scores, dim=-1)
        combined = (probabilities @ split("value")).transpose(0, 1).reshape(-1, heads * head)
        return self.linear(layer + "attention.output.dense", combined), probabilities

    def feed_forward(self, layer, x):
        inner = activation(self.shape["HiddenAct"], self.linear(layer + "intermediate.dense", x))
        return self.linear(layer + "output.dense", inner)

    def encode(self, x):
        """The last hidden state [tokens, H] and the probabilities [layers, heads, tokens, tokens]."""
        attentions = []
        for i in range(self.shape["NumHiddenLayers"]):
            layer = f"encoder.layer.{i}."
            if self.shape["PreNorm"]:
                attended, probabilities = self.attention(layer, self.norm(layer + "attention.LayerNorm", x))
                x = x + attended
                x = x + self.feed_forward(layer, self.norm(layer + "intermediate.LayerNorm", x))
            else:
                attended, probabilities = self.attention(layer, x)
                x = self.norm(layer + "attention.output.LayerNorm", x + attended)
                x = self.norm(layer + "output.LayerNorm", x + self.feed_forward(layer, x))
            attentions.append(probabilities)
        return self.norm("LayerNorm", x) if self.shape["PreNorm"] else x, torch.stack(attentions)


def numbers(tensor):
    return [round(value, DIGITS) for value in tensor.reshape(-1).tolist()]


def text(encoder, seed, tokens, ends):
    shape = encoder.shape
    result = {"Tokens": tokens}
    if shape["VocabSize"] > 0:
        result["Ids"] = random_model.integers(seed, "input_ids", shape["VocabSize"], tokens).tolist()
        result["TypeIds"] = random_model.integers(seed, "token_type_ids", max(shape["TypeVocabSize"], 1), tokens).tolist()
        x = encoder.embed(result["Ids"], result["TypeIds"])
    else:
        # Made again by the reader, from the same seed.
        x = torch.from_numpy(random_model.vectors(shape, seed, tokens)).double()
    hidden, attentions = encoder.encode(x)
    result["Hidden"] = numbers(torch.cat([hidden[:, :ends], hidden[:, -ends:]], dim=1) if ends else hidden)
    result["Attentions"] = numbers(attentions) if ends == 0 and tokens <= ATTENTION_TOKENS else []
    return result


def main():
    torch.set_num_threads(1)
    for seed, (name, (changes, lengths, ends)) in enumerate(CASES.items(), start=1):
        shape = {**BASE, **changes}
        tensors = random_model.model(shape, seed)
        encoder = Encoder(shape, tensors)
        golden = {
            "Name": name,
            "Shape": shape,
            "Seed": seed,
            "Checksum": random_model.checksum(tensors),
            "Ends": ends,
            "Texts": [text(encoder, seed, tokens, ends) for tokens in lengths],
        }
        path = pathlib.Path(__file__).parent / (name + ".json")
        path.write_text(json.dumps(golden) + "\n")
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()

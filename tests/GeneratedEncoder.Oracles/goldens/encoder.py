"""Encoders and their heads in PyTorch, in float64, written out from their definitions.

EncoderShape.cs has the definition in words; what differs between architectures is from their papers and configurations.
Nothing is shared with ONNX Runtime nor with the generator but the weights of random_model.py.
"""

import math

import torch

import tensor_names


def activation(name, x):
    if name == "relu":
        return torch.clamp(x, min=0)
    if name == "gelu":
        return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))
    if name == "gelu_new":
        return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    if name == "silu":
        return x / (1 + torch.exp(-x))
    if name == "tanh":
        return torch.tanh(x)
    raise ValueError(f"no such activation: {name}")


def relative_bucket(distance, buckets, max_distance=128):
    """The row of T5's and MPNet's table for a key at position query + distance."""
    half = buckets // 2
    exact = half // 2
    row = half if distance > 0 else 0
    distance = abs(distance)
    if distance < exact:
        return row + distance
    steps = math.log(distance / exact) / math.log(max_distance / exact) * (half - exact)
    return row + min(exact + int(steps), half - 1)


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
        x = self.tensors[tensor_names.WORDS + ".weight"][ids]
        x = x + self.tensors[tensor_names.POSITIONS + ".weight"][positions]
        if self.shape["TypeVocabSize"] > 0:
            x = x + self.tensors[tensor_names.TYPES + ".weight"][types]
        x = self.norm(tensor_names.EMBEDDING_NORM, x)
        projection = tensor_names.projection(self.shape)
        return self.linear(projection, x) if projection else x

    def relative_bias(self, tokens):
        """What is added to every layer's scores, [heads, queries, keys]."""
        buckets = self.shape["RelativeAttentionNumBuckets"]
        if buckets == 0:
            return 0
        rows = torch.tensor([
            [relative_bucket(key - query, buckets) for key in range(tokens)] for query in range(tokens)])
        return self.tensors[tensor_names.RELATIVE_BIAS + ".weight"][rows].permute(2, 0, 1)

    def attention(self, names, x, bias):
        """The attention sub-layer up to its output product, and the probabilities [heads, tokens, tokens]."""
        heads = self.shape["NumAttentionHeads"]
        head = self.shape["HiddenSize"] // heads

        def split(part):
            return self.linear(names[part], x).reshape(-1, heads, head).transpose(0, 1)

        scores = split("query") @ split("key").transpose(1, 2) / math.sqrt(head) + bias
        probabilities = torch.softmax(scores, dim=-1)
        combined = (probabilities @ split("value")).transpose(0, 1).reshape(-1, heads * head)
        return self.linear(names["attention_output"], combined), probabilities

    def feed_forward(self, names, x):
        inner = activation(self.shape["HiddenAct"], self.linear(names["inner"], x))
        return self.linear(names["outer"], inner)

    def encode(self, x):
        """The last hidden state [tokens, H] and the probabilities [layers, heads, tokens, tokens]."""
        layers, groups = self.shape["NumHiddenLayers"], self.shape["NumHiddenGroups"]
        bias = self.relative_bias(len(x))
        attentions = []
        for i in range(layers):
            # ALBERT: as many layers to each set of weights, one after the other.
            names = tensor_names.layer(self.shape, i // (layers // groups) if groups else i)
            if self.shape["PreNorm"]:
                attended, probabilities = self.attention(names, self.norm(names["attention_norm"], x), bias)
                x = x + attended
                x = x + self.feed_forward(names, self.norm(names["output_norm"], x))
            else:
                attended, probabilities = self.attention(names, x, bias)
                x = self.norm(names["attention_norm"], x + attended)
                x = self.norm(names["output_norm"], x + self.feed_forward(names, x))
            attentions.append(probabilities)
        return self.norm(tensor_names.FINAL_NORM, x) if self.shape["PreNorm"] else x, torch.stack(attentions)

    def pool(self, hidden):
        """The pooler's output [H]."""
        name = "pooler" if self.shape["ModelType"] == "albert" else "pooler.dense"
        return torch.tanh(self.linear(name, hidden[0]))

    def classify(self, hidden):
        """The text's logits [labels]."""
        dense, act, output = tensor_names.sequence_classifier(self.shape)
        return self.linear(output, activation(act, self.linear(dense, hidden[0])))

    def label_tokens(self, hidden):
        """Each token's logits [tokens, labels]."""
        return self.linear("classifier", hidden)

    def predict_words(self, hidden):
        """Each token's logits [tokens, V]."""
        dense, act, normed, decoder, bias = tensor_names.language_model(self.shape)
        x = self.norm(normed, activation(act, self.linear(dense, hidden)))
        if self.shape["TieWordEmbeddings"]:
            decoder = tensor_names.WORDS + ".weight"
        return x @ self.tensors[decoder].T + self.tensors[bias]

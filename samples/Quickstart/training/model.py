"""The encoder: BERT as Hugging Face defines it (post-norm), with a masked-word head.

Nothing here depends on Hugging Face; only the names of the tensors are theirs, so that any
program that reads a BertForMaskedLM checkpoint reads this one.
"""

import json
import struct

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

CONFIG = {
    "architectures": ["BertForMaskedLM"],
    "model_type": "bert",
    "hidden_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 256,
    "hidden_act": "relu",
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 32,
    "type_vocab_size": 0,
    "position_embedding_type": "absolute",
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
    "initializer_range": 0.02,
    "pad_token_id": 0,
    "tie_word_embeddings": True,
    "torch_dtype": "float16",
    # not keys of Hugging Face: the heads that were trained to link words (links.py)
    "coreference_head": {"layer": 1, "head": 0},
    "subject_head": {"layer": 1, "head": 1},
    "adjective_head": {"layer": 1, "head": 2},
}


class Linear(nn.Linear):
    """nn.Linear, computed as a 1x1 convolution.

    The same sums; but a PyTorch that was built without an optimized BLAS (Debian's) still
    has the fast convolutions of oneDNN, which makes training about eight times faster."""

    def forward(self, x):
        rows = x.reshape(-1, self.in_features, 1, 1)
        y = F.conv2d(rows, self.weight[:, :, None, None], self.bias)
        return y.view(*x.shape[:-1], self.out_features)


def norm(config):
    return nn.LayerNorm(config["hidden_size"], eps=config["layer_norm_eps"])


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        d, inner = config["hidden_size"], config["intermediate_size"]
        self.heads = config["num_attention_heads"]
        self.query, self.key, self.value, self.out = (Linear(d, d) for _ in range(4))
        self.attention_norm = norm(config)
        self.up, self.down = Linear(d, inner), Linear(inner, d)
        self.output_norm = norm(config)

    def forward(self, x, mask):
        batch, length, d = x.shape

        def split(y):
            return y.view(batch, length, self.heads, d // self.heads).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = q @ k.transpose(-1, -2) / (d // self.heads) ** 0.5 + mask
        log_attention = F.log_softmax(scores, -1)
        mixed = (log_attention.exp() @ v).transpose(1, 2).reshape(batch, length, d)
        x = self.attention_norm(x + self.out(mixed))
        x = self.output_norm(x + self.down(F.relu(self.up(x))))
        return x, log_attention


class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        d = config["hidden_size"]
        self.config = config
        self.words = nn.Embedding(config["vocab_size"], d)
        self.positions = nn.Embedding(config["max_position_embeddings"], d)
        self.embedding_norm = norm(config)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config["num_hidden_layers"]))
        self.transform = Linear(d, d)
        self.transform_norm = norm(config)
        self.bias = nn.Parameter(torch.zeros(config["vocab_size"]))
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, std=0.05)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def forward(self, ids):
        """The last hidden state and the log attention of every layer; 0 is padding."""
        mask = (ids == 0).to(self.bias.dtype)[:, None, None, :] * -1e9
        x = self.words(ids) + self.positions.weight[:ids.shape[1]]
        x = self.embedding_norm(x)
        attentions = []
        for layer in self.layers:
            x, attention = layer(x, mask)
            attentions.append(attention)
        return x, attentions

    def predict(self, hidden):
        """The scores of all words, for hidden states of any shape [..., d]."""
        y = self.transform_norm(F.relu(self.transform(hidden)))
        rows = y.reshape(-1, y.shape[-1], 1, 1)
        return F.conv2d(rows, self.words.weight[:, :, None, None], self.bias).view(*y.shape[:-1], -1)

    def tensors(self):
        """Name in the checkpoint -> parameter."""
        named = {
            "bert.embeddings.word_embeddings.weight": self.words.weight,
            "bert.embeddings.position_embeddings.weight": self.positions.weight,
            "cls.predictions.bias": self.bias,
        }

        def add(name, module):
            named[name + ".weight"] = module.weight
            named[name + ".bias"] = module.bias

        add("bert.embeddings.LayerNorm", self.embedding_norm)
        for i, layer in enumerate(self.layers):
            prefix = "bert.encoder.layer.%d." % i
            add(prefix + "attention.self.query", layer.query)
            add(prefix + "attention.self.key", layer.key)
            add(prefix + "attention.self.value", layer.value)
            add(prefix + "attention.output.dense", layer.out)
            add(prefix + "attention.output.LayerNorm", layer.attention_norm)
            add(prefix + "intermediate.dense", layer.up)
            add(prefix + "output.dense", layer.down)
            add(prefix + "output.LayerNorm", layer.output_norm)
        add("cls.predictions.transform.dense", self.transform)
        add("cls.predictions.transform.LayerNorm", self.transform_norm)
        return named

    def load(self, tensors):
        """Takes over weights that were saved."""
        with torch.no_grad():
            for name, parameter in self.tensors().items():
                parameter.copy_(torch.tensor(tensors[name]))

    def round_to_saved(self):
        """Makes every weight exactly what the checkpoint holds: F16, of which 8 significant bits are used.

        The unused bits are zero, so that the file is a third smaller where it is compressed, as on its way to a browser.  The saved
        weights are those that are measured."""
        with torch.no_grad():
            for p in self.parameters():
                bits = p.half().view(torch.int16)
                p.copy_(((bits + 4) & ~7).view(torch.float16).float())


# ---------------------------------------------------------------------------------------
# safetensors
# ---------------------------------------------------------------------------------------

def write_safetensors(path, tensors):
    """Length of the header (u64, little endian), JSON header padded to 8 bytes, data (F16)."""
    header, chunks, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name in sorted(tensors):
        array = np.ascontiguousarray(tensors[name].detach().numpy().astype("<f2"))
        header[name] = {"dtype": "F16", "shape": list(array.shape),
                        "data_offsets": [offset, offset + array.nbytes]}
        chunks.append(array.tobytes())
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def read_safetensors(path):
    """Name -> float64 array."""
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(size)), file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            tensors[name] = np.frombuffer(data[begin:end], "<f2").reshape(entry["shape"]).astype(np.float64)
    return tensors


# ---------------------------------------------------------------------------------------
# A second, plain forward in float64 from the saved file, to check other implementations
# ---------------------------------------------------------------------------------------

def reference_forward(tensors, config, ids):
    """The last hidden state [tokens, hidden] and the attention [layer][head, tokens, tokens]."""

    def linear(x, name):
        return x @ tensors[name + ".weight"].T + tensors[name + ".bias"]

    def layer_norm(x, name):
        centred = x - x.mean(-1, keepdims=True)
        variance = (centred ** 2).mean(-1, keepdims=True)
        return (centred / np.sqrt(variance + config["layer_norm_eps"])
                * tensors[name + ".weight"] + tensors[name + ".bias"])

    n, heads = len(ids), config["num_attention_heads"]
    size = config["hidden_size"] // heads
    x = (tensors["bert.embeddings.word_embeddings.weight"][ids]
         + tensors["bert.embeddings.position_embeddings.weight"][:n])
    x = layer_norm(x, "bert.embeddings.LayerNorm")
    attentions = []
    for i in range(config["num_hidden_layers"]):
        prefix = "bert.encoder.layer.%d." % i
        q, k, v = (linear(x, prefix + "attention.self." + part).reshape(n, heads, size).transpose(1, 0, 2)
                   for part in ("query", "key", "value"))
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(size)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        attentions.append(weights)
        mixed = (weights @ v).transpose(1, 0, 2).reshape(n, -1)
        x = layer_norm(x + linear(mixed, prefix + "attention.output.dense"), prefix + "attention.output.LayerNorm")
        inner = np.maximum(linear(x, prefix + "intermediate.dense"), 0)
        x = layer_norm(x + linear(inner, prefix + "output.dense"), prefix + "output.LayerNorm")
    return x, attentions

"""Computes the golden outputs beside this file, with PyTorch in float64.

    python3 make_goldens.py [name ...]

Needs torch and numpy. Makes all of them, or those named.
"""

import json
import pathlib
import sys

import torch

import random_model
from encoder import Encoder

# What EncoderShape has where a golden says nothing.
DEFAULTS = {
    "ModelType": "bert", "EmbeddingSize": 0, "NumHiddenGroups": 0, "RelativeAttentionNumBuckets": 0,
    "Head": "None", "NumLabels": 0, "TieWordEmbeddings": True,
}
BASE = {
    "HiddenSize": 64, "NumHiddenLayers": 2, "NumAttentionHeads": 4, "IntermediateSize": 256,
    "MaxPositionEmbeddings": 64, "VocabSize": 100, "TypeVocabSize": 2, "PositionOffset": 0,
    "HiddenAct": "gelu", "LayerNormEps": 1e-12, "PreNorm": False,
}
ODD = {"HiddenSize": 52, "NumAttentionHeads": 2, "IntermediateSize": 77}

# The architectures, in small and odd sizes. Heads of 13; 37 positions.
SMALL = {**ODD, "NumAttentionHeads": 4, "MaxPositionEmbeddings": 37, "VocabSize": 61}
ROBERTA = {
    **SMALL, "ModelType": "roberta", "MaxPositionEmbeddings": 39, "PositionOffset": 2, "TypeVocabSize": 1,
    "LayerNormEps": 1e-5}
DISTILBERT = {**SMALL, "ModelType": "distilbert", "TypeVocabSize": 0}
MPNET = {
    **SMALL, "ModelType": "mpnet", "MaxPositionEmbeddings": 39, "PositionOffset": 2, "TypeVocabSize": 0,
    "LayerNormEps": 1e-5, "RelativeAttentionNumBuckets": 32}
ELECTRA = {**SMALL, "ModelType": "electra", "EmbeddingSize": 20}
ALBERT = {**SMALL, "ModelType": "albert", "EmbeddingSize": 20, "NumHiddenGroups": 1, "HiddenAct": "gelu_new"}

POOLER = {"Head": "Pooler"}
CLASSIFIER = {"Head": "SequenceClassification"}
LABELLER = {"Head": "TokenClassification"}
LANGUAGE_MODEL = {"Head": "MaskedLM"}

# Name: (what differs from BASE, lengths, values stored at either end of a row, or 0 for whole rows, tokens of the longest
# text whose attention probabilities are stored).
CASES = {
    "nice-gelu": ({}, (1, 7), 0, 8),
    "nice-relu-untyped": ({"HiddenAct": "relu", "TypeVocabSize": 0}, (6,), 0, 8),
    "odd-gelu": (ODD, (1, 2, 9), 0, 8),
    "odd-silu-roberta": (
        {**ODD, "HiddenAct": "silu", "PositionOffset": 2, "TypeVocabSize": 1, "LayerNormEps": 1e-5}, (1, 8), 0, 8),
    "odd-gelu-new-prenorm": (
        {**ODD, "HiddenAct": "gelu_new", "PreNorm": True, "PositionOffset": 2, "TypeVocabSize": 0}, (1, 5), 0, 8),
    "odd-vectors": ({**ODD, "HiddenAct": "gelu_new", "VocabSize": 0, "TypeVocabSize": 0}, (1, 6), 0, 8),
    "odd-vectors-prenorm": (
        {**ODD, "HiddenAct": "silu", "VocabSize": 0, "TypeVocabSize": 0, "PreNorm": True, "LayerNormEps": 1e-5}, (5,), 0, 8),
    "heads-of-25": ({"HiddenSize": 200, "NumAttentionHeads": 8, "IntermediateSize": 777}, (1, 5, 33), 8, 0),
    "minilm": (
        {"HiddenSize": 384, "NumHiddenLayers": 6, "NumAttentionHeads": 12, "IntermediateSize": 1536,
         "MaxPositionEmbeddings": 512, "VocabSize": 1000}, (1, 7, 64), 16, 0),

    "roberta": (ROBERTA, (1, 2, 7, 37), 3, 7),
    "distilbert": ({**DISTILBERT, "NumHiddenLayers": 3}, (1, 2, 7, 37), 3, 2),
    # Long enough for every bucket: the last one begins at a distance of 91.
    "mpnet": ({**MPNET, "MaxPositionEmbeddings": 152}, (1, 2, 7, 30, 150), 2, 7),
    "electra-narrow": (ELECTRA, (1, 2, 7, 37), 3, 2),
    "electra-even": ({**ELECTRA, "EmbeddingSize": 0, "HiddenAct": "relu"}, (1, 7), 3, 2),
    "albert-two-groups": ({**ALBERT, "NumHiddenLayers": 4, "NumHiddenGroups": 2}, (1, 2, 7, 37), 3, 2),
    "albert-one-group": ({**ALBERT, "NumHiddenLayers": 3}, (1, 7), 3, 2),
    "albert-even": ({**ALBERT, "EmbeddingSize": 0, "HiddenAct": "gelu"}, (1, 7), 3, 2),

    "bert-pooler": ({**SMALL, **POOLER}, (1, 2, 7, 37), 1, 0),
    "mpnet-pooler": ({**MPNET, **POOLER}, (1, 7), 1, 0),
    "albert-pooler": ({**ALBERT, **POOLER}, (1, 7), 1, 0),
    "bert-classifier": ({**SMALL, **CLASSIFIER, "NumLabels": 3}, (1, 2, 7, 37), 1, 0),
    "roberta-classifier": ({**ROBERTA, **CLASSIFIER, "NumLabels": 1}, (1, 2, 7, 37), 1, 0),
    "xlm-roberta-classifier": (
        {**ROBERTA, **CLASSIFIER, "ModelType": "xlm-roberta", "NumLabels": 28}, (1, 7), 1, 0),
    "distilbert-classifier": ({**DISTILBERT, **CLASSIFIER, "NumLabels": 2}, (1, 7), 1, 0),
    "mpnet-classifier": ({**MPNET, **CLASSIFIER, "NumLabels": 3}, (1, 7), 1, 0),
    "electra-classifier": ({**ELECTRA, **CLASSIFIER, "NumLabels": 17, "HiddenAct": "relu"}, (1, 7), 1, 0),
    "albert-classifier": ({**ALBERT, **CLASSIFIER, "NumLabels": 4}, (1, 7), 1, 0),
    "bert-labeller": ({**SMALL, **LABELLER, "NumLabels": 5}, (1, 2, 7, 37), 1, 0),
    "distilbert-labeller": ({**DISTILBERT, **LABELLER, "NumLabels": 9}, (1, 7), 1, 0),
    "camembert-labeller": ({**ROBERTA, **LABELLER, "ModelType": "camembert", "NumLabels": 1}, (1, 7), 1, 0),
    "bert-words": ({**SMALL, **LANGUAGE_MODEL, "HiddenAct": "relu"}, (1, 2, 7, 37), 1, 0),
    "bert-words-untied": ({**SMALL, **LANGUAGE_MODEL, "TieWordEmbeddings": False}, (1, 7), 1, 0),
    "roberta-words": ({**ROBERTA, **LANGUAGE_MODEL, "HiddenAct": "relu"}, (1, 7), 1, 0),
    "distilbert-words": ({**DISTILBERT, **LANGUAGE_MODEL}, (1, 7), 1, 0),
    "mpnet-words": ({**MPNET, **LANGUAGE_MODEL}, (1, 7), 1, 0),
    "electra-words": ({**ELECTRA, **LANGUAGE_MODEL, "HiddenAct": "relu"}, (1, 7), 1, 0),
    "albert-words": ({**ALBERT, **LANGUAGE_MODEL}, (1, 7), 1, 0),
}

# Digits after the point: rounding adds 5e-15, no more than float64 itself to values of order 1 to 10.
DIGITS = 14


def numbers(tensor):
    return [round(value, DIGITS) for value in tensor.reshape(-1).tolist()]


def positions(tokens):
    """Where words are predicted: not in order, and not everywhere."""
    return [0] if tokens == 1 else [tokens - 1, 0] if tokens < 5 else [4, tokens - 1, 1]


def head(encoder, result, hidden):
    """Adds what the head gives."""
    kind = encoder.shape["Head"]
    if kind == "Pooler":
        result["PoolerOutput"] = numbers(encoder.pool(hidden))
    elif kind == "SequenceClassification":
        result["Logits"] = numbers(encoder.classify(hidden))
    elif kind == "TokenClassification":
        result["Logits"] = numbers(encoder.label_tokens(hidden))
    elif kind == "MaskedLM":
        result["Positions"] = positions(len(hidden))
        result["Logits"] = numbers(encoder.predict_words(hidden)[result["Positions"]])


def text(encoder, seed, tokens, ends, attended):
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
    result["Attentions"] = numbers(attentions) if tokens <= attended else []
    head(encoder, result, hidden)
    return result


def main():
    torch.set_num_threads(1)
    for seed, (name, (changes, lengths, ends, attended)) in enumerate(CASES.items(), start=1):
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        stored = {**BASE, **changes}
        shape = {**DEFAULTS, **stored}
        tensors = random_model.model(shape, seed)
        encoder = Encoder(shape, tensors)
        golden = {
            "Name": name,
            "Shape": stored,
            "Seed": seed,
            "Checksum": random_model.checksum(tensors),
            "Ends": ends,
            "Texts": [text(encoder, seed, tokens, ends, attended) for tokens in lengths],
        }
        path = pathlib.Path(__file__).parent / (name + ".json")
        path.write_text(json.dumps(golden) + "\n")
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()

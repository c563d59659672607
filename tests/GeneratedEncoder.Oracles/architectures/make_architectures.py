"""Makes the model folders beside this file, with what PyTorch computes of them in float64.

    python3 make_architectures.py [name ...]

Needs torch and numpy. Makes all of them, or those named.
"""

import json
import math
import pathlib
import shutil
import sys

import torch

import folder
import modules
from cases import CASES
from parts import numbers
from random_model import integers

HERE = pathlib.Path(__file__).parent
# A text longer than this has only the hidden states of its first and last three tokens stored.
WHOLE = 12
# Tokens of the text whose attention probabilities are stored.
ATTENDED = 7
DIGITS = 9
MOST_BYTES = 250_000


def draw(specs, seed):
    """float32 tensors by name. Every name is given once."""
    tensors = {
        name: numbers(seed, name, center, spread, math.prod(dims)).reshape(dims)
        for name, dims, center, spread in specs}
    assert len(tensors) == len(specs)
    return tensors


def flat(tensor):
    return [float(f"{value:.{DIGITS}g}") for value in tensor.reshape(-1).tolist()]


def positions(tokens):
    """Where words are predicted: not in order, and not everywhere."""
    return [0] if tokens == 1 else [tokens - 1, 0] if tokens < 5 else [4, tokens - 1, 1]


def check(encoder, hidden, attentions, tokens):
    """Shapes are right, hidden states of order 1, and attention is neither uniform nor on single tokens."""
    layers, heads = encoder.size
    assert hidden.dtype == torch.float64 and len(hidden) == tokens
    assert tuple(attentions.shape) == (layers, heads, tokens, tokens)
    assert torch.isfinite(hidden).all()
    assert 0.3 < hidden.std() < 3, hidden.std()
    assert torch.allclose(attentions.sum(dim=-1), torch.ones(1, dtype=torch.float64))
    if tokens == ATTENDED:
        entropy = -(attentions * torch.log(attentions.clamp(min=1e-300))).sum(dim=-1).mean() / math.log(tokens)
        assert 0.2 < entropy < 0.9, entropy


def float32_error(encoder, ids, types, hidden):
    """Root mean square of what the same forward pass errs by in float32."""
    exact = encoder.tensors
    encoder.tensors = {name: values.to(torch.float32) for name, values in exact.items()}
    rounded, _ = encoder.encode(ids, types)
    encoder.tensors = exact
    assert rounded.dtype == torch.float32
    return float(f"{(rounded.to(torch.float64) - hidden).square().mean().sqrt().item():.3g}")


def text(case, encoder, module_tensors, seed, tokens):
    """One text's inputs and outputs."""
    ids = integers(seed, f"input_ids.{tokens}", encoder.config["vocab_size"], tokens).tolist()
    types = integers(seed, f"token_type_ids.{tokens}", max(encoder.types, 1), tokens).tolist()
    result = {"inputIds": ids}
    if encoder.types > 0:
        result["tokenTypeIds"] = types
    hidden, attentions = encoder.encode(ids, types)
    check(encoder, hidden, attentions, tokens)
    if case.float32:
        result["float32Error"] = float32_error(encoder, ids, types, hidden)
    stored = hidden
    if tokens > WHOLE:
        result["rows"] = [0, 1, 2, tokens - 3, tokens - 2, tokens - 1]
        stored = hidden[result["rows"]]
    result["lastHiddenState"] = flat(stored)
    result["embedding"] = flat(modules.embed(hidden, case.modules, module_tensors))
    if encoder.head == "SequenceClassification":
        logits = encoder.classify(hidden)
        assert tuple(logits.shape) == (encoder.labels,)
        result["logits"] = flat(logits)
    elif encoder.head == "TokenClassification":
        logits = encoder.label_tokens(hidden)
        assert tuple(logits.shape) == (tokens, encoder.labels)
        result["logits"] = flat(logits)
    elif encoder.head == "MaskedLM":
        result["positions"] = positions(tokens)
        words = encoder.predict_words(hidden)[result["positions"]]
        assert tuple(words.shape) == (len(result["positions"]), encoder.config["vocab_size"])
        result["wordLogits"] = flat(words)
    if tokens == ATTENDED:
        result["attentions"] = flat(attentions)
    return result


def write_modules(case, path, seed):
    """Writes what sentence-transformers adds to a folder, and returns the float64 tensors of each module."""
    if not case.modules:
        return []
    listed = [{"idx": 0, "name": "0", "path": "", "type": case.transformer}]
    listed += [
        {"idx": i, "name": str(i), "path": module["path"], "type": module["type"]}
        for i, module in enumerate(case.modules, start=1)]
    folder.write_json(path / "modules.json", listed)
    folder.write_json(path / "sentence_bert_config.json", {"max_seq_length": max(case.lengths), "do_lower_case": False})
    tensors = []
    for module in case.modules:
        specs = modules.specs(module)
        if module["config"]:
            folder.write_json(path / module["path"] / "config.json", module["config"])
        drawn = draw([(f"{module['path']}.{name}", *rest) for name, *rest in specs], seed)
        stored = folder.write_tensors(
            path / module["path"] / "model.safetensors",
            {name[len(module["path"]) + 1:]: values for name, values in drawn.items()}, case.stored) if specs else {}
        tensors.append({name: torch.from_numpy(values) for name, values in stored.items()})
    return tensors


def make(name, case, seed):
    path = HERE / name
    shutil.rmtree(path, ignore_errors=True)
    folder.write_json(path / "config.json", case.config)
    encoder = case.encoder(case.config, case.prefix)
    stored = folder.write_tensors(path / "model.safetensors", draw(encoder.specs(), seed), case.stored)
    encoder.tensors = {tensor: torch.from_numpy(values) for tensor, values in stored.items()}
    module_tensors = write_modules(case, path, seed)
    expected = {"texts": [text(case, encoder, module_tensors, seed, tokens) for tokens in case.lengths]}
    (path / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    assert size <= MOST_BYTES, size
    print(f"{name}: {size} bytes")


def main():
    torch.set_num_threads(1)
    for name, case in CASES.items():
        if not sys.argv[1:] or name in sys.argv[1:]:
            make(name, case, case.seed)


if __name__ == "__main__":
    main()

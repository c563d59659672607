"""Writes a model folder's files: safetensors, and JSON as Hugging Face's libraries lay it out."""

import json

import numpy as np


def bfloat16_bits(values):
    """The upper halves of float32 values, rounded to the nearest and, between two, to the even one."""
    bits = values.view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def store(values, kind):
    """(bytes as stored, the float64 values that they stand for) of float32 values."""
    if kind == "F32":
        return values.astype("<f4").tobytes(), values.astype(np.float64)
    if kind == "F16":
        halves = values.astype("<f2")
        return halves.tobytes(), halves.astype(np.float64)
    if kind == "BF16":
        bits = bfloat16_bits(values)
        return bits.astype("<u2").tobytes(), (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    raise ValueError(f"no such type: {kind}")


def write_tensors(path, tensors, kind):
    """Writes float32 tensors by name and returns what is stored as float64."""
    header, data, stored = {"__metadata__": {"format": "pt"}}, b"", {}
    for name in sorted(tensors):
        content, values = store(np.ascontiguousarray(tensors[name]), kind)
        header[name] = {
            "dtype": kind, "shape": list(values.shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
        stored[name] = values
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return stored


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")

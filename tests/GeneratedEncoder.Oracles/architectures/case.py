"""One model folder's recipe."""

import dataclasses

DTYPES = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}


@dataclasses.dataclass
class Case:
    """What a folder's files hold, and the lengths of the texts that it is asked about."""

    seed: int
    # The class of the architecture.
    encoder: type
    config: dict
    # The type of all tensors: F32, F16 or BF16.
    stored: str
    lengths: tuple
    # Before the names of the encoder's tensors, but not of its head's.
    prefix: str = ""
    # {path, type, config} of what follows the encoder.
    modules: list = dataclasses.field(default_factory=list)
    transformer: str = "sentence_transformers.models.Transformer"
    # Whether PyTorch's own error in float32 is stored too.
    float32: bool = False

    def __post_init__(self):
        self.config = {**self.config, "torch_dtype": DTYPES[self.stored]}


def labels(count):
    """The configuration's names of labels, both ways."""
    return {
        "id2label": {str(i): f"LABEL_{i}" for i in range(count)},
        "label2id": {f"LABEL_{i}": i for i in range(count)},
    }

"""Parity files: an input and PyTorch's output for it, to hold against what another runtime makes of the input."""
import base64
import json
from pathlib import Path
from typing import Mapping

from torch import Tensor


def write_parity(file: Path, inputs: Mapping[str, Tensor], outputs: Mapping[str, Tensor]) -> None:
    """Each tensor as its shape and its float32 samples, little-endian, in base64."""
    state = {"inputs": _described(inputs), "outputs": _described(outputs)}
    file.write_text(json.dumps(state, indent=1) + "\n")


def _described(tensors: Mapping[str, Tensor]) -> dict[str, object]:
    return {
        name: {
            "shape": list(tensor.shape),
            "float32": base64.b64encode(tensor.contiguous().numpy().astype("<f4").tobytes()).decode("ascii"),
        }
        for name, tensor in tensors.items()
    }

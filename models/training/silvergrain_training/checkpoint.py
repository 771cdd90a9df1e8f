"""Checkpoints: everything that a run is at a step, written so that a crash leaves the old one or the new one."""
import os
from pathlib import Path
from typing import Any, Mapping

import torch
from torch import Tensor

FORMAT = 1


def save(file: Path, state: Mapping[str, Any]) -> None:
    """Writes beside the file, reaches the disk, then takes its name."""
    part = file.with_name(file.name + ".part")
    with part.open("wb") as stream:
        torch.save({"format": FORMAT, **state}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(part, file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(file: Path) -> dict[str, Any]:
    """
    What a checkpoint holds. Only for files that you trust: before PyTorch 2.6 unpickling them may run code.

    It cannot be asked not to: PyTorch 1.13's `weights_only` knows no floats, and Adam's settings are floats.
    """
    return torch.load(file, map_location="cpu")


def load(file: Path) -> dict[str, Any]:
    """A checkpoint of a run, to be resumed. Raises SystemExit where it is none."""
    state = read(file)
    if state.get("format") != FORMAT:
        raise SystemExit(f"Expected a checkpoint of format {FORMAT} to resume, found {state.get('format')} in {file}.")
    return state


def generator_weights(file: Path) -> dict[str, Tensor]:
    """The averaged generator of a checkpoint, of any stage."""
    return read(file)["ema"]


def discriminator_weights(file: Path) -> dict[str, Tensor] | None:
    """The discriminator of a checkpoint, or nothing after the L1 stage. The first checkpoints called it `d`."""
    state = read(file)
    return state.get("discriminator") or state.get("d")


def require_same(saved: Mapping[str, Any], given: Mapping[str, Any], file: Path) -> None:
    """A run that goes on with other settings would be no one run. Raises SystemExit that names what differs."""
    for name, value in given.items():
        if saved.get(name) != value:
            raise SystemExit(f"{file} was made with {name} = {saved.get(name)}, this run was given {value}.")

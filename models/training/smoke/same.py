"""
Whether two runs are the same, bit by bit: `same.py ONE/gan.pt OTHER/gan.pt`.

Their logs must agree too, but for the time.

Exits with 1 and says what differs.
"""
import csv
import sys
from pathlib import Path
from typing import Any, Iterator

import torch
from torch import Tensor

from silvergrain_training.checkpoint import read


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every tensor and number of nested containers, with where it is."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}/{name}")
    elif isinstance(value, (list, tuple)):
        for at, inner in enumerate(value):
            yield from leaves(inner, f"{path}/{at}")
    else:
        yield path, value


def content(file: Path) -> dict[str, Any]:
    found = dict(leaves(read(file)))
    # The half-filled mean of the time a step takes is no part of the run.
    found.pop("/log/sums/ms_per_step", None)
    return found


def log_of(file: Path) -> list[dict[str, str]]:
    with file.with_suffix(".csv").open(newline="") as stream:
        return [{name: value for name, value in row.items() if name != "ms_per_step"} for row in csv.DictReader(stream)]


def equal(one: Any, other: Any) -> bool:
    return torch.equal(one, other) if isinstance(one, Tensor) else one == other


def main() -> None:
    one, other = Path(sys.argv[1]), Path(sys.argv[2])
    ours, theirs = content(one), content(other)
    differing = sorted(ours.keys() ^ theirs.keys())
    differing += [path for path in ours.keys() & theirs.keys() if not equal(ours[path], theirs[path])]
    if log_of(one) != log_of(other):
        differing.append("the log")
    if differing:
        raise SystemExit(f"{one} and {other} differ in {len(differing)} places, the first is {differing[0]}.")
    print(f"{one.name}: the resumed run is the undisturbed one, in all {len(ours)} values.")


if __name__ == "__main__":
    main()

"""The loop that both stages share: patches in, log and checkpoints out, resumed where a checkpoint is."""
import argparse
import time
from typing import Any, Mapping, Protocol

import torch

from . import checkpoint, precision
from .options import identity
from .patches import Batch, PatchSource
from .photos import load_photos, megapixels
from .run_log import RunLog
from .stop import StopRequest


class Stage(Protocol):
    """One kind of training. `state` and `load` carry all that a step depends on."""

    name: str
    columns: tuple[str, ...]
    settings: tuple[str, ...]

    def learning_rate(self, step: int) -> float: ...
    def learn(self, batch: Batch, step: int, learning_rate: float) -> Mapping[str, float]: ...
    def state(self) -> dict[str, Any]: ...
    def load(self, state: Mapping[str, Any]) -> None: ...


def prepare(options: argparse.Namespace) -> None:
    """What must be settled before a network is made: threads, first weights, precision."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.precision = precision.resolve(options.precision)


def train(stage: Stage, options: argparse.Namespace) -> None:
    """Runs the stage to its last step, or until a signal; either way the checkpoint is the last step done."""
    stop = StopRequest()
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / f"{stage.name}.pt"
    log = RunLog(options.out / f"{stage.name}.csv", stage.columns, options.log_every)
    own = identity(options, stage.settings)
    step = 0
    if file.exists():
        saved = checkpoint.load(file)
        checkpoint.require_same(saved["settings"], own, file)
        stage.load(saved)
        step = saved["step"]
        log.start(step, saved["log"])
    else:
        log.start(0)
    photos = load_photos(options.photos, at_least_px=options.patch_px * 2)
    source = PatchSource(photos, options.patch_px, options.seed)
    size = f"{len(photos)} photos, {megapixels(photos):.0f} MP"
    print(f"{size}; {options.precision}; step {step} of {options.steps}", flush=True)

    def save() -> None:
        checkpoint.save(file, {**stage.state(), "settings": own, "step": step, "log": log.state()})

    while step < options.steps and not stop:
        began = time.monotonic()
        rate = stage.learning_rate(step)
        values = stage.learn(source.batch(step, options.batch), step, rate)
        step += 1
        log.add(step, {**values, "lr": rate, "ms_per_step": (time.monotonic() - began) * 1000})
        if step % options.save_every == 0:
            save()
    save()
    print(f"{'stopped' if stop else 'done'} at step {step}, saved {file}", flush=True)

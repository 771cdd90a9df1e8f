"""The command line that both stages share."""
import argparse
import os
from pathlib import Path

from . import precision


def parser(description: str, *, steps: int, batch: int, learning_rate: float) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter, allow_abbrev=False
    )
    made.add_argument("--photos", type=Path, nargs="+", required=True, metavar="DIR", help="folders of PNG photos")
    made.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the checkpoint and the log")
    made.add_argument("--steps", type=int, default=steps, help="length of the run; the schedule follows from it")
    made.add_argument("--batch", type=int, default=batch, help="patches a step")
    made.add_argument("--patch-px", type=int, default=96, help="side of a patch at full size, a multiple of 16")
    made.add_argument("--learning-rate", type=float, default=learning_rate, help="highest learning rate")
    made.add_argument("--ema", type=float, default=0.999, help="decay of the averaged weights")
    made.add_argument("--seed", type=int, default=1, help="decides the first weights and every patch")
    made.add_argument("--save-every", type=int, default=500, metavar="STEPS", help="steps between checkpoints")
    made.add_argument("--log-every", type=int, default=50, metavar="STEPS", help="steps to a row of the log")
    made.add_argument("--precision", choices=precision.CHOICES, default="auto", help="auto: bf16 where the CPU has it")
    made.add_argument("--threads", type=int, default=os.cpu_count(), help="cores to use")
    return made


def identity(options: argparse.Namespace, names: tuple[str, ...]) -> dict[str, object]:
    """
    The settings that a resumed run must share with its checkpoint.

    Steps and the learning rate are not among them: lengthening a run is a fair thing to do, and is a change of
    schedule from that step on.
    """
    return {name: getattr(options, name) for name in ("batch", "patch_px", "ema", "seed", *names)}

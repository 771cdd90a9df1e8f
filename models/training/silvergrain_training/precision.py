"""bfloat16 where the processor multiplies it, float32 elsewhere: emulated bfloat16 is slower than float32."""
from contextlib import nullcontext
from pathlib import Path
from typing import ContextManager

import torch

CHOICES = ("auto", "bf16", "fp32")
BF16_FLAGS = {"avx512_bf16", "amx_bf16"}


def has_bf16(cpuinfo: str) -> bool:
    """Whether /proc/cpuinfo's text names an instruction set that multiplies bfloat16."""
    flags = next((line.split() for line in cpuinfo.splitlines() if line.startswith("flags")), [])
    return not BF16_FLAGS.isdisjoint(flags)


def resolve(choice: str) -> str:
    """`auto` to one of the others, for this machine."""
    if choice != "auto":
        return choice
    try:
        return "bf16" if has_bf16(Path("/proc/cpuinfo").read_text()) else "fp32"
    except OSError:
        return "fp32"


def autocast(precision: str) -> ContextManager[object]:
    return torch.autocast("cpu", dtype=torch.bfloat16) if precision == "bf16" else nullcontext()

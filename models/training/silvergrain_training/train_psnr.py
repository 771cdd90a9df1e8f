"""Stage 1: SRResNet by L1, for fidelity. `run.sh train_psnr --help`"""
import argparse
from typing import Any, Mapping

import torch

from . import options as command_line
from .ema import Ema
from .networks import Generator
from .optimise import adam, descend
from .patches import Batch
from .precision import autocast
from .run import prepare, train
from .schedule import cosine


class PsnrStage:
    name = "psnr"
    columns = ("l1",)
    settings = ("channels", "blocks")

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._generator = Generator(options.channels, options.blocks).to(memory_format=torch.channels_last)
        self._optimiser = adam(self._generator.parameters(), options.learning_rate)
        self._ema = Ema(self._generator, options.ema)

    def learning_rate(self, step: int) -> float:
        return cosine(step, self._options.steps, self._options.learning_rate)

    def learn(self, batch: Batch, step: int, learning_rate: float) -> Mapping[str, float]:
        with autocast(self._options.precision):
            made = self._generator(batch.low)
        loss = (made.float() - batch.high).abs().mean()
        descend(self._optimiser, loss, learning_rate, clip=0.5)
        self._ema.update(self._generator, step)
        return {"l1": loss.item()}

    def state(self) -> dict[str, Any]:
        return {
            "generator": self._generator.state_dict(),
            "ema": self._ema.weights,
            "optimiser": self._optimiser.state_dict(),
        }

    def load(self, state: Mapping[str, Any]) -> None:
        self._generator.load_state_dict(state["generator"])
        self._ema.load(state["ema"])
        self._optimiser.load_state_dict(state["optimiser"])


def main() -> None:
    parser = command_line.parser(
        "Trains the generator by L1. Goes on where OUT/psnr.pt is; Ctrl-C saves and leaves.",
        steps=12_000, batch=16, learning_rate=4e-4,
    )
    parser.add_argument("--channels", type=int, default=64, help="width of the generator")
    parser.add_argument("--blocks", type=int, default=16, help="residual blocks of the generator")
    options = parser.parse_args()
    prepare(options)
    train(PsnrStage(options), options)


if __name__ == "__main__":
    main()

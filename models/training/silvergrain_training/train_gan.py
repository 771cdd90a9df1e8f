"""Stage 2: SRGAN from a trained generator, for texture. `run.sh train_gan --help`"""
import argparse
from pathlib import Path
from typing import Any, Mapping

import torch

from . import checkpoint, losses
from . import options as command_line
from .ema import Ema
from .networks import SCALE, Discriminator, discriminator_of, generator_of
from .optimise import adam, descend
from .patches import Batch
from .precision import autocast
from .run import prepare, train
from .schedule import staircase

WEIGHTS = tuple(f"weight_{name}" for name in vars(losses.Weights()))


class GanStage:
    name = "gan"
    columns = ("discriminator", "adversarial", "pixel", "low", "energy", "features", "real_score", "made_score")
    settings = ("pace", "judge_first", *WEIGHTS)

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        chosen = {name.removeprefix("weight_"): getattr(options, name) for name in WEIGHTS}
        self._weights = losses.Weights(**chosen)
        self._generator = generator_of(checkpoint.generator_weights(options.start))
        judged = checkpoint.discriminator_weights(options.start)
        self._discriminator = Discriminator(options.judge_channels) if judged is None else discriminator_of(judged)
        for network in (self._generator, self._discriminator):
            network.to(memory_format=torch.channels_last)
        self._generator_optimiser = adam(self._generator.parameters(), options.learning_rate)
        self._discriminator_optimiser = adam(self._discriminator.parameters(), options.learning_rate)
        self._ema = Ema(self._generator, options.ema)

    def learning_rate(self, step: int) -> float:
        return staircase(step, self._options.steps, self._options.learning_rate)

    def learn(self, batch: Batch, step: int, learning_rate: float) -> Mapping[str, float]:
        with autocast(self._options.precision):
            made = self._generator(batch.low)
        made = made.float()
        judged = self._teach_discriminator(batch.high, made.detach(), learning_rate * self._options.pace)
        # Adam's moments fill while the generator stands still.
        taught = self._teach_generator(batch.high, made, 0.0 if step < self._options.judge_first else learning_rate)
        self._ema.update(self._generator)
        return {**judged, **taught}

    def _teach_discriminator(self, photo: torch.Tensor, made: torch.Tensor, learning_rate: float) -> dict[str, float]:
        self._discriminator.requires_grad_(True)
        with autocast(self._options.precision):
            logits, _ = self._discriminator(torch.cat((photo, made)))
        real, false = logits.float().chunk(2)
        loss = losses.real_or_made(real, false)
        descend(self._discriminator_optimiser, loss, learning_rate)
        scores = {"real_score": torch.sigmoid(real), "made_score": torch.sigmoid(false)}
        return {"discriminator": loss.item(), **{name: score.mean().item() for name, score in scores.items()}}

    def _teach_generator(self, photo: torch.Tensor, made: torch.Tensor, learning_rate: float) -> dict[str, float]:
        self._discriminator.requires_grad_(False)
        with autocast(self._options.precision):
            with torch.no_grad():
                _, photo_features = self._discriminator(photo)
            logits, made_features = self._discriminator(made)
        parts = {
            "pixel": (made - photo).abs().mean(),
            "low": losses.low_difference(made, photo, SCALE),
            "energy": losses.energy_difference(made, photo),
            "features": losses.feature_difference(made_features, photo_features),
            "adversarial": losses.taken_for_real(logits.float()),
        }
        total = sum(getattr(self._weights, name) * part for name, part in parts.items())
        descend(self._generator_optimiser, total, learning_rate, clip=0.5)
        return {name: part.item() for name, part in parts.items()}

    def state(self) -> dict[str, Any]:
        return {
            "generator": self._generator.state_dict(),
            "ema": self._ema.weights,
            "discriminator": self._discriminator.state_dict(),
            "generator_optimiser": self._generator_optimiser.state_dict(),
            "discriminator_optimiser": self._discriminator_optimiser.state_dict(),
        }

    def load(self, state: Mapping[str, Any]) -> None:
        self._generator.load_state_dict(state["generator"])
        self._discriminator.load_state_dict(state["discriminator"])
        self._ema.load(state["ema"])
        self._generator_optimiser.load_state_dict(state["generator_optimiser"])
        self._discriminator_optimiser.load_state_dict(state["discriminator_optimiser"])


def main() -> None:
    parser = command_line.parser(
        "Trains generator and discriminator against each other. Goes on where OUT/gan.pt is; Ctrl-C saves and leaves.",
        steps=12_000, batch=8, learning_rate=5e-5,
    )
    parser.add_argument("--start", type=Path, required=True, metavar="CHECKPOINT",
                        help="where a new run gets its generator from, and its discriminator if there is one")
    parser.add_argument("--judge-channels", type=int, default=48, help="width of a new discriminator")
    parser.add_argument("--pace", type=float, default=5.0,
                        help="learning rate of the discriminator as a multiple of the generator's")
    parser.add_argument("--judge-first", type=int, default=300, metavar="STEPS",
                        help="steps that teach the discriminator alone, so that it has something to say")
    for name, value in vars(losses.Weights()).items():
        parser.add_argument(f"--weight-{name}", type=float, default=value, help=f"weight of the {name} loss")
    options = parser.parse_args()
    prepare(options)
    train(GanStage(options), options)


if __name__ == "__main__":
    main()

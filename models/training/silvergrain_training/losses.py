"""The losses of the adversarial stage. Each is a mean, so that its weight does not depend on sizes."""
from dataclasses import dataclass
from typing import Sequence

from torch import Tensor
from torch.nn import functional as F

# The discriminator's first layers see single pixels; to match them would be L1 again and bring the softness back.
FIRST_FEATURE = 2
# Texture is compared over windows of this side, half overlapping: small enough to follow it, too large to pin it down.
ENERGY_WINDOW_PX = 8
ENERGY_OCTAVES = 2
# Right, down, and the two diagonals, as (rows, columns).
DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))


@dataclass(frozen=True)
class Weights:
    """`low` compares at source size and holds colours and shapes; `pixel` is small, or texture is averaged away."""

    pixel: float = 0.03
    low: float = 1.0
    energy: float = 1.0
    features: float = 0.02
    adversarial: float = 0.01


def real_or_made(real: Tensor, made: Tensor) -> Tensor:
    """The discriminator's loss: the logistic one of Goodfellow et al. 2014."""
    return F.softplus(-real).mean() + F.softplus(made).mean()


def taken_for_real(made: Tensor) -> Tensor:
    """The generator's adversarial loss, non-saturating."""
    return F.softplus(-made).mean()


def low_difference(made: Tensor, photo: Tensor, scale: int) -> Tensor:
    """L1 of the means over each source pixel: what the source says must stay true."""
    return (F.avg_pool2d(made, scale) - F.avg_pool2d(photo, scale)).abs().mean()


def energy_difference(made: Tensor, photo: Tensor) -> Tensor:
    """
    L1 of how much texture there is: in which places, octaves and directions, but not where its grains lie.

    The texture that a source pixel hides cannot be known, so that L1 of pixels prefers none at all; how much of it
    there is can be guessed well. Mean absolute second differences stand for the filter responses of texture models
    (Portilla and Simoncelli 2000, section 2).
    """
    terms = [(m - p).abs().mean() for m, p in zip(_energies(made), _energies(photo))]
    return sum(terms[1:], terms[0]) / len(terms)


def _energies(x: Tensor) -> list[Tensor]:
    found = []
    for _ in range(ENERGY_OCTAVES):
        for rows, columns in DIRECTIONS:
            bend = (2 * x - x.roll((rows, columns), (2, 3)) - x.roll((-rows, -columns), (2, 3)))[..., 1:-1, 1:-1]
            found.append(F.avg_pool2d(bend.abs(), ENERGY_WINDOW_PX, ENERGY_WINDOW_PX // 2))
        x = F.avg_pool2d(x, 2)
    return found


def feature_difference(made: Sequence[Tensor], photo: Sequence[Tensor]) -> Tensor:
    """Relative L1 of the discriminator's features (Salimans et al. 2016; Wang et al. 2018, pix2pixHD, equation 4)."""
    pairs = list(zip(made, photo))[FIRST_FEATURE:]
    terms = [(m.float() - p.float()).abs().mean() / p.float().abs().mean().clamp_min(1e-3) for m, p in pairs]
    return sum(terms[1:], terms[0]) / len(terms)

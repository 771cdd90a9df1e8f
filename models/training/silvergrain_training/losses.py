"""The losses of the adversarial stage. Each is a mean, so that its weight does not depend on sizes."""
from dataclasses import dataclass
from typing import Sequence

from torch import Tensor
from torch.nn import functional as F

# The discriminator's first layers see single pixels; to match them would be L1 again and bring the softness back.
FIRST_FEATURE = 2


@dataclass(frozen=True)
class Weights:
    """`low` holds the colours and shapes (it compares at source size); `pixel` is small, or texture is averaged away."""

    pixel: float = 0.1
    low: float = 1.0
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


def feature_difference(made: Sequence[Tensor], photo: Sequence[Tensor]) -> Tensor:
    """Relative L1 of the discriminator's features (Salimans et al. 2016; Wang et al. 2018, pix2pixHD, equation 4)."""
    pairs = list(zip(made, photo))[FIRST_FEATURE:]
    terms = [(m.float() - p.float()).abs().mean() / p.float().abs().mean().clamp_min(1e-3) for m, p in pairs]
    return sum(terms[1:], terms[0]) / len(terms)

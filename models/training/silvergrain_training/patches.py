"""Which patches a step learns from: a pure function of (seed, step, index), so that resuming changes nothing."""
from dataclasses import dataclass
from typing import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .networks import SCALE

# Of up to four candidates the one with the most texture is taken; a candidate ends the search with this chance.
CANDIDATES = 4
STOP_CHANCE = 0.2


@dataclass(frozen=True)
class Batch:
    """What the generator gets, and what it should have made of it: N x 3 x P/4 x P/4 and N x 3 x P x P in 0..1."""

    low: Tensor
    high: Tensor


class PatchSource:
    def __init__(self, photos: Sequence[np.ndarray], patch_px: int, seed: int) -> None:
        self._photos = photos
        self._patch_px = patch_px
        self._seed = seed
        # The square root of the area: large photos more often, but not so often that small ones are never seen.
        weight = np.array([photo.shape[0] * photo.shape[1] for photo in photos], dtype=np.float64) ** 0.5
        self._chance = np.cumsum(weight / weight.sum())

    def batch(self, step: int, count: int) -> Batch:
        """The patches of one step. `step` counts from 0."""
        stack = np.stack([self.patch(step, index) for index in range(count)])
        high = torch.from_numpy(stack).permute(0, 3, 1, 2).float() / 255
        return Batch(_channels_last(reduce(high)), _channels_last(high))

    def patch(self, step: int, index: int) -> np.ndarray:
        """One patch of P x P x 3 uint8, turned and mirrored into one of eight positions."""
        random = np.random.default_rng((self._seed, step, index))
        best, best_texture = None, -1.0
        for _ in range(CANDIDATES):
            candidate = self._crop(random)
            found = texture(candidate)
            if found > best_texture:
                best, best_texture = candidate, found
            if random.random() < STOP_CHANCE:
                break
        return np.ascontiguousarray(turn(best, int(random.integers(8))))

    def _crop(self, random: np.random.Generator) -> np.ndarray:
        which = int(np.searchsorted(self._chance, random.random(), side="right"))
        photo = self._photos[min(which, len(self._photos) - 1)]
        top = int(random.integers(photo.shape[0] - self._patch_px + 1))
        left = int(random.integers(photo.shape[1] - self._patch_px + 1))
        return photo[top : top + self._patch_px, left : left + self._patch_px]


def texture(patch: np.ndarray) -> float:
    """Mean absolute gradient of the green channel at half size: cheap, and blind to single noisy pixels' neighbours."""
    green = patch[::2, ::2, 1].astype(np.int16)
    return float(np.abs(np.diff(green, axis=0)).mean() + np.abs(np.diff(green, axis=1)).mean())


def turn(patch: np.ndarray, position: int) -> np.ndarray:
    """One of the eight positions of a square: mirrored by bits 0 and 1, transposed by bit 2."""
    if position & 1:
        patch = patch[::-1]
    if position & 2:
        patch = patch[:, ::-1]
    return patch.transpose(1, 0, 2) if position & 4 else patch


def reduce(high: Tensor) -> Tensor:
    """A quarter of the size by bicubic with antialiasing, rounded to 8 bits as a file would be."""
    low = F.interpolate(high, scale_factor=1 / SCALE, mode="bicubic", antialias=True, align_corners=False)
    return (low.clamp(0, 1) * 255).round() / 255


def _channels_last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)

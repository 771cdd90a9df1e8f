"""One step of an optimiser."""
from typing import Iterable

import torch
from torch import Tensor, nn


def adam(parameters: Iterable[nn.Parameter], learning_rate: float) -> torch.optim.Adam:
    return torch.optim.Adam(parameters, learning_rate, betas=(0.9, 0.99))


def descend(optimiser: torch.optim.Adam, loss: Tensor, learning_rate: float, clip: float | None = None) -> None:
    """Follows the loss's gradient, its norm cut at `clip`: one odd batch must not undo a thousand."""
    for group in optimiser.param_groups:
        group["lr"] = learning_rate
    optimiser.zero_grad()
    loss.backward()
    if clip is not None:
        nn.utils.clip_grad_norm_(optimiser.param_groups[0]["params"], clip)
    optimiser.step()

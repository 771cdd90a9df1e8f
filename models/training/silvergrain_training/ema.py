"""The mean of the weights over the last steps: what is exported, because single steps of a GAN wander."""
import torch
from torch import Tensor, nn


class Ema:
    """
    Exponential moving average of a network's weights.

    `update` can be told how many steps were done: after n the decay is then at most (1 + n) / (10 + n), so that a
    random start is soon forgotten. A start from trained weights wants no such thing.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._decay = decay
        self.weights = {name: value.detach().clone() for name, value in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module, steps_done: int | None = None) -> None:
        warm = 1.0 if steps_done is None else (1 + steps_done) / (10 + steps_done)
        decay = min(self._decay, warm)
        for name, value in network.state_dict().items():
            self.weights[name].mul_(decay).add_(value, alpha=1 - decay)

    def load(self, weights: dict[str, Tensor]) -> None:
        for name, value in self.weights.items():
            value.copy_(weights[name])

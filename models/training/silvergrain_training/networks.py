"""The two networks. Their parameter names are the file format of every checkpoint: do not rename."""
import torch
from torch import Tensor, nn
from torch.nn import functional as F

SCALE = 4
DISCRIMINATOR_STRIDE_PX = 16
# How much the discriminator's detail band is amplified: (x - 3x3 mean) of photos has about an eighth of their contrast.
DETAIL_GAIN = 8.0


def _conv(channels_in: int, channels_out: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(channels_in, channels_out, 3, stride, 1)


def _start(conv: nn.Conv2d, slope: float = 0.0, gain: float = 1.0) -> None:
    """He initialisation for what follows with negative slope `slope`, scaled by `gain`; no bias."""
    nn.init.kaiming_normal_(conv.weight, a=slope)
    with torch.no_grad():
        conv.weight.mul_(gain)
    nn.init.zeros_(conv.bias)


class ResidualBlock(nn.Module):
    """Two convolutions beside a skip, without batch normalisation (EDSR, Lim et al. 2017)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = _conv(channels, channels)
        self.conv2 = _conv(channels, channels)
        # A tenth: sixteen blocks in a row then start near the identity (Wang et al. 2018, ESRGAN, section 3.1).
        _start(self.conv1, gain=0.1)
        _start(self.conv2, gain=0.1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.relu(self.conv1(x)))


class Generator(nn.Module):
    """
    SRResNet (Ledig et al. 2017) without batch normalisation: N x 3 x H x W in 0..1 to N x 3 x 4H x 4W, not clamped.

    It predicts what bilinear enlargement lacks. ReLU comes before the pixel shuffle, not leaky ReLU after it:
    the same function class at a quarter of the memory traffic, and leaky ReLU in bfloat16 is slow on CPUs.
    """

    def __init__(self, channels: int = 64, blocks: int = 16) -> None:
        super().__init__()
        self.head = _conv(3, channels)
        self.body = nn.Sequential(*(ResidualBlock(channels) for _ in range(blocks)))
        self.up1 = _conv(channels, channels * 4)
        self.up2 = _conv(channels, channels * 4)
        self.hr = _conv(channels, channels)
        self.tail = _conv(channels, 3)
        for conv in (self.head, self.up1, self.up2, self.hr):
            _start(conv, slope=0.1)
        _start(self.tail, slope=0.1, gain=0.1)

    def forward(self, x: Tensor) -> Tensor:
        features = self.body(F.relu(self.head(x)))
        features = F.pixel_shuffle(F.relu(self.up1(features)), 2)
        features = F.pixel_shuffle(F.relu(self.up2(features)), 2)
        detail = self.tail(F.relu(self.hr(features)))
        return detail + F.interpolate(x, scale_factor=float(SCALE), mode="bilinear", align_corners=False)


class Discriminator(nn.Module):
    """
    SRGAN's discriminator as a patch judge: N x 3 x H x W in 0..1 to logits, one per 16 px, and each layer's features.

    It sees a detail band beside the picture. Without it (plain RGB, or with spectral normalisation) the network had
    learnt next to nothing after 500 steps; with it, sharp and soft tell apart from the first steps on.
    """

    def __init__(self, channels: int = 48) -> None:
        super().__init__()
        c = channels
        plan = ((6, c, 1), (c, c, 2), (c, 2 * c, 1), (2 * c, 2 * c, 2))
        plan += ((2 * c, 4 * c, 1), (4 * c, 4 * c, 2), (4 * c, 4 * c, 1), (4 * c, 4 * c, 2))
        self.layers = nn.ModuleList(_conv(*row) for row in plan)
        self.out = _conv(4 * c, 1)
        for conv in (*self.layers, self.out):
            _start(conv, slope=0.2)

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        detail = (x - F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)) * DETAIL_GAIN
        layer = torch.cat((x * 2 - 1, detail), 1)
        features = []
        for conv in self.layers:
            layer = F.leaky_relu(conv(layer), 0.2)
            features.append(layer)
        return self.out(layer), features


class Judge(nn.Module):
    """The discriminator as it is exported: logits alone."""

    def __init__(self, discriminator: Discriminator) -> None:
        super().__init__()
        self.discriminator = discriminator

    def forward(self, x: Tensor) -> Tensor:
        return self.discriminator(x)[0]


def generator_of(weights: dict[str, Tensor]) -> Generator:
    """A generator of the size that the weights have, with these weights."""
    blocks = sum(1 for name in weights if name.startswith("body.") and name.endswith(".conv1.weight"))
    generator = Generator(channels=weights["head.weight"].shape[0], blocks=blocks)
    generator.load_state_dict(weights)
    return generator


def discriminator_of(weights: dict[str, Tensor]) -> Discriminator:
    """A discriminator of the size that the weights have, with these weights."""
    discriminator = Discriminator(channels=weights["layers.0.weight"].shape[0])
    discriminator.load_state_dict(weights)
    return discriminator

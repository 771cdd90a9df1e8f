"""The same generator in PyTorch, random weights: milliseconds for a window of SIDE x SIDE px with THREADS threads."""
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Generator(nn.Module):
    def __init__(self, channels=64, blocks=16):
        super().__init__()
        conv = lambda a, b: nn.Conv2d(a, b, 3, padding=1)
        self.head = conv(3, channels)
        self.body = nn.ModuleList(nn.ModuleList([conv(channels, channels), conv(channels, channels)]) for _ in range(blocks))
        self.up = nn.ModuleList([conv(channels, channels * 4), conv(channels, channels * 4)])
        self.last = conv(channels, channels)
        self.tail = conv(channels, 3)

    def forward(self, image):
        features = F.relu(self.head(image))
        for first, second in self.body:
            features = features + second(F.relu(first(features)))
        for conv in self.up:
            features = F.pixel_shuffle(F.relu(conv(features)), 2)
        return self.tail(F.relu(self.last(features))) + F.interpolate(image, scale_factor=4, mode="bilinear", align_corners=False)


side, threads, runs = (int(argument) for argument in sys.argv[1:4])
torch.set_num_threads(threads)
window = torch.rand(1, 3, side, side)
with torch.inference_mode():
    best = None
    for layout in (torch.contiguous_format, torch.channels_last):
        model = Generator().eval().to(memory_format=layout)
        model(window.to(memory_format=layout))
        start = time.perf_counter()
        for _ in range(runs):
            model(window.to(memory_format=layout))
        ms = (time.perf_counter() - start) * 1000 / runs
        best = ms if best is None else min(best, ms)
print(json.dumps({"ms": best, "torch": torch.__version__}))

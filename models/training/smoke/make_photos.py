"""Three small pictures with edges, slopes and grain, made by code: `make_photos.py FOLDER`"""
import sys
from pathlib import Path

import numpy as np
from PIL import Image

SIDES = ((96, 128), (128, 96), (112, 112))


def picture(height: int, width: int, seed: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width].astype(np.float64)
    slope = np.stack((x / width, y / height, 1 - x / width), axis=-1) * 120 + 40
    stripes = 50 * (np.sin((x * (seed + 2) + y * 3) / 5) > 0)[..., None]
    grain = np.random.default_rng(seed).normal(0, 12, (height, width, 1))
    return np.clip(slope + stripes + grain, 0, 255).astype(np.uint8)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (height, width) in enumerate(SIDES):
        Image.fromarray(picture(height, width, seed)).save(folder / f"{seed}.png")


if __name__ == "__main__":
    main()

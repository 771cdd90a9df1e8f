"""Reading a folder of photos into memory."""
from pathlib import Path
from typing import Sequence

import numpy as np
from PIL import Image


def load_photos(folders: Sequence[Path], at_least_px: int) -> list[np.ndarray]:
    """
    Every PNG of the folders, in the order of their names, as H x W x 3 uint8.

    Photos with a side shorter than `at_least_px` are left out. The order matters: it is a part of which patches a
    seed chooses. Raises SystemExit, in one sentence, where no photo is left.
    """
    files = [file for folder in folders for file in sorted(folder.glob("*.png"))]
    photos = []
    for file in files:
        with Image.open(file) as image:
            if min(image.size) >= at_least_px:
                photos.append(np.asarray(image.convert("RGB")))
    if not photos:
        places = ", ".join(str(folder) for folder in folders)
        raise SystemExit(f"Expected PNG photos of at least {at_least_px} px a side in {places}, found none.")
    return photos


def megapixels(photos: Sequence[np.ndarray]) -> float:
    return sum(photo.shape[0] * photo.shape[1] for photo in photos) / 1e6

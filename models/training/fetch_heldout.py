"""
Fetches photos that no model was trained on, for measuring: the photographs among scikit-image's sample data.

Written as <name>_HR.png, cropped to a multiple of 4, beside <name>_LR.png, a quarter of the size by bicubic with
antialiasing. Textures, microscopy, drawings, and the motorcycle (no licence is given for it) are left out.
"""
import argparse
from pathlib import Path

from PIL import Image

from debian_packages import unpack

BUILD = Path(__file__).resolve().parents[2] / "build/training"
PACKAGE = "python3-skimage"
FOLDER = "usr/lib/python3/dist-packages/skimage/data"
SCALE = 4
# Licences as scikit-image documents them (skimage/data/_fetchers.py, "Notes" of each function).
PHOTOS = {
    "astronaut.png": "public domain (NASA)",
    "camera.png": "CC0 (Lav Varshney)",
    "chelsea.png": "CC0 (Stéfan van der Walt)",
    "coffee.png": "CC0 (Rachel Michetti)",
    "rocket.jpg": "public domain (SpaceX)",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, nargs="?", default=BUILD / "heldout", help="folder for PNGs")
    parser.add_argument("--downloads", type=Path, default=BUILD / "packages", help="folder for the package")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    folder = unpack(PACKAGE, options.downloads) / FOLDER
    for name, licence in PHOTOS.items():
        with Image.open(folder / name) as image:
            photo = image.convert("RGB")
        high = photo.crop((0, 0, photo.width - photo.width % SCALE, photo.height - photo.height % SCALE))
        low = high.resize((high.width // SCALE, high.height // SCALE), Image.Resampling.BICUBIC)
        stem = Path(name).stem
        high.save(options.out / f"{stem}_HR.png")
        low.save(options.out / f"{stem}_LR.png")
        print(stem, f"{high.width} x {high.height} px", licence, sep="\t")


if __name__ == "__main__":
    main()

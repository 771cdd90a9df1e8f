"""
Fetches the photos that the pictures of the guide show, from Debian's packages: an argument names the folder they go to.

Who made each, and its licence, stands in docs/img/CREDITS.md. The cat, the cup and the rocket were not among the photos
that the models were trained on; of them the guide shows results.
"""
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "models/training"))

from PIL import Image, ImageOps  # noqa: E402
from debian_packages import unpack  # noqa: E402

DOWNLOADS = ROOT / "build/training/packages"
SKIMAGE = "usr/lib/python3/dist-packages/skimage/data"
LOMIRI = "usr/share/backgrounds"
LONG_EDGE_PX = 1000
PHOTOS = (
    ("python3-skimage", f"{SKIMAGE}/chelsea.png", "cat.png"),
    ("python3-skimage", f"{SKIMAGE}/coffee.png", "coffee.png"),
    ("python3-skimage", f"{SKIMAGE}/rocket.jpg", "rocket.jpg"),
    ("lomiri-wallpapers-16.04", f"{LOMIRI}/Picture_0B_by_freespace.jpg", "fig.jpg"),
    ("lomiri-wallpapers-16.04", f"{LOMIRI}/Picture_1A_by_freespace.jpg", "brushes.jpg"),
    ("lomiri-wallpapers-16.04", f"{LOMIRI}/Wine_by_Jakkub_Mede.jpg", "drum.jpg"),
    ("lomiri-wallpapers-16.04", f"{LOMIRI}/aitzgorri_by_Aitzol_Berasategi.jpg", "meadow.jpg"),
    ("lomiri-wallpapers-16.04", f"{LOMIRI}/friends_by_Aitzol_Berasategi.jpg", "friends.jpg"),
    ("lomiri-wallpapers-16.04", f"{LOMIRI}/life_by_Aitzol_Berasategi.jpg", "stream.jpg"),
    ("lomiri-wallpapers-16.04", f"{LOMIRI}/picosdeeuropa_by_Aitzol_Berasategi.jpg", "mountains.jpg"),
    ("lomiri-wallpapers-16.04", f"{LOMIRI}/seeding_by_Clements_Engelhardt.jpg", "dandelion.jpg"),
    ("lomiri-wallpapers-16.04", f"{LOMIRI}/sunset_by_Aitzol_Berasategi.jpg", "sunset.jpg"),
)


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for package, path, name in PHOTOS:
        with Image.open(unpack(package, DOWNLOADS) / path) as image:
            photo = ImageOps.exif_transpose(image).convert("RGB")
        photo.thumbnail((LONG_EDGE_PX, LONG_EDGE_PX), Image.Resampling.LANCZOS)
        photo.save(out / name, **({"quality": 92} if name.endswith(".jpg") else {}))


if __name__ == "__main__":
    main()

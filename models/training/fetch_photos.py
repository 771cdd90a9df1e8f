"""Fetches the training photos from Debian's packages, reduces the soft ones, and lists their licences."""
import argparse
import io
from pathlib import Path
from typing import Iterator

from PIL import Image

from debian_packages import copyright_stanzas, stanza_of, unpack
from photo_sources import Source, SOURCES
from qt_resources import read_resources
from sharpness import sharpened_by_reducing

BUILD = Path(__file__).resolve().parents[2] / "build/training"
IMAGES = {".jpg", ".jpeg", ".png", ".webp"}


def reduced(photo: Image.Image, factor: float | None = None) -> Image.Image:
    """
    The photo at a size where single pixels are sharp.

    Cameras and JPEG leave large photos soft at full size, and a network that learns from soft pixels draws soft ones:
    over 3000 px the longest side becomes 2048 px, over 1800 px it is multiplied by 0.67. What is then still soft by
    measure is reduced further.
    """
    longest = max(photo.size)
    if factor is None:
        factor = 2048 / longest if longest > 3000 else 0.67 if longest > 1800 else 1.0
    rgb = photo.convert("RGB")
    if factor != 1.0:
        rgb = rgb.resize((round(rgb.width * factor), round(rgb.height * factor)), Image.Resampling.BICUBIC)
    return sharpened_by_reducing(rgb)


def photos_of(source: Source, unpacked: Path) -> Iterator[tuple[str, bytes]]:
    """Each photo of a source: its name in the list, and its file's bytes."""
    if source.inside is None:
        for name in source.photos:
            yield name, (unpacked / source.folder / name).read_bytes()
        return
    (archive,) = unpacked.rglob(source.inside)
    found = dict(read_resources(archive))
    for name in source.photos:
        yield name, found[f"/{source.folder}/{name}"]


def save(photo: bytes, out: Path, factor: float | None) -> float:
    """Writes a photo as PNG and gives its megapixels."""
    with Image.open(io.BytesIO(photo)) as image:
        result = reduced(image, factor)
    result.save(out)
    return result.width * result.height / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("out", type=Path, nargs="?", default=BUILD / "photos", help="folder for PNGs")
    parser.add_argument("--downloads", type=Path, default=BUILD / "packages", help="folder for the packages")
    parser.add_argument("--also", type=Path, nargs="*", default=[], metavar="DIR", help="folders of photos of your own")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    megapixels, lines = 0.0, [("photo", "package", "licence", "holders")]
    for source in SOURCES:
        unpacked = unpack(source.package, options.downloads)
        stanzas = copyright_stanzas(unpacked, source.package)
        for name, photo in photos_of(source, unpacked):
            # Path/contents/images/2560x1600.jpg becomes Path, wonders/petra.webp becomes wonders-petra.
            short = name.split("/contents/")[0].rsplit(".", 1)[0].replace("/", "-")
            series = source.inside.removesuffix(".rcc") if source.inside else source.package
            megapixels += save(photo, options.out / f"{series}-{short}.png", source.factor)
            stanza = stanza_of(f"{source.copyright_folder}/{name}", stanzas)
            licence = (stanza.licence, stanza.holders) if stanza else ("not named", "")
            lines.append((f"{series}-{short}", source.package, *licence))
    for folder in options.also:
        for file in sorted(path for path in folder.iterdir() if path.suffix.lower() in IMAGES):
            megapixels += save(file.read_bytes(), options.out / f"own-{file.stem}.png", None)
            lines.append((f"own-{file.stem}", "-", "yours to know", ""))
    table = "\n".join("\t".join(line) for line in lines)
    (options.out / "licences.tsv").write_text(f"{table}\n", encoding="utf-8")
    print(f"{table}\n{len(lines) - 1} photos, {megapixels:.0f} megapixels, in {options.out}")


if __name__ == "__main__":
    main()

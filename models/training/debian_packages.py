"""Fetching a Debian package and asking its copyright file about one of its files."""
import re
import subprocess
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath


def unpack(package: str, downloads: Path) -> Path:
    """Downloads a package with apt, without installing it, and gives the folder it was unpacked to."""
    folder = downloads / package
    if not folder.exists():
        archives = downloads / f"{package}.deb"
        archives.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "-q", package], cwd=archives, check=True, stdout=subprocess.DEVNULL)
        (archive,) = archives.glob("*.deb")
        part = downloads / f"{package}.part"
        subprocess.run(["dpkg-deb", "-x", archive, part], check=True)
        part.rename(folder)
    return folder


@dataclass(frozen=True)
class Stanza:
    """One "Files:" paragraph of a copyright file."""

    patterns: tuple[str, ...]
    licence: str
    holders: str


def copyright_stanzas(unpacked: Path, package: str) -> list[Stanza]:
    """
    The paragraphs of the package's copyright file.
    https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
    """
    text = (unpacked / f"usr/share/doc/{package}/copyright").read_text(encoding="utf-8")
    stanzas = []
    for paragraph in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)", paragraph, re.MULTILINE))
        if "Files" in fields and "License" in fields:
            holders = "; ".join(line.strip() for line in fields.get("Copyright", "").splitlines() if line.strip())
            licence = fields["License"].splitlines()[0].strip()
            stanzas.append(Stanza(tuple(fields["Files"].split()), licence, holders))
    return stanzas


def stanza_of(path: str, stanzas: list[Stanza]) -> Stanza | None:
    """
    The last paragraph that names the file, as the format has it.

    Extensions are not compared: a package may ship as WebP what its source has as JPEG.
    """
    bare = str(PurePosixPath(path).with_suffix(""))
    found = None
    for stanza in stanzas:
        for pattern in stanza.patterns:
            wanted = re.sub(r"(?<=[^/])\.\w{2,4}$", "", pattern)
            if fnmatchcase(bare, wanted) or fnmatchcase(bare, f"*/{wanted}"):
                found = stanza
    return found

"""
Reads Qt resource files (.rcc), in which GCompris ships its photos.

Layout: "qres", then big-endian u32 version, and the offsets of the tree, the data and the names (as Qt's rcc writes
them, src/tools/rcc/rcc.cpp). A node of the tree has 14 bytes, from version 2 on 22.
"""
import struct
import zlib
from pathlib import Path
from typing import Iterator

COMPRESSED, FOLDER, ZSTD = 1, 2, 4


def read_resources(file: Path) -> Iterator[tuple[str, bytes]]:
    """Every file inside: its path and its bytes. Files compressed with zstd are left out; photos never are."""
    raw = file.read_bytes()
    magic, version, tree, data, names = struct.unpack_from(">4s4I", raw)
    if magic != b"qres":
        raise SystemExit(f"Expected a Qt resource file, found {magic!r} at the start of {file}.")
    node_bytes = 14 if version < 2 else 22

    def name_at(offset: int) -> str:
        (length,) = struct.unpack_from(">H", raw, names + offset)
        start = names + offset + 6
        return raw[start : start + 2 * length].decode("utf-16-be")

    def walk(node: int, path: str) -> Iterator[tuple[str, bytes]]:
        name_offset, flags, first, second = struct.unpack_from(">IHII", raw, tree + node * node_bytes)
        here = f"{path}/{name_at(name_offset)}" if node else ""
        if flags & FOLDER:
            for child in range(second, second + first):
                yield from walk(child, here)
        elif not flags & ZSTD:
            (size,) = struct.unpack_from(">I", raw, data + second)
            content = raw[data + second + 4 : data + second + 4 + size]
            # Qt puts the size of the result, four bytes, before zlib's stream.
            yield here, zlib.decompress(content[4:]) if flags & COMPRESSED else content

    yield from walk(0, "")

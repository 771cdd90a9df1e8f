"""Prints size and some pixels of a PNG of 8 bits a channel without interlacing (PNG, third edition, 7 to 9)."""
import json
import struct
import sys
import zlib

with open(sys.argv[1], "rb") as file:
    data = file.read()
assert data[:8] == b"\x89PNG\r\n\x1a\n"
at, packed = 8, b""
while at < len(data):
    length, kind = struct.unpack(">I4s", data[at : at + 8])
    body = data[at + 8 : at + 8 + length]
    assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0]
    if kind == b"IHDR":
        width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
    if kind == b"IDAT":
        packed += body
    at += 12 + length
channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
assert depth == 8 and interlaced == 0
raw = zlib.decompress(packed)
stride = width * channels
places = json.loads(sys.argv[2])
rows, above = [], bytearray(stride)
# What lies below the last place is not looked at: this is slow.
for y in range(min(height, 1 + max(y for _, y in places))):
    filter_type = raw[y * (stride + 1)]
    row = bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
    for i in range(stride):
        a = row[i - channels] if i >= channels else 0
        b = above[i]
        c = above[i - channels] if i >= channels else 0
        if filter_type == 1:
            guess = a
        elif filter_type == 2:
            guess = b
        elif filter_type == 3:
            guess = (a + b) // 2
        elif filter_type == 4:
            p = a + b - c
            pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
            guess = a if pa <= pb and pa <= pc else b if pb <= pc else c
        else:
            guess = 0
        row[i] = (row[i] + guess) & 255
    rows.append(row)
    above = row
pixels = [list(rows[y][x * channels : (x + 1) * channels]) for x, y in places]
print(json.dumps({"width": width, "height": height, "pixels": pixels}))

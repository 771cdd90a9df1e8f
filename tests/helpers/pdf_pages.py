"""Prints what a PDF's cross-reference table leads to: its pages, their paper, and the picture on each.

Of a JPEG its size; of packed rows also the sum of their pixels, for which PNG's five filters are undone (PNG 1.2, 6).
"""
import hashlib
import json
import re
import sys
import zlib

with open(sys.argv[1], "rb") as file:
    data = file.read()
assert data.startswith(b"%PDF-1.")
start = int(data.rsplit(b"startxref", 1)[1].split()[0])
assert data[start : start + 4] == b"xref"
count = int(data[start:].split(b"\n", 2)[1].split()[1])
table = data[start:].split(b"\n")[2 : 2 + count]
objects = {}
for number, row in enumerate(table):
    if row.split()[2] == b"n":
        at = int(row.split()[0])
        assert data[at:].startswith(b"%d 0 obj" % number), number
        objects[number] = data[at : data.index(b"endobj", at)]
root = int(re.search(rb"/Root (\d+) 0 R", data[start:]).group(1))
tree = int(re.search(rb"/Pages (\d+) 0 R", objects[root]).group(1))
pages = []
for kid in re.findall(rb"(\d+) 0 R", re.search(rb"/Kids \[(.*?)\]", objects[tree]).group(1)):
    page = objects[int(kid)]
    box = [float(n) for n in re.search(rb"/MediaBox \[(.*?)\]", page).group(1).split()]
    image = int(re.search(rb"/P (\d+) 0 R", page).group(1))
    head, stream = objects[image].split(b"stream\n", 1)
    length = int(re.search(rb"/Length (\d+)", head).group(1))
    if b"/FlateDecode" in head:
        sides = [int(re.search(rb"/%s (\d+)" % side, head).group(1)) for side in (b"Width", b"Height", b"Columns")]
        assert sides[0] == sides[2] and b"/Predictor 15" in head and b"/Colors 3" in head
        packed = zlib.decompress(stream[:length])
        row = sides[0] * 3
        assert len(packed) == (row + 1) * sides[1]
        before = bytearray(row)
        total = hashlib.sha256()
        for y in range(sides[1]):
            kind, line = packed[y * (row + 1)], bytearray(packed[y * (row + 1) + 1 : (y + 1) * (row + 1)])
            if kind == 1:
                for x in range(3, row):
                    line[x] = (line[x] + line[x - 3]) & 255
            elif kind == 2:
                line = bytearray((a + b) & 255 for a, b in zip(line, before))
            elif kind == 3:
                for x in range(row):
                    line[x] = (line[x] + ((line[x - 3] if x >= 3 else 0) + before[x]) // 2) & 255
            elif kind == 4:
                for x in range(row):
                    a, b, c = (line[x - 3] if x >= 3 else 0), before[x], (before[x - 3] if x >= 3 else 0)
                    guess = a + b - c
                    near = min((abs(guess - a), 0, a), (abs(guess - b), 1, b), (abs(guess - c), 2, c))
                    line[x] = (line[x] + near[2]) & 255
            total.update(line)
            before = line
        pages.append({"box": box, "width": sides[0], "height": sides[1], "sha256": total.hexdigest()})
        continue
    jpeg = stream[:length]
    assert jpeg[:2] == b"\xff\xd8" and jpeg[-2:] == b"\xff\xd9"
    at = 2
    while jpeg[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    height, width = int.from_bytes(jpeg[at + 5 : at + 7], "big"), int.from_bytes(jpeg[at + 7 : at + 9], "big")
    pages.append({"box": box, "width": width, "height": height})
print(json.dumps(pages))

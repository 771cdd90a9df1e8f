"""Prints what a PDF's cross-reference table leads to: its pages, their paper, and the size of the JPEG on each."""
import json
import re
import sys

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
    jpeg = stream[:length]
    assert jpeg[:2] == b"\xff\xd8" and jpeg[-2:] == b"\xff\xd9"
    at = 2
    while jpeg[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    height, width = int.from_bytes(jpeg[at + 5 : at + 7], "big"), int.from_bytes(jpeg[at + 7 : at + 9], "big")
    pages.append({"box": box, "width": width, "height": height})
print(json.dumps(pages))

import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

/** A PNG whose header says a size and whose data holds `rows` of it. */
export function pngOfSize(width: number, height: number, rows: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc(rows * (1 + width * 3), 7));
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** Writes a file for each way that a photo can be bad. */
export function writeBadFiles(folder: string, goodJpeg: Buffer): Readonly<Record<string, string>> {
  const files: Readonly<Record<string, { readonly bytes: Buffer; readonly code: string }>> = {
    "bad-empty.jpg": { bytes: Buffer.alloc(0), code: "SOURCE_CORRUPT" },
    "bad-half.jpg": { bytes: goodJpeg.subarray(0, goodJpeg.length / 2), code: "SOURCE_CORRUPT" },
    "bad-head-only.jpg": { bytes: goodJpeg.subarray(0, 24), code: "SOURCE_CORRUPT" },
    "bad-huge.png": { bytes: pngOfSize(50_000, 50_000, 1), code: "SOURCE_TOO_LARGE" },
    "bad-lying.png": { bytes: pngOfSize(300, 300, 4), code: "SOURCE_CORRUPT" },
    "bad-raw.jpg": { bytes: Buffer.from("II*\0\x08\0\0\0\0\0\0\0\0\0\0\0", "latin1"), code: "SOURCE_UNSUPPORTED" },
    "bad-svg.png": {
      bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      code: "SOURCE_UNSUPPORTED",
    },
    "bad-text.jpg": { bytes: Buffer.from("This is not a photo.\n".repeat(40)), code: "SOURCE_UNSUPPORTED" },
    "bad-tiff.tif": { bytes: Buffer.from("II*\0\xff\xff\xff\x7f", "latin1"), code: "SOURCE_CORRUPT" },
  };
  for (const [name, { bytes }] of Object.entries(files)) writeFileSync(`${folder}/${name}`, bytes);
  return Object.fromEntries(Object.entries(files).map(([name, { code }]) => [name, code]));
}

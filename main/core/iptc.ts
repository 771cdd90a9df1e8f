/*
 * IPTC-IIM records travel bare in a TIFF (tag 33723) and as resource 0x0404 of a Photoshop block in a JPEG's APP13
 * (Adobe Photoshop File Formats, "Image Resource Blocks").
 */

const SIGNATURE = "Photoshop 3.0\0";
const IPTC = 0x0404;
/** Thumbnails of the photo as it was. */
const THUMBNAILS = new Set([0x0409, 0x040c]);

interface Resource {
  readonly id: number;
  /** The whole resource, its padding included. */
  readonly bytes: Uint8Array;
  readonly data: Uint8Array;
}

/** The bare IPTC record of a bare record or of a Photoshop block; `undefined` where there is none. */
export function bareIptc(block: Uint8Array): Uint8Array | undefined {
  if (block[0] === 0x1c) return block;
  return resourcesOf(block).find((resource) => resource.id === IPTC)?.data;
}

/** A Photoshop block for a JPEG: everything that was in it but thumbnails; a bare record gets a block around it. */
export function photoshopBlock(block: Uint8Array): Uint8Array {
  if (block[0] === 0x1c) return join([text(SIGNATURE), resource(IPTC, block)]);
  const kept = resourcesOf(block).filter(({ id }) => !THUMBNAILS.has(id));
  return join([text(SIGNATURE), ...kept.map(({ bytes }) => bytes)]);
}

/** Reads as many resources as are sound. */
function resourcesOf(block: Uint8Array): readonly Resource[] {
  const resources: Resource[] = [];
  let at = startsWith(block, SIGNATURE) ? SIGNATURE.length : 0;
  while (at + 12 <= block.length && startsWith(block.subarray(at), "8BIM")) {
    const view = new DataView(block.buffer, block.byteOffset + at, block.length - at);
    const nameBytes = view.getUint8(6) + 1;
    const dataAt = 6 + nameBytes + (nameBytes % 2) + 4;
    if (dataAt > view.byteLength) break;
    const length = view.getUint32(dataAt - 4, false);
    const end = dataAt + length;
    if (end > view.byteLength) break;
    const padded = Math.min(view.byteLength, end + (length % 2));
    resources.push({
      id: view.getUint16(4, false),
      bytes: block.subarray(at, at + padded),
      data: block.subarray(at + dataAt, at + end),
    });
    at += padded;
  }
  return resources;
}

function resource(id: number, data: Uint8Array): Uint8Array {
  const head = new Uint8Array(12);
  head.set(text("8BIM"));
  const view = new DataView(head.buffer);
  view.setUint16(4, id, false);
  view.setUint32(8, data.length, false);
  return join([head, data, new Uint8Array(data.length % 2)]);
}

function startsWith(bytes: Uint8Array, start: string): boolean {
  return bytes.length >= start.length && [...start].every((character, i) => bytes[i] === character.charCodeAt(0));
}

function text(ascii: string): Uint8Array {
  return Uint8Array.from(ascii, (character) => character.charCodeAt(0));
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

import { shownText, textOf } from "./text.ts";

const HEADER_BYTES = 128;
const TAG_BYTES = 12;
const MAX_TAGS = 200;
const MAX_RECORDS = 200;
const MAX_NAME_BYTES = 1024;

/**
 * The name that an ICC profile gives itself in its 'desc' tag: text of version 2 (ICC.1:2001-04, 6.5.17) or of several
 * languages since version 4 (ICC.1:2022, 10.15), English before others.
 * @returns `undefined` where there is none that can be read
 */
export function profileName(profile: Uint8Array): string | undefined {
  try {
    const tag = descriptionTag(profile);
    return tag === undefined ? undefined : shownText(nameIn(tag) ?? "");
  } catch {
    // An offset led out of the profile.
    return undefined;
  }
}

function descriptionTag(profile: Uint8Array): Uint8Array | undefined {
  const data = view(profile);
  const count = Math.min(data.getUint32(HEADER_BYTES), MAX_TAGS);
  for (let i = 0; i < count; i++) {
    const at = HEADER_BYTES + 4 + i * TAG_BYTES;
    if (signature(profile, at) !== "desc") continue;
    const offset = data.getUint32(at + 4);
    return profile.subarray(offset, offset + data.getUint32(at + 8));
  }
  return undefined;
}

function nameIn(tag: Uint8Array): string | undefined {
  const data = view(tag);
  switch (signature(tag, 0)) {
    case "desc":
      return textOf(tag.subarray(12, 12 + data.getUint32(8)), MAX_NAME_BYTES);
    case "text":
      return textOf(tag.subarray(8), MAX_NAME_BYTES);
    case "mluc":
      return localName(tag, data);
    default:
      return undefined;
  }
}

function localName(tag: Uint8Array, data: DataView): string | undefined {
  const count = Math.min(data.getUint32(8), MAX_RECORDS);
  const recordBytes = data.getUint32(12);
  const starts = Array.from({ length: count }, (_, i) => 16 + i * recordBytes);
  const start = starts.find((at) => String.fromCharCode(...tag.subarray(at, at + 2)) === "en") ?? starts[0];
  if (start === undefined) return undefined;
  const bytes = Math.min(data.getUint32(start + 4), MAX_NAME_BYTES);
  const offset = data.getUint32(start + 8);
  const units = Array.from({ length: Math.floor(bytes / 2) }, (_, i) => data.getUint16(offset + i * 2));
  const end = units.indexOf(0);
  return String.fromCharCode(...(end === -1 ? units : units.slice(0, end)));
}

function signature(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

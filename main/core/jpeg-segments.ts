/** Reads `length` bytes at an offset; fewer where the file ends. */
export type Peek = (offset: number, length: number) => Uint8Array;

/** A segment of a JPEG before its picture: what follows the marker and the length. */
export interface JpegSegment {
  /** Second byte of the marker (ITU-T T.81, table B.1). */
  readonly marker: number;
  /** Where its content begins in the file, and how many bytes it has. */
  readonly at: number;
  readonly bytes: number;
}

const START_OF_SCAN = 0xda;
const MAX_SEGMENTS = 1000;

/** Walks the segments of a JPEG up to its picture; only their heads are read. Ends where the file is not sound. */
export function* jpegSegments(peek: Peek): Generator<JpegSegment> {
  let at = 2;
  for (let count = 0; count < MAX_SEGMENTS; count++) {
    const [mark, marker = 0, high = 0, low = 0] = peek(at, 4);
    if (mark !== 0xff || marker === START_OF_SCAN) return;
    if (marker === 0xff) {
      // A marker may have any number of these before it (T.81, B.1.1.2).
      at++;
      continue;
    }
    const length = high * 256 + low;
    if (length < 2) return;
    yield { marker, at: at + 4, bytes: length - 2 };
    at += 2 + length;
  }
}

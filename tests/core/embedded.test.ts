import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { embeddedJpeg, withoutBars } from "../../main/core/embedded.ts";
import { shorts } from "../../main/core/tiff-ifd.ts";
import { exifBlock, withExif } from "../helpers/exif.ts";

const THUMBNAIL = Buffer.from("\xff\xd8 a thumbnail \xff\xd9", "latin1");
/** The head of a JPEG of 300 × 200 px. */
const PHOTO = Buffer.from([0xff, 0xd8, 0xff, 0xff, 0xc0, 0, 11, 8, 0, 200, 1, 44, 1, 1, 0x11, 0]);
const peekOf = (bytes: Uint8Array) => (offset: number, length: number) => bytes.subarray(offset, offset + length);
const photoWith = (block: Buffer) => withExif(PHOTO, block);
const WHOLE = photoWith(exifBlock({ main: [shorts(0x0112, 6)], thumbnail: THUMBNAIL }));

describe("embeddedJpeg", () => {
  test("finds the thumbnail, how it is to be turned, and the photo's size", () => {
    const found = embeddedJpeg(peekOf(WHOLE));
    expect(found).toMatchObject({ orientation: 6, photo: { width: 300, height: 200 } });
    expect(Buffer.compare(found?.jpeg ?? Buffer.alloc(0), THUMBNAIL)).toBe(0);
  });

  test.each([
    ["no EXIF", PHOTO],
    ["no thumbnail", photoWith(exifBlock({ main: [shorts(0x0112, 1)] }))],
    ["a place beyond the block", photoWith(exifBlock({ thumbnail: THUMBNAIL, thumbnailAt: 60_000 }))],
    ["a length beyond the block", photoWith(exifBlock({ thumbnail: THUMBNAIL, thumbnailBytes: 60_000 }))],
    ["a length of 4 GB", photoWith(exifBlock({ thumbnail: THUMBNAIL, thumbnailBytes: 0xffffffff }))],
    ["a photo that has no size", Buffer.concat([WHOLE.subarray(0, -9), Buffer.alloc(9)])],
    ["no photo", WHOLE.subarray(0, -14)],
    ["nothing", Buffer.alloc(0)],
  ])("none: %s", (_name, file) => {
    expect(embeddedJpeg(peekOf(file))).toBeUndefined();
  });

  test("garbage is never thrown at", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(WHOLE.length - 1), fc.nat(255)), { maxLength: 12 }), (changes) => {
        const file = Uint8Array.from(WHOLE);
        for (const [at, value] of changes) file[at] = value;
        const found = embeddedJpeg(peekOf(file));
        expect(found?.jpeg.length ?? 0).toBeLessThanOrEqual(WHOLE.length);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("withoutBars", () => {
  test.each([
    ["a 3:2 photo in 160 × 120", { width: 160, height: 120 }, { width: 6000, height: 4000 }, [0, 7, 160, 106]],
    ["16:9 in it", { width: 160, height: 120 }, { width: 3840, height: 2160 }, [0, 15, 160, 90]],
    ["1:1 in it", { width: 160, height: 120 }, { width: 3000, height: 3000 }, [20, 0, 120, 120]],
    ["the same ratio", { width: 160, height: 120 }, { width: 4000, height: 3000 }, [0, 0, 160, 120]],
    ["less than 1 % away", { width: 160, height: 107 }, { width: 6000, height: 4000 }, [0, 0, 160, 107]],
    ["one pixel", { width: 1, height: 1 }, { width: 60_000, height: 1 }, [0, 0, 1, 1]],
  ])("%s", (_name, thumbnail, photo, [x, y, width, height]) => {
    expect(withoutBars(thumbnail, photo)).toEqual({ x, y, width, height });
  });

  test.each([
    ["one that lies, of a photo that stands", { width: 160, height: 120 }, { width: 3000, height: 4000 }],
    ["one larger than 512 px", { width: 513, height: 400 }, { width: 513, height: 400 }],
  ])("none of %s", (_name, thumbnail, photo) => {
    expect(withoutBars(thumbnail, photo)).toBeUndefined();
  });
});

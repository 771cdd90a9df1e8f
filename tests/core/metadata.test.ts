import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildExif, editExif, readExifTree } from "../../main/core/exif.ts";
import { longs, numbersOf, readerOf, shorts, type TiffEntry, writeDirectory } from "../../main/core/tiff-ifd.ts";
import { editXmp, readEnhancement, readRating } from "../../main/core/xmp.ts";

const ascii = (tag: number, text: string): TiffEntry => ({
  tag,
  type: 2,
  count: text.length + 1,
  data: new TextEncoder().encode(`${text}\0`),
});
const MAKER_NOTE: TiffEntry = { tag: 0x927c, type: 7, count: 64, data: Uint8Array.from({ length: 64 }, (_, i) => i) };
const block = () =>
  buildExif({
    main: [ascii(0x010f, "Camera Works"), shorts(0x0112, 6)],
    exif: [shorts(0xa002, 640), longs(0xa003, 480), MAKER_NOTE],
    gps: [ascii(0x0001, "N"), ascii(0x001d, "2026:11:24")],
    interoperability: [],
  });
const SIZE = { width: 70_000, height: 1920 };

describe("editExif", () => {
  test("orientation and dimensions are made true, a SHORT that is too small becomes a LONG", () => {
    const edited = readExifTree(readerOf(editExif(block(), { size: SIZE, stripGps: false })), false);
    expect(numbersOf(edited.main, 0x0112)).toEqual([1]);
    expect(numbersOf(edited.exif, 0xa002)).toEqual([70_000]);
    expect(numbersOf(edited.exif, 0xa003)).toEqual([1920]);
    expect(edited.gps).toHaveLength(2);
  });

  test("every other byte stays where it is, so maker notes keep their offsets", () => {
    const before = block();
    const after = editExif(before, { size: SIZE, stripGps: false });
    const changed = [...before].filter((byte, i) => byte !== after[i]).length;
    expect(after.length).toBe(before.length);
    expect(changed).toBeLessThanOrEqual(12);
  });

  test("GPS goes when asked, and its bytes with it", () => {
    const after = editExif(block(), { size: SIZE, stripGps: true });
    const tree = readExifTree(readerOf(after), false);
    expect(tree.gps).toHaveLength(0);
    expect(numbersOf(tree.main, 0x8825)).toEqual([]);
    expect(Buffer.from(after).includes("2026:11:24")).toBe(false);
    expect(tree.exif.find((entry) => entry.tag === 0x927c)?.data).toEqual(MAKER_NOTE.data);
  });

  test("a thumbnail that claims to lie on the first directory wipes nothing", () => {
    const main = buildExif({ main: [ascii(0x010f, "Camera Works")], exif: [], gps: [], interoperability: [] });
    const thumbnail = writeDirectory([longs(0x0201, 8), longs(0x0202, main.length - 8)], main.length, false);
    const bytes = Buffer.concat([main, thumbnail]);
    const first = bytes.readUInt32LE(4);
    bytes.writeUInt32LE(main.length, first + 2 + bytes.readUInt16LE(first) * 12);
    const tree = readExifTree(readerOf(editExif(bytes, { size: SIZE, stripGps: false })), false);
    expect(tree.main).toHaveLength(1);
  });

  test("any bytes are edited or refused, never an endless loop or a stray error type", () => {
    const good = block();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 12 }),
        fc.nat(good.length),
        (edits, cut) => {
          const bytes = Uint8Array.from(good).subarray(0, good.length - (cut % 40));
          for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
          try {
            editExif(bytes, { size: SIZE, stripGps: true });
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("editXmp", () => {
  const note = { model: 'a "b" <c>', modelSha256: "00", scale: 4, strength: 1, version: "1.0", sourceSha256: "11" };
  const edit = { size: { width: 800, height: 600 }, stripGps: true };
  const packet = `<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="uuid:1" tiff:Orientation="6" exif:GPSLatitude="1,2N" xmp:Rating="4"><exif:PixelXDimension>10</exif:PixelXDimension>
<exif:GPSLongitude>3,4E</exif:GPSLongitude><dc:title><rdf:Alt><rdf:li>A $1 &amp; title</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

  test("what is untrue is changed, what is private goes, all the rest stays", () => {
    const xmp = editXmp(packet, note, edit);
    expect(xmp).toContain('tiff:Orientation="1"');
    expect(xmp).toContain("<exif:PixelXDimension>800</exif:PixelXDimension>");
    expect(xmp).toContain('xmp:Rating="4"');
    expect(xmp).toContain("A $1 &amp; title");
    expect(xmp).not.toContain("GPS");
  });

  test("the note is escaped and names the same resource", () => {
    const xmp = editXmp(packet, note, edit);
    expect(xmp).toContain('silvergrain:Model="a &quot;b&quot; &lt;c&gt;"');
    expect(xmp.match(/rdf:about="uuid:1"/g)).toHaveLength(2);
  });

  test("the note is read back, and stars are", () => {
    const { model, scale, strength, sourceSha256 } = note;
    expect(readEnhancement(editXmp(packet, note, edit))).toEqual({ model, scale, strength, sourceSha256 });
    expect(readEnhancement(packet)).toBeUndefined();
    expect(readEnhancement(undefined)).toBeUndefined();
    expect(readRating(packet)).toBe(4);
    expect(readRating("<x><xmp:Rating>-1</xmp:Rating></x>")).toBe(-1);
    expect([readRating('<x xmp:Rating="9"/>'), readRating(undefined)]).toEqual([undefined, undefined]);
  });

  test("what is enhanced again carries one note, and drones' coordinates go too", () => {
    const drone = packet.replace(
      'xmp:Rating="4"',
      'xmp:Rating="4" drone-dji:GpsLatitude="48.2" GCamera:MotionPhoto="1"',
    );
    const twice = editXmp(editXmp(drone, note, edit), { ...note, model: "second" }, edit);
    expect(twice.match(/silvergrain:Model=/g)).toHaveLength(1);
    expect(twice).toContain('silvergrain:Model="second"');
    expect(twice).not.toMatch(/GpsLatitude|MotionPhoto/);
    expect(twice).toContain('xmp:Rating="4"');
  });

  test("no packet, an empty one, or something else becomes a packet of its own", () => {
    for (const nothing of [undefined, "", "not xmp", '<rdf:RDF xmlns:rdf="x"/>']) {
      const xmp = editXmp(nothing, note, edit);
      expect(xmp.match(/<\/rdf:RDF>/g)).toHaveLength(1);
      expect(xmp).toContain('silvergrain:Scale="4"');
    }
  });
});

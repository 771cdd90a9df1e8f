import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PhotoViewer } from "../../main/engine/photo-viewer.ts";
import { writeBadFiles } from "../helpers/bad-files.ts";
import { exifBlock, withExif } from "../helpers/exif.ts";
import { exiftool } from "../helpers/exiftool.ts";
import { ROOT } from "../helpers/models.ts";
import { card } from "../helpers/photos.ts";
import { profileBytes, tagged } from "../helpers/profiles.ts";
import { tempDir } from "../helpers/temp.ts";

const REAL_PHOTOS = join(ROOT, "..", "shared", "photos");
const viewer = new PhotoViewer();

describe("details", () => {
  test.each(["jpg", "png", "webp", "tif"])("a %s tells what another program wrote into it", async (ending) => {
    const path = join(tempDir(), `a.${ending}`);
    await card(60, 40).toFile(path);
    exiftool(
      ...["-q", "-overwrite_original", "-n", "-IFD0:Make=SONY", "-IFD0:Model=ILCE-7M3", "-ExifIFD:LensModel=FE 35mm"],
      ...["-ExifIFD:ExposureTime=0.008", "-ExifIFD:FNumber=5.6", "-ExifIFD:ISO=250", "-ExifIFD:FocalLength=35"],
      "-ExifIFD:DateTimeOriginal=2022:05:06 07:08:09",
      path,
    );
    const { header, facts } = await viewer.details(path, 400);
    expect(facts).toEqual({
      format: header.format,
      width: 60,
      height: 40,
      bits: 8,
      camera: "SONY ILCE-7M3",
      lens: "FE 35mm",
      seconds: expect.closeTo(0.008, 9),
      fNumber: expect.closeTo(5.6, 9),
      iso: 250,
      focalLength: 35,
      takenMs: Date.UTC(2022, 4, 6, 7, 8, 9),
      profile: undefined,
    });
  });

  test("size is as it is seen, bits are the file's, and the profile is named", async () => {
    const folder = tempDir();
    const deep = join(folder, "deep.png");
    await card(60, 40).toColourspace("rgb16").png().withMetadata({ orientation: 6 }).toFile(deep);
    expect((await viewer.details(deep, 400)).facts).toMatchObject({ width: 40, height: 60, bits: 16 });
    const wide = join(folder, "wide.jpg");
    await tagged(await card(60, 40).png().toBuffer(), 3, profileBytes("p3.icc"), "jpeg", wide);
    expect((await viewer.details(wide, 400)).facts).toMatchObject({ profile: "test", camera: undefined });
  });

  test("EXIF that is garbage tells nothing and is no error", async () => {
    const folder = tempDir();
    const jpeg = await card(60, 40).jpeg().toBuffer();
    const good = exifBlock({ thumbnail: jpeg });
    const blocks = [
      Buffer.alloc(0),
      Buffer.alloc(300, 0xff),
      good.subarray(0, 9),
      Buffer.from("MM\0*\xff\xff\xff\xff", "latin1"),
    ];
    for (const [i, block] of blocks.entries()) {
      const path = join(folder, `${i}.jpg`);
      writeFileSync(path, withExif(jpeg, block));
      expect((await viewer.details(path, 400)).facts).toMatchObject({
        width: 60,
        camera: undefined,
        takenMs: undefined,
      });
      expect(await viewer.embedded(path, join(folder, "embedded.jpg"))).toBeUndefined();
    }
    expect(readdirSync(folder)).toHaveLength(blocks.length);
  });

  test("bad files are refused with a code and a sentence", async () => {
    const folder = tempDir();
    const codes = writeBadFiles(folder, await card(200, 100).jpeg().toBuffer());
    for (const [name, code] of Object.entries(codes)) {
      const answer = viewer.details(join(folder, name), 400);
      // What is only cut off or lies about its pixels still has a header.
      if (/half|lying/.test(name)) expect((await answer).facts.width).toBeGreaterThan(0);
      else await expect(answer).rejects.toMatchObject({ code, message: expect.stringContaining(name) });
    }
    await expect(viewer.details(join(folder, "none.jpg"), 400)).rejects.toMatchObject({ code: "SOURCE_MISSING" });
    await expect(viewer.details(folder, 400)).rejects.toMatchObject({ code: "SOURCE_UNSUPPORTED" });
  });

  test.skipIf(!existsSync(REAL_PHOTOS))("real photos tell the camera and the time that exiftool tells", async () => {
    for (const name of readdirSync(REAL_PHOTOS).filter((each) => each.endsWith(".jpg"))) {
      const path = join(REAL_PHOTOS, name);
      const [tags] = JSON.parse(
        exiftool("-j", "-n", "-Model", "-DateTimeOriginal", "-ISO", "-ProfileDescription", path),
      );
      const { facts } = await viewer.details(path, 400);
      expect(facts.camera ?? "").toContain(tags.Model ?? "");
      expect(facts.iso).toBe(tags.ISO);
      expect(facts.profile).toBe(tags.ProfileDescription);
      const taken = facts.takenMs === undefined ? undefined : new Date(facts.takenMs).toISOString().slice(0, 19);
      expect(taken).toBe(tags.DateTimeOriginal?.replace(/^(\d+):(\d+):(\d+) /, "$1-$2-$3T"));
    }
  });
});

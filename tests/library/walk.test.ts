import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ExportLedger } from "../../main/export/export-ledger.ts";
import { findPhotos } from "../../main/library/walk.ts";
import { tempDir } from "../helpers/temp.ts";

function tree(...files: readonly string[]): string {
  const root = tempDir();
  for (const file of files) {
    mkdirSync(join(root, file, ".."), { recursive: true });
    writeFileSync(join(root, file), "x");
  }
  return root;
}

const places = async (paths: readonly string[], except = "/nowhere") =>
  (await findPhotos(paths, except)).photos.map((photo) => photo.place);

describe("findPhotos", () => {
  test("photos of any depth in a stable order; other files are counted, dot files are left out", async () => {
    const root = tree("b.jpg", "a/deep/er/c.PNG", "a/notes.txt", ".hidden.jpg", "._b.jpg", "d.tiff");
    const walk = await findPhotos([root], "/nowhere");
    expect(walk.photos.map((photo) => photo.place)).toEqual(["a/deep/er/c.PNG", "b.jpg", "d.tiff"]);
    expect(walk.ignored).toBe(1);
  });

  test("a loop of links ends, and each folder is entered once", async () => {
    const root = tree("a/x.jpg");
    symlinkSync(root, join(root, "a", "loop"));
    expect(await places([root])).toEqual(["a/x.jpg"]);
  });

  test("the target is not entered, also when it is reached through a link, nor is an older folder of results", async () => {
    const root = tree("photos/x.jpg", "photos/out/x.jpg", "photos/old/x.jpg", "photos/old/.silvergrain/ledger.db");
    const link = join(root, "link");
    symlinkSync(join(root, "photos"), link);
    expect(await places([link], join(root, "photos", "out"))).toEqual(["x.jpg"]);
    expect(await places([join(root, "photos", "old")])).toEqual(["x.jpg"]);
  });

  test("nor is a folder that was new when something was exported to it, unlike one with photos in it", async () => {
    const root = tree("a.jpg", "2024/b.jpg");
    for (const name of ["compare", "2024"]) {
      ExportLedger.open(join(root, name)).close();
      writeFileSync(join(root, name, "exported.jpg"), "");
    }
    expect(await places([root])).toEqual(["2024/b.jpg", "2024/exported.jpg", "a.jpg"]);
  });

  test("several folders keep their names, photos that meet keep apart, a photo named twice is taken once", async () => {
    const root = tree("one/x.jpg", "two/x.jpg", "three/one/x.jpg");
    expect(await places([join(root, "one"), join(root, "two"), join(root, "one", "x.jpg")])).toEqual([
      "one/x.jpg",
      "two/x.jpg",
    ]);
    expect(await places([join(root, "one"), join(root, "three", "one")])).toEqual(["2/one/x.jpg", "one/x.jpg"]);
  });

  test("a path that is not there is a failure of its own", async () => {
    const walk = await findPhotos(["/nowhere/at/all"], "/nowhere");
    expect(walk.failures.map(({ error }) => error.code)).toEqual(["SOURCE_MISSING"]);
  });
});

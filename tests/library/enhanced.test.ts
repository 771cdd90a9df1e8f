import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLibrary, scanned, until, write } from "../helpers/library.ts";
import { tempDir } from "../helpers/temp.ts";

test("what was enhanced is known after a restart, until the photo is changed or gone", async () => {
  const root = tempDir();
  const home = tempDir();
  write(root, ["a.jpg", "b.jpg", "c.jpg"]);
  const first = openLibrary(home);
  await first.add([root]);
  await scanned(first);
  const [a, b, c] = first.page(0, 9).map(({ id }) => id) as [number, number, number];
  for (const photo of [a, b, c]) first.noteEnhanced({ photo, scale: 4, isFlagged: photo === b });
  first.noteEnhanced({ photo: a, scale: 2, isFlagged: false });
  await first.close();

  const second = openLibrary(home);
  const known = () =>
    [...second.enhanced()].sort((x, y) => x.scale - y.scale || Number(y.isFlagged) - Number(x.isFlagged));
  expect(known()).toEqual([
    { photo: a, scale: 2, isFlagged: false },
    { photo: b, scale: 4, isFlagged: true },
    { photo: c, scale: 4, isFlagged: false },
  ]);
  await scanned(second);
  writeFileSync(join(root, "a.jpg"), "another photo under its name");
  renameSync(join(root, "b.jpg"), join(tempDir(), "b.jpg"));
  await until(() => second.enhanced().length === 1);
  expect(second.enhanced()).toEqual([{ photo: c, scale: 4, isFlagged: false }]);
  // Nothing is noted of a photo that is not there.
  second.noteEnhanced({ photo: b, scale: 4, isFlagged: false });
  expect(second.enhanced().map(({ photo }) => photo)).toEqual([c]);
});

import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLibrary, scanned, until, write } from "../helpers/library.ts";
import { tempDir } from "../helpers/temp.ts";

test("a folder that is taken away in the middle of its first scan is missing, and whole when it is back", async () => {
  const home = tempDir();
  const names = Array.from({ length: 1500 }, (_, i) => `${i}.jpg`);
  write(join(home, "in"), names);
  const library = openLibrary(home);
  await library.add([join(home, "in")]);
  await until(() => library.count() > 0);
  renameSync(join(home, "in"), join(home, "away"));
  await scanned(library);
  expect(library.count()).toBeLessThan(1500);
  expect(library.folders()).toMatchObject([{ isMissing: true }]);

  renameSync(join(home, "away"), join(home, "in"));
  await until(() => library.count() === 1500, "the photos");
  const isRead = () => library.page(0, 5000).every(({ width, error }) => width !== undefined && error === undefined);
  await until(isRead, "the headers");
}, 30_000);

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FakeViewer, openLibrary, scanned, until, write } from "../helpers/library.ts";
import { tempDir } from "../helpers/temp.ts";

/** A library of so many photos whose thumbnails wait until `open` is called. */
async function gated(photos: number, home = tempDir()) {
  const root = tempDir();
  write(
    root,
    Array.from({ length: photos }, (_, i) => `${i}.jpg`),
  );
  const viewer = new FakeViewer();
  let open = () => {};
  viewer.gate = new Promise((resolve) => {
    open = resolve;
  });
  const library = openLibrary(home, viewer);
  await library.add([root]);
  await scanned(library);
  await until(() => library.page(0, 5000).every(({ width }) => width !== undefined));
  const ids = library.page(0, 5000).map(({ id }) => id);
  const id = (index: number) => ids[index] ?? Number.NaN;
  const made = () => viewer.made.map((path) => Number.parseInt(path.slice(root.length + 1), 10));
  return { library, viewer, root, id, made, open: () => open(), home };
}

test("asked for last is made first, two at a time, what is on the screen before all others, each once", async () => {
  const { library, viewer, id, made, open } = await gated(8);
  library.look([id(3), id(4)]);
  const all = [0, 1, 2, 3, 4, 5, 2, 6].map((index) => library.thumbnail(id(index)));
  const twice = library.thumbnail(id(0));
  await until(() => made().length === 2);
  open();
  const shas = await Promise.all(all);
  expect(await twice).toBe(shas[0]);
  // The first two were begun before the others were asked for.
  const wanted = [0, 1, 4, 3, 6, 2, 5];
  expect([...made()].sort()).toEqual([...wanted].sort());
  // Of two that are begun at the same time, either may come to the viewer first.
  for (const [place, index] of made().entries())
    expect(Math.abs(wanted.indexOf(index) - place), `${index}`).toBeLessThan(2);
  expect(viewer.most).toBe(2);
  expect(new Set(shas).size).toBe(7);
  expect(library.row(id(5))?.thumbnail).toBe(shas[5]);
});

test("what is neither on the screen nor asked for any more is dropped", async () => {
  const { library, id, made, open } = await gated(6);
  const running = [library.thumbnail(id(0)), library.thumbnail(id(1))];
  await until(() => made().length === 2);
  const left = new AbortController();
  library.look([id(3), id(4)]);
  const scrolledPast = library.thumbnail(id(2), left.signal);
  const onScreen = library.thumbnail(id(3), left.signal);
  const later = library.thumbnail(id(4), left.signal);
  const alsoAsked = [library.thumbnail(id(5), left.signal), library.thumbnail(id(5))];
  left.abort();
  expect(await scrolledPast).toBeUndefined();
  library.look([id(3)]);
  expect(await later).toBeUndefined();
  open();
  expect(await onScreen).toMatch(/^[0-9a-f]{64}$/);
  expect(await alsoAsked[1]).toMatch(/^[0-9a-f]{64}$/);
  await Promise.all(running);
  expect(made().sort()).toEqual([0, 1, 3, 5]);
});

test("what is there is not made again, unless the cache has lost it or the file has changed", async () => {
  const { library, viewer, root, id, open, home } = await gated(1);
  open();
  const first = await library.thumbnail(id(0));
  expect(await library.thumbnail(id(0))).toBe(first);
  expect(viewer.made).toHaveLength(1);
  rmSync(join(home, "thumbnails", `${first}.jpg`));
  expect(await library.thumbnail(id(0))).toBe(first);
  expect(viewer.made).toHaveLength(2);
  writeFileSync(join(root, "0.jpg"), "other bytes altogether");
  const second = await library.thumbnail(id(0));
  expect(second).not.toBe(first);
  expect(library.row(id(0))).toMatchObject({ thumbnail: second, bytes: 22 });
});

test("a file that is written to while its thumbnail is made has the one of its last state", async () => {
  const { library, viewer, root, id, open } = await gated(1);
  const asked = library.thumbnail(id(0));
  await until(() => viewer.made.length === 1);
  const inner = viewer.thumbnail.bind(viewer);
  writeFileSync(join(root, "0.jpg"), "written meanwhile");
  open();
  const sha256 = await asked;
  const now = await inner({ path: join(root, "0.jpg"), folder: tempDir(), maxMegapixels: 1, longEdgePx: 1 });
  expect(sha256).toBe(now.sha256);
  expect(viewer.made.length).toBe(3);
});

test("a photo that cannot be decoded says so, and is not tried again", async () => {
  const { library, viewer, root, id, open } = await gated(1);
  open();
  // Its header is fine and stays known: only the thumbnail shows that it is broken.
  viewer.thumbnail = async (request) => {
    viewer.made.push(request.path);
    const { SilvergrainError } = await import("../../main/core/errors.ts");
    throw new SilvergrainError("SOURCE_CORRUPT", "It ends too early.");
  };
  expect(await library.thumbnail(id(0))).toBeUndefined();
  expect(library.row(id(0))?.error).toBe("SOURCE_CORRUPT");
  expect(await library.thumbnail(id(0))).toBeUndefined();
  expect(viewer.made).toEqual([join(root, "0.jpg")]);
});

test("closing ends what waits and what is being made", async () => {
  const { library, id, made } = await gated(4);
  const asked = [0, 1, 2, 3].map((index) => library.thumbnail(id(index)));
  await until(() => made().length === 2);
  await library.close();
  expect(await Promise.all(asked)).toEqual([undefined, undefined, undefined, undefined]);
  expect(await library.thumbnail(id(0))).toBeUndefined();
});

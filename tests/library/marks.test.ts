import { copyFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { expect, test } from "vitest";
import type { MadeResult } from "../../main/library/library.ts";
import { LIBRARY_MIGRATIONS } from "../../main/library/library-schema.ts";
import { LibraryStore } from "../../main/library/library-store.ts";
import { openLibrary, scanned, until, write } from "../helpers/library.ts";
import { tempDir } from "../helpers/temp.ts";

const PIN = { uid: "aaaaaaaa-1", name: "eye", x: 0.25, y: 0.75 };
const TEST = { a: "original", b: "result", trials: 12, correct: 9, madeMs: 5 };

function result(part: Partial<MadeResult> = {}): MadeResult {
  return {
    path: "/out/a.png",
    stamp: { bytes: 10, mtimeMs: 20 },
    sha256: "0".repeat(64),
    width: 8,
    height: 4,
    model: "srgan-x4",
    scale: 4,
    strength: 1,
    realism: 0.5,
    madeMs: 1,
    sourceSha256: undefined,
    ...part,
  };
}

async function libraryOf(names: readonly string[]) {
  const root = tempDir();
  const home = tempDir();
  write(root, names);
  const library = openLibrary(home);
  await library.add([root]);
  await scanned(library);
  const ids = library.page(0, 99).map(({ id }) => id);
  return { root, home, library, ids: ids as [number, number, number] };
}

test("a library of an earlier version is taken over, judgements and all", () => {
  const path = join(tempDir(), "library.db");
  const old = new Database(path);
  for (const step of LIBRARY_MIGRATIONS.slice(0, 2)) old.exec(step);
  old.exec(`INSERT INTO folders (id, path, kind) VALUES (1, '/photos', 'tree');
    INSERT INTO photos (id, folder, place, name, sort_key, format, bytes, mtime_ms, added_turn, seen_turn, stars, content, gone)
      VALUES (7, 1, 'a.jpg', 'a.jpg', 'a', 'jpeg', 5, 6, 1, 1, 4, 'abc', 0),
             (8, 1, 'b.jpg', 'b.jpg', 'b', 'jpeg', 5, 6, 1, 1, 0, NULL, 0);
    PRAGMA user_version = 2`);
  old.close();
  const store = LibraryStore.open(path);
  expect(store.photos.page(0, 9).map(({ id, stars, keepsOriginal }) => [id, stars, keepsOriginal])).toEqual([
    [7, 4, false],
    [8, 0, false],
  ]);
  store.close();
});

test("keeping the original is a judgement of its own", async () => {
  const { library, ids } = await libraryOf(["a.jpg", "b.jpg"]);
  const [a, b] = ids;
  await library.judge([a], { keepsOriginal: true });
  await library.judge([a, b], { stars: 2 });
  expect([a, b].map((id) => library.row(id)?.keepsOriginal)).toEqual([true, false]);
  await library.judge([a], { keepsOriginal: false });
  expect(library.row(a)).toMatchObject({ keepsOriginal: false, stars: 2 });
});

test("a pin is set on all photos, changed on all, given once, and removed everywhere", async () => {
  const { library, ids, home } = await libraryOf(["a.jpg", "b.jpg", "c.jpg"]);
  const [a, b, c] = ids;
  await library.setPin([a, b], PIN);
  await library.setPin([b], { ...PIN, uid: "bbbbbbbb-2", name: "hand" });
  await library.setPin([a], { ...PIN, name: "left eye" });
  expect(library.pins([b]).map(({ name }) => name)).toEqual(["left eye", "hand"]);
  expect(library.pins([c])).toEqual([]);
  expect([library.countPinned([a, b, c]), library.countPinned([c])]).toEqual([2, 0]);
  expect(library.pins([c, a, b]).map(({ uid }) => uid)).toEqual([PIN.uid, "bbbbbbbb-2"]);
  await library.removePin(PIN.uid);
  expect(library.pins([a, b]).map(({ name }) => name)).toEqual(["hand"]);
  await library.close();
  expect(
    openLibrary(home)
      .pins([b])
      .map(({ name }) => name),
  ).toEqual(["hand"]);
});

test.each(["pin", "test", "keepsOriginal"] as const)(
  "a photo with a %s comes back with it when it is moved",
  async (what) => {
    const { library, root, ids } = await libraryOf(["a.jpg", "b.jpg"]);
    const [a] = ids;
    if (what === "pin") await library.setPin([a], PIN);
    if (what === "test") await library.saveBlindTest(a, TEST);
    if (what === "keepsOriginal") await library.judge([a], { keepsOriginal: true });
    await until(async () => (await library.file(a)).sha256 !== undefined);
    renameSync(join(root, "a.jpg"), join(root, "z.jpg"));
    await until(() => library.row(a)?.place === "z.jpg");
    expect(library.pins([a])).toEqual(what === "pin" ? [PIN] : []);
    expect(library.blindTests(a)).toEqual(what === "test" ? [TEST] : []);
    // Taken off again, it is a photo like any other.
    expect(library.count()).toBe(2);
  },
);

test("blind tests are kept, the latest first", async () => {
  const { library, ids } = await libraryOf(["a.jpg"]);
  await library.saveBlindTest(ids[0], TEST);
  await library.saveBlindTest(ids[0], { ...TEST, correct: 12 });
  expect(library.blindTests(ids[0]).map(({ correct }) => correct)).toEqual([12, 9]);
});

test("results are known by path, the latest first, until the photo is another", async () => {
  const { library, ids, root } = await libraryOf(["a.jpg"]);
  const [a] = ids;
  library.noteResult(a, result({ madeMs: 1 }));
  library.noteResult(a, result({ madeMs: 2, path: "/out/b.png", realism: undefined }));
  library.noteResult(a, result({ madeMs: 3, strength: 0.5 }));
  expect(library.results(a).map(({ path, strength, realism }) => [path, strength, realism])).toEqual([
    ["/out/a.png", 0.5, 0.5],
    ["/out/b.png", 1, undefined],
  ]);
  for (let i = 0; i < 30; i++) library.noteResult(a, result({ madeMs: 10 + i, path: `/out/${i}.png` }));
  expect(library.results(a)).toHaveLength(20);
  expect(library.results(a)[0]?.path).toBe("/out/29.png");
  writeFileSync(join(root, "a.jpg"), "another photo under its name");
  await until(() => library.results(a).length === 0);
});

test("a result stays with a photo that was copied back with another time", async () => {
  const { library, ids, root } = await libraryOf(["a.jpg"]);
  const [a] = ids;
  await library.judge([a], { stars: 3 });
  await until(async () => (await library.file(a)).sha256 !== undefined);
  const { sha256 } = await library.file(a);
  library.noteResult(a, result({ sourceSha256: sha256 }));
  const away = join(tempDir(), "a.jpg");
  copyFileSync(join(root, "a.jpg"), away);
  rmSync(join(root, "a.jpg"));
  await until(() => library.row(a) === undefined);
  copyFileSync(away, join(root, "moved.jpg"));
  await until(() => library.row(a)?.place === "moved.jpg");
  expect(library.results(a)).toHaveLength(1);
});

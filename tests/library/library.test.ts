import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LibraryEvent } from "../../main/library/library.ts";
import { FakeViewer, namesIn, openLibrary, scanned, until, write } from "../helpers/library.ts";
import { tempDir } from "../helpers/temp.ts";

const idOf = (library: ReturnType<typeof openLibrary>, name: string) =>
  library.page(0, 5000).find((row) => row.name === name)?.id ?? Number.NaN;

describe("adding", () => {
  test("a folder's photos come as events, in natural order, and what is no photo is counted", async () => {
    const root = tempDir();
    write(root, ["a10.jpg", "sub/A2.JPG", "a1.png", "notes.txt"]);
    const library = openLibrary(tempDir());
    const events: LibraryEvent[] = [];
    library.onEvent((event) => events.push(event));
    const { folders, failed } = await library.add([root]);
    expect(failed).toEqual([]);
    await until(() => library.page(0, 9).every(({ width }) => width !== undefined) && library.count() === 3);
    expect(namesIn(library)).toEqual(["a1.png", "sub/A2.JPG", "a10.jpg"]);
    expect(library.page(1, 1)).toMatchObject([{ name: "A2.JPG", format: "jpeg", bytes: 10, stars: 0, takenMs: 1000 }]);
    await scanned(library);
    expect(library.folders()).toMatchObject([
      { id: folders[0], path: root, photos: 3, passedOver: 1, isMissing: false, isScanning: false },
    ]);
    expect(library.passedOver(folders[0] ?? 0)).toEqual([{ place: "notes.txt", why: "not-a-photo" }]);
    await until(() => {
      const told = events.flatMap((event) => (event.type === "photos" ? event.changed : []));
      return new Set(told.map(({ id }) => id)).size === 3 && told.some(({ width }) => width === 4);
    });
    const last = events.filter((event) => event.type === "folders").at(-1);
    await until(() => events.filter((event) => event.type === "folders").at(-1)?.folders[0]?.isScanning === false);
    expect(last).toBeDefined();
  });

  test("files: only these of their folder; the folder takes them over later, ids and stars stay", async () => {
    const root = tempDir();
    write(root, ["x/a.jpg", "x/b.jpg", "y/c.jpg", "notes.txt"]);
    const library = openLibrary(tempDir());
    const adding = await library.add([join(root, "x/a.jpg"), join(root, "notes.txt"), join(root, "no.jpg")]);
    expect(adding.failed).toEqual([
      { name: "notes.txt", code: "SOURCE_UNSUPPORTED" },
      { name: "no.jpg", code: "SOURCE_MISSING" },
    ]);
    await until(() => library.count() === 1);
    const id = idOf(library, "a.jpg");
    await library.judge([id], { stars: 4, flag: "pick" });
    await library.rescan(adding.folders[0] ?? 0);
    expect(namesIn(library)).toEqual(["a.jpg"]);
    await library.add([join(root, "y"), root]);
    await scanned(library);
    expect(library.folders()).toMatchObject([{ path: root, photos: 3 }]);
    expect(namesIn(library)).toEqual(["x/a.jpg", "x/b.jpg", "y/c.jpg"]);
    expect(library.row(id)).toMatchObject({ place: "x/a.jpg", stars: 4, flag: "pick", label: "none" });
  });

  test("a folder or a file in a known folder is looked at again, not added twice", async () => {
    const root = tempDir();
    write(root, ["x/a.jpg"]);
    const library = openLibrary(tempDir());
    const { folders } = await library.add([root]);
    await scanned(library);
    write(root, ["x/b.jpg"]);
    expect((await library.add([join(root, "x"), join(root, "x/b.jpg")])).folders).toEqual(folders);
    await scanned(library);
    expect(namesIn(library)).toEqual(["x/a.jpg", "x/b.jpg"]);
  });

  test("a folder of results in a known folder is shown when it is asked for by name, and stays apart", async () => {
    const root = tempDir();
    write(root, ["a.jpg", "out/.silvergrain/ledger.db", "out/a-4x.jpg"]);
    const library = openLibrary(tempDir());
    await library.add([root]);
    await scanned(library);
    expect(namesIn(library)).toEqual(["a.jpg"]);
    await library.add([join(root, "out")]);
    await scanned(library);
    expect(library.folders()).toHaveLength(2);
    expect(library.count()).toBe(2);
  });
});

describe("what is served", () => {
  test("paths only of what lies in the library, also when a file has become a link that leads out", async () => {
    const root = tempDir();
    const outside = tempDir();
    write(outside, ["secret.jpg"]);
    write(root, ["a.jpg", "sub/b.jpg"]);
    symlinkSync(join(root, "a.jpg"), join(root, "within.jpg"));
    const library = openLibrary(tempDir());
    await library.add([root]);
    await scanned(library);
    const [a, b, within] = ["a.jpg", "b.jpg", "within.jpg"].map((name) => idOf(library, name));
    expect(await library.pathOf(a ?? 0)).toBe(join(root, "a.jpg"));
    expect(await library.pathOf(within ?? 0)).toBe(join(root, "within.jpg"));
    expect(library.idOfPath(join(root, "sub", "b.jpg"))).toBe(b);
    expect(library.idOfPath(join(outside, "secret.jpg"))).toBeUndefined();
    rmSync(join(root, "a.jpg"));
    symlinkSync(join(outside, "secret.jpg"), join(root, "a.jpg"));
    renameSync(join(root, "sub"), join(outside, "sub"));
    symlinkSync(join(outside, "sub"), join(root, "sub"));
    expect(await library.pathOf(a ?? 0)).toBeUndefined();
    expect(await library.pathOf(b ?? 0)).toBeUndefined();
    expect(await library.thumbnail(a ?? 0)).toBeUndefined();
    await expect(library.facts(a ?? 0)).rejects.toMatchObject({ code: "SOURCE_MISSING" });
    expect(await library.pathOf(99_999)).toBeUndefined();
  });
});

describe("persistence", () => {
  test("reopened, everything is there at once, before any file is touched; what changed meanwhile comes after", async () => {
    const home = tempDir();
    const root = tempDir();
    write(root, ["a.jpg", "b.jpg", "c.jpg"], "40x30 of a photo");
    const first = openLibrary(home);
    await first.add([root]);
    await until(() => first.page(0, 9).filter(({ width }) => width === 40).length === 3);
    await first.judge([idOf(first, "b.jpg")], { label: "red", stars: 2 });
    const before = first.page(0, 9);
    await first.close();

    writeFileSync(join(root, "c.jpg"), "80x60 and another size");
    rmSync(join(root, "a.jpg"));
    write(root, ["d.jpg"]);
    const viewer = new FakeViewer();
    const again = openLibrary(home, viewer);
    expect(again.page(0, 9)).toEqual(before);
    expect(again.folders()).toMatchObject([{ path: root, photos: 3, isScanning: true }]);
    await until(() => again.row(idOf(again, "c.jpg"))?.width === 80 && again.row(idOf(again, "d.jpg"))?.width === 4);
    expect(namesIn(again)).toEqual(["b.jpg", "c.jpg", "d.jpg"]);
    expect(viewer.read.map((path) => path.slice(-5)).sort()).toEqual(["c.jpg", "d.jpg"]);
  });

  test("a folder that is missing keeps its photos on show, and is looked through when it is back", async () => {
    const home = tempDir();
    const root = join(tempDir(), "photos");
    write(root, ["a.jpg"]);
    const first = openLibrary(home);
    await first.add([root]);
    await until(() => first.page(0, 9)[0]?.width === 4);
    await first.close();
    renameSync(root, `${root}-away`);
    const again = openLibrary(home);
    await scanned(again);
    expect(again.folders()).toMatchObject([{ isMissing: true, photos: 1 }]);
    expect(namesIn(again)).toEqual(["a.jpg"]);
    // A mount point without its disk is there, and empty.
    mkdirSync(root);
    await again.rescanUnwatched();
    expect(again.folders()).toMatchObject([{ isMissing: true, photos: 1 }]);
    rmSync(root, { recursive: true });
    renameSync(`${root}-away`, root);
    await again.rescanUnwatched();
    expect(again.folders()).toMatchObject([{ isMissing: false, photos: 1 }]);
  });

  test("a folder that was taken out and is added again has its stars back", async () => {
    const root = tempDir();
    write(root, ["a.jpg", "b.jpg"]);
    const library = openLibrary(tempDir());
    const { folders } = await library.add([root]);
    await scanned(library);
    const id = idOf(library, "b.jpg");
    await library.judge([id], { stars: 5 });
    await library.remove(folders[0] ?? 0);
    expect(library.count()).toBe(0);
    expect(library.folders()).toEqual([]);
    await library.add([join(root, "a.jpg")]);
    await scanned(library);
    expect(namesIn(library)).toEqual(["a.jpg"]);
    await library.add([root]);
    await scanned(library);
    expect(library.row(id)).toMatchObject({ name: "b.jpg", stars: 5 });
  });
});

describe("headers", () => {
  test("are read once for each state of a file, two at a time, those on the screen first", async () => {
    const root = tempDir();
    write(
      root,
      Array.from({ length: 40 }, (_, i) => `${i}.jpg`),
    );
    const viewer = new FakeViewer();
    const library = openLibrary(tempDir(), viewer);
    const events: LibraryEvent[] = [];
    library.onEvent((event) => events.push(event));
    await library.add([root]);
    await until(() => library.count() === 40);
    library.look([idOf(library, "39.jpg"), idOf(library, "38.jpg")]);
    await until(() => library.page(0, 99).every(({ width }) => width !== undefined));
    const order = viewer.read.map((path) => path.slice(root.length + 1));
    expect(new Set(order).size).toBe(40);
    expect(order).toHaveLength(40);
    expect(order.indexOf("39.jpg")).toBeLessThan(30);
    expect(order.indexOf("38.jpg")).toBeLessThan(30);
    expect(viewer.most).toBe(2);
    const facts = await library.facts(idOf(library, "7.jpg"));
    expect(facts).toMatchObject({ path: join(root, "7.jpg"), bytes: 5, camera: "A camera", width: 4 });
    expect((await library.details(idOf(library, "7.jpg"))).header.bits).toBe(8);
    expect(viewer.read).toHaveLength(40);
    writeFileSync(join(root, "7.jpg"), "70x50, another one");
    expect(await library.facts(idOf(library, "7.jpg"))).toMatchObject({ width: 70, bytes: 18 });
    await until(() => library.row(idOf(library, "7.jpg"))?.width === 70);
    expect(events.filter(({ type }) => type === "photos").length).toBeLessThan(20);
  });

  test("a photo that cannot be read says why, and is tried again when its file changes and not before", async () => {
    const root = tempDir();
    write(root, ["a.jpg"], "bad");
    const viewer = new FakeViewer();
    const library = openLibrary(tempDir(), viewer);
    const { folders } = await library.add([root]);
    await until(() => library.page(0, 1)[0]?.error === "SOURCE_CORRUPT");
    await library.rescan(folders[0] ?? 0);
    expect(viewer.read).toHaveLength(1);
    writeFileSync(join(root, "a.jpg"), "50x20 good");
    await until(() => library.page(0, 1)[0]?.width === 50);
    expect(library.page(0, 1)[0]?.error).toBeUndefined();
  });
});

describe("watching", () => {
  test("files and folders that come, change and go are noticed", async () => {
    const root = tempDir();
    write(root, ["a.jpg", "sub/b.jpg", "sub/deep/c.jpg"]);
    const library = openLibrary(tempDir());
    await library.add([root]);
    await scanned(library);
    await new Promise((resolve) => setTimeout(resolve, 300));
    write(root, ["new/deep/er/d.jpg", "e.jpg", "f.txt"]);
    writeFileSync(join(root, "a.jpg"), "90x10 other bytes");
    rmSync(join(root, "sub"), { recursive: true });
    await until(() => namesIn(library).join() === "a.jpg,new/deep/er/d.jpg,e.jpg");
    await until(() => library.page(0, 1)[0]?.width === 90 && library.folders()[0]?.passedOver === 1);
    write(root, ["new/deep/g.jpg", "out/.silvergrain/ledger.db", "out/h.jpg", ".trash/i.jpg"]);
    await until(() => namesIn(library).includes("new/deep/g.jpg"));
    expect(namesIn(library).filter((name) => /out|trash/.test(name))).toEqual([]);
  });

  test("beside single files that were added, nothing else comes in", async () => {
    const root = tempDir();
    write(root, ["a.jpg", "b.jpg"]);
    const library = openLibrary(tempDir());
    await library.add([join(root, "a.jpg")]);
    await scanned(library);
    await new Promise((resolve) => setTimeout(resolve, 300));
    write(root, ["c.jpg", "sub/d.jpg", "b.jpg"]);
    writeFileSync(join(root, "a.jpg"), "60x60 changed");
    await until(() => library.page(0, 1)[0]?.width === 60);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(namesIn(library)).toEqual(["a.jpg"]);
    rmSync(join(root, "a.jpg"));
    await until(() => library.count() === 0);
  });

  test("a file that is being copied is taken when it is whole", async () => {
    const root = tempDir();
    const library = openLibrary(tempDir());
    await library.add([root]);
    await scanned(library);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const path = join(root, "big.jpg");
    for (let part = 1; part <= 12; part++) {
      writeFileSync(path, "x".repeat(part));
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(library.count()).toBe(0);
    }
    await until(() => library.page(0, 1)[0]?.bytes === 12);
  });

  test("a folder that is taken away while it is open is missing, and its photos stay", async () => {
    const root = join(tempDir(), "photos");
    write(root, ["a.jpg"]);
    const library = openLibrary(tempDir());
    await library.add([root]);
    await scanned(library);
    await new Promise((resolve) => setTimeout(resolve, 300));
    renameSync(root, `${root}-away`);
    await until(() => library.folders()[0]?.isMissing === true);
    expect(library.count()).toBe(1);
    renameSync(`${root}-away`, root);
    await until(() => library.folders()[0]?.isMissing === false);
    expect(statSync(root).isDirectory()).toBe(true);
  });
});

describe("photos that were moved", () => {
  const judged = async (home: string, root: string) => {
    const library = openLibrary(home);
    const [folder] = (await library.add([root])).folders;
    await scanned(library);
    const ids = library.page(0, 99).map(({ id }) => id);
    for (const [i, id] of ids.entries()) await library.judge([id], { stars: 1 + (i % 5) });
    return {
      library,
      folder: folder ?? 0,
      ids,
      ratings: new Map(library.page(0, 99).map(({ id, stars }) => [id, stars])),
    };
  };
  /** All are hashed when none is left to do: a photo is not found again before. */
  const hashed = () => new Promise((resolve) => setTimeout(resolve, 400));
  const ratings = (library: ReturnType<typeof openLibrary>) =>
    new Map(library.page(0, 99).map(({ id, stars }) => [id, stars]));

  test("a folder renamed while the app runs keeps its ratings and ids", async () => {
    const root = tempDir();
    write(root, ["old/a.jpg", "old/b.jpg", "old/in/c.jpg"]);
    const { library, ratings: before } = await judged(tempDir(), root);
    await hashed();
    renameSync(join(root, "old"), join(root, "new"));
    await until(
      () => namesIn(library).join() === "new/a.jpg,new/b.jpg,new/in/c.jpg" && library.page(0, 1)[0]?.stars === 1,
    );
    await until(() => JSON.stringify([...ratings(library)]) === JSON.stringify([...before]));
  });

  test("a folder renamed while the app was closed, and one moved to another root, keep them too", async () => {
    const home = tempDir();
    const root = tempDir();
    const other = tempDir();
    write(root, ["z/a.jpg", "z/b.jpg", "y/c.jpg"]);
    const { library, ratings: before } = await judged(home, root);
    await library.add([other]);
    await hashed();
    await library.close();
    renameSync(join(root, "z"), join(root, "a-new"));
    renameSync(join(root, "y"), join(other, "y"));
    const again = openLibrary(home);
    await scanned(again);
    await until(() => JSON.stringify([...ratings(again)]) === JSON.stringify([...before]));
    expect(namesIn(again)).toEqual(["a-new/a.jpg", "a-new/b.jpg", "y/c.jpg"]);
  });

  test("the folder of the library itself, renamed, is the same folder when it is added again", async () => {
    const home = tempDir();
    const root = join(tempDir(), "photos");
    write(root, ["a.jpg", "b.jpg"]);
    const { library, folder, ratings: before } = await judged(home, root);
    await library.close();
    renameSync(root, `${root}-2`);
    const again = openLibrary(home);
    await scanned(again);
    expect((await again.add([`${root}-2`])).folders).toEqual([folder]);
    await scanned(again);
    expect(again.folders()).toMatchObject([{ id: folder, path: `${root}-2`, isMissing: false, photos: 2 }]);
    expect(ratings(again)).toEqual(before);
  });

  test("a copy that was there beside it inherits nothing, nor does another photo of the same size", async () => {
    const root = tempDir();
    write(root, ["a.jpg", "copy.jpg"], "same bytes");
    const library = openLibrary(tempDir());
    const [folder] = (await library.add([root])).folders;
    await scanned(library);
    const id = idOf(library, "a.jpg");
    await library.judge([id], { stars: 3 });
    await hashed();
    rmSync(join(root, "a.jpg"));
    write(root, ["other.jpg"], "SAME BYTES");
    await library.rescan(folder ?? 0);
    await hashed();
    expect(library.page(0, 9).map(({ name, stars }) => [name, stars])).toEqual([
      ["copy.jpg", 0],
      ["other.jpg", 0],
    ]);
    write(root, ["late.jpg"], "same bytes");
    await library.rescan(folder ?? 0);
    await until(() => library.row(id)?.name === "late.jpg");
    expect(library.row(id)?.stars).toBe(3);
  });

  test("what changed in place is another photo with the same judgement", async () => {
    const root = tempDir();
    write(root, ["a.jpg"]);
    const { library, folder, ids } = await judged(tempDir(), root);
    expect(await library.thumbnail(ids[0] ?? 0)).toMatch(/^[0-9a-f]{64}$/);
    await until(() => library.row(ids[0] ?? 0)?.thumbnail !== undefined);
    utimesSync(join(root, "a.jpg"), 1000, 1000);
    await library.rescan(folder);
    expect(library.row(ids[0] ?? 0)).toMatchObject({ stars: 1, thumbnail: undefined, changedMs: 1_000_000 });
  });
});

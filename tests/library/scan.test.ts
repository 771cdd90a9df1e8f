import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { describe, expect, test, vi } from "vitest";
import { type ScanBatch, scanFolder } from "../../main/library/scan.ts";
import { namesIn, openLibrary, scanned, write } from "../helpers/library.ts";
import { tempDir } from "../helpers/temp.ts";

const broken = vi.hoisted(() => ({ path: "" }));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const opendir: typeof real.opendir = (path, options) =>
    path === broken.path
      ? Promise.reject(Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" }))
      : real.opendir(path, options);
  return { ...real, opendir };
});

async function scan(root: string, options?: Parameters<typeof scanFolder>[1]) {
  const batches: ScanBatch[] = [];
  for await (const batch of scanFolder(root, options)) batches.push(batch);
  return {
    places: batches.flatMap(({ files }) => files.map(({ place }) => place)).sort(),
    passedOver: batches.flatMap(({ passedOver }) => passedOver).sort((a, b) => (a.place < b.place ? -1 : 1)),
    unread: batches.flatMap(({ unread }) => unread),
    batches,
  };
}

describe("scanFolder", () => {
  test("photos of any depth; other files are passed over, hidden ones and results are left out", async () => {
    const root = tempDir();
    write(root, ["b.jpg", "a/deep/er/c.PNG", "a/notes.txt", ".hidden.jpg", ".dir/x.jpg"]);
    write(root, ["out/x.jpg", "out/.silvergrain/ledger.db"]);
    expect(await scan(root)).toMatchObject({
      places: ["a/deep/er/c.PNG", "b.jpg"],
      passedOver: [{ place: "a/notes.txt", why: "not-a-photo" }],
    });
    expect((await scan(root, { under: "a" })).places).toEqual(["a/deep/er/c.PNG"]);
    expect((await scan(join(root, "out"))).places).toEqual(["x.jpg"]);
  });

  test("links: a loop ends, one that leads out or to nowhere is passed over, one within gives no folder twice", async () => {
    const root = tempDir();
    const outside = tempDir();
    write(outside, ["secret.jpg", "folder/secret.jpg"]);
    write(root, ["a/x.jpg", "z/y.jpg"]);
    symlinkSync(root, join(root, "a", "loop"));
    symlinkSync(join(root, "z"), join(root, "a", "again"));
    symlinkSync(join(root, "z", "y.jpg"), join(root, "a", "same.jpg"));
    symlinkSync(outside, join(root, "out"));
    symlinkSync(join(outside, "secret.jpg"), join(root, "out.jpg"));
    symlinkSync(join(root, "nothing"), join(root, "nowhere.jpg"));
    symlinkSync("self.jpg", join(root, "self.jpg"));
    expect(await scan(root)).toMatchObject({
      places: ["a/same.jpg", "a/x.jpg", "z/y.jpg"],
      passedOver: [
        { place: "nowhere.jpg", why: "unreadable" },
        { place: "out", why: "link-out" },
        { place: "out.jpg", why: "link-out" },
        { place: "self.jpg", why: "unreadable" },
      ],
    });
  });

  test("what is no file, and names that are no text, stop nothing", async () => {
    const root = tempDir();
    write(root, ["a.jpg"]);
    mkdirSync(join(root, "folder.jpg"));
    execFileSync("mkfifo", [join(root, "pipe.jpg")]);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/b`), Buffer.from([0xff]), Buffer.from(".jpg")]), "x");
    mkdirSync(Buffer.concat([Buffer.from(`${root}/d`), Buffer.from([0xff])]));
    const found = await scan(root);
    expect(found.places).toEqual(["a.jpg"]);
    expect(found.passedOver).toEqual([
      { place: "b\ufffd.jpg", why: "unreadable" },
      { place: "d\ufffd", why: "unreadable" },
      { place: "pipe.jpg", why: "not-a-photo" },
    ]);
  });

  test("a folder that may not be read is passed over and named, so that its photos do not count as gone", async () => {
    const root = tempDir();
    write(root, ["a.jpg", "shut/b.jpg"]);
    // Root may read everything, so the refusal is put on.
    broken.path = join(root, "shut");
    expect(await scan(root)).toMatchObject({
      places: ["a.jpg"],
      passedOver: [{ place: "shut", why: "unreadable" }],
      unread: ["shut"],
    });
    broken.path = root;
    await expect(scan(root)).rejects.toMatchObject({ code: "EACCES" });
    broken.path = "";
    await expect(scan(join(root, "gone"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("photos of a folder that may not be read any more stay in the library", async () => {
    const root = tempDir();
    write(root, ["a.jpg", "shut/b.jpg", "b.jpg"]);
    const library = openLibrary(tempDir());
    const [folder = 0] = (await library.add([root])).folders;
    await scanned(library);
    broken.path = join(root, "shut");
    rmSync(join(root, "b.jpg"));
    await library.rescan(folder);
    broken.path = "";
    expect(namesIn(library)).toEqual(["a.jpg", "shut/b.jpg"]);
    expect(library.passedOver(folder)).toEqual([{ place: "shut", why: "unreadable" }]);
  });

  test("a folder that is taken away in the middle is no failure", async () => {
    const root = tempDir();
    write(
      root,
      Array.from({ length: 200 }, (_, i) => `${i}.jpg`),
    );
    write(root, ["sub/x.jpg"]);
    const places: string[] = [];
    for await (const { files, passedOver } of scanFolder(root)) {
      rmSync(join(root, "sub"), { recursive: true, force: true });
      expect(passedOver).toEqual([]);
      places.push(...files.map(({ place }) => place));
    }
    expect(places).toHaveLength(200);
  });

  test("a signal ends it", async () => {
    const root = tempDir();
    write(
      root,
      Array.from({ length: 500 }, (_, i) => `${i}.jpg`),
    );
    const stop = new AbortController();
    let files = 0;
    for await (const batch of scanFolder(root, { signal: stop.signal })) {
      files += batch.files.length;
      stop.abort();
    }
    expect(files).toBeGreaterThan(0);
    expect(files).toBeLessThan(500);
  });

  test("100,000 files: the first come at once, and nothing else has to wait", async () => {
    const root = tempDir();
    for (let folder = 0; folder < 100; folder++) {
      mkdirSync(join(root, `${folder}`));
      for (let file = 0; file < 1000; file++) writeFileSync(join(root, `${folder}`, `${file}.jpg`), "");
    }
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const since = performance.now();
    let firstMs = 0;
    let files = 0;
    for await (const batch of scanFolder(root)) {
      if (files === 0) firstMs = performance.now() - since;
      files += batch.files.length;
    }
    console.log(
      `100,000 files in ${Math.round(performance.now() - since)} ms, the first ${firstMs.toFixed(1)} ms, longest turn ${(delay.max / 1e6).toFixed(1)} ms`,
    );
    expect(files).toBe(100_000);
    expect(firstMs).toBeLessThan(500);
  });
});

import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { expect, test } from "vitest";
import { LibraryStore } from "../../main/library/library-store.ts";
import { CHUNK } from "../../main/library/photo-rows.ts";
import { nextTurn } from "../../main/system/next-turn.ts";
import { tempDir } from "../helpers/temp.ts";

const file = (i: number) => ({
  place: `day ${i % 50}/IMG_${i}.jpg`,
  format: "jpeg",
  bytes: 1000 + i,
  mtimeMs: i + 0.25,
});

test("50,000 photos: added, paged and judged, and nobody waits", async () => {
  const store = LibraryStore.open(join(tempDir(), "library.db"));
  const folder = store.folders.add("/photos", "tree");
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const measured: string[] = [];
  const measure = async (what: string, act: () => Promise<void>) => {
    delay.enable();
    delay.reset();
    const since = performance.now();
    await act();
    measured.push(
      `${what} ${Math.round(performance.now() - since)} ms (longest turn ${(delay.max / 1e6).toFixed(0)} ms)`,
    );
    delay.disable();
  };
  await measure("add", async () => {
    for (let from = 0; from < 50_000; from += CHUNK) {
      store.photos.put(
        folder,
        Array.from({ length: CHUNK }, (_, i) => file(from + i)),
        1,
      );
      await nextTurn();
    }
  });
  const names: string[] = [];
  const ids: number[] = [];
  await measure("ten pages", async () => {
    for (let offset = 0; offset < 50_000; offset += 5000) {
      for (const row of store.photos.page(offset, 5000)) {
        names.push(row.name);
        ids.push(row.id);
      }
      await nextTurn();
    }
  });
  await measure("judge", () => store.photos.judge(ids, { stars: 3 }));
  await measure("known", async () => void (await store.photos.known(folder, "")));
  await measure("gone", () => store.photos.setGone(ids, 1));
  for (const id of ids.slice(0, 2000)) store.photos.setContent(id, `content of ${id}`, false);
  await measure("put once more", async () => {
    for (let from = 0; from < 50_000; from += CHUNK) {
      store.photos.put(
        store.folders.add("/moved", "tree"),
        Array.from({ length: CHUNK }, (_, i) => file(from + i)),
        2,
      );
      await nextTurn();
    }
  });
  let found = 0;
  await measure("compare with what is lost", async () => {
    for (let after = 0; after < store.work.lastToCompare(); after += 2000) {
      found += store.work.maybeFound(after, after + 2000).length;
      await nextTurn();
    }
  });
  console.log(`50,000 photos: ${measured.join(", ")}`);
  expect(names).toEqual(Array.from({ length: 50_000 }, (_, i) => `IMG_${i}.jpg`));
  expect(found).toBe(2000);
  expect(store.photos.count()).toBe(50_000);
  store.close();
});

test("what was acknowledged is there after a kill: only what is on the disk is opened again", async () => {
  const home = tempDir();
  const path = join(home, "library.db");
  const store = LibraryStore.open(path);
  const folder = store.folders.add("/photos", "tree");
  const [id = 0] = store.photos.put(folder, [file(1)], store.photos.nextTurn());
  await store.photos.judge([id], { label: "green" });
  const other = tempDir();
  for (const end of ["", "-wal"]) copyFileSync(path + end, join(other, `library.db${end}`));
  store.close();
  const again = LibraryStore.open(join(other, "library.db"));
  expect(again.photos.row(id)).toMatchObject({ name: "IMG_1.jpg", label: "green", stars: 0, changedMs: 1.25 });
  again.close();
});

test("a second Silvergrain is told that the first one is open", () => {
  const path = join(tempDir(), "library.db");
  const store = LibraryStore.open(path);
  expect(() => LibraryStore.open(path)).toThrow(/open already/);
  store.close();
  LibraryStore.open(path).close();
});

test("what is passed over is counted to the end, and kept to 10,000", async () => {
  const store = LibraryStore.open(join(tempDir(), "library.db"));
  const id = store.folders.add("/photos", "tree");
  const found = Array.from({ length: 12_000 }, (_, i) => ({ place: `x/${i}.txt`, why: "not-a-photo" as const }));
  await store.folders.replacePassedOver(id, found, found.length);
  expect(store.folders.find(id)?.passedOver).toBe(12_000);
  expect(store.folders.passedOver(id)).toHaveLength(10_000);
  await store.folders.replacePassedOver(id, found.slice(0, 3), 3);
  await store.folders.changePassedOver(id, [{ place: "y.txt", why: "unreadable" }], ["x/1.txt", "x/99.txt"]);
  expect(store.folders.find(id)?.passedOver).toBe(3);
  await store.folders.changePassedOver(id, [], ["x"]);
  expect(store.folders.passedOver(id)).toEqual([{ place: "y.txt", why: "unreadable" }]);
  store.close();
});

import { expect, test } from "vitest";
import type { QueueStore } from "../../main/queue/store.ts";
import { batchFor, openQueue, planned, SETTINGS } from "../helpers/queue.ts";
import { tempDir } from "../helpers/temp.ts";

async function storeWith(count: number): Promise<{ readonly store: QueueStore; readonly folder: string }> {
  const folder = tempDir();
  const { store } = openQueue(folder);
  await store.add(
    batchFor(folder),
    Array.from({ length: count }, (_, i) => planned(`${i + 1}.png`)),
    () => 1,
  );
  return { store, folder };
}

const order = (store: QueueStore) =>
  store.list({ limit: 1000, states: ["queued"] }).map(({ place }) => Number.parseInt(place, 10));

test("jobs are dragged to before another, in the order that they had", async () => {
  const { store } = await storeWith(6);
  store.move([6, 2], 4);
  expect(order(store)).toEqual([1, 3, 2, 6, 4, 5]);
  store.move([5], undefined);
  expect(order(store)).toEqual([5, 1, 3, 2, 6, 4]);
  store.move([5, 1], 5);
  expect(order(store), "before itself is no place").toEqual([5, 1, 3, 2, 6, 4]);
});

test("a place is found also after a thousand drags to the same one", async () => {
  const { store } = await storeWith(4);
  for (let i = 0; i < 500; i++) {
    store.move([3], 2);
    store.move([4], 2);
    expect(order(store)).toEqual([1, 3, 4, 2]);
  }
  expect(new Set(order(store)).size).toBe(4);
});

test("a batch of a higher priority is done first, and what is dragged there is taken along", async () => {
  const { store, folder } = await storeWith(2);
  await store.add({ ...batchFor(folder), priority: 1 }, [planned("3.png"), planned("4.png")], () => 1);
  expect(order(store)).toEqual([3, 4, 1, 2]);
  store.move([2], 4);
  expect(order(store)).toEqual([3, 2, 4, 1]);
  expect(store.claim()?.place).toBe("3.png");
});

test("the same photo, planned alike, is one job however often it is added; planned otherwise, the new plan counts", async () => {
  const { store, folder } = await storeWith(3);
  const again = await store.add(batchFor(folder, "again"), [planned("2.png"), planned("4.png")], () => 1);
  expect(again).toMatchObject({ added: 1, known: 1 });
  expect(order(store)).toEqual([1, 2, 3, 4]);
  const settings = { ...SETTINGS, strength: 0.5 };
  const other = await store.add({ ...batchFor(folder, "softer"), settings }, [planned("2.png")], () => 1);
  expect(other).toMatchObject({ added: 1, known: 0 });
  expect(order(store)).toEqual([1, 3, 4, 2]);
  expect(store.batches().map(({ name, jobs }) => [name, jobs.queued])).toEqual([
    ["a batch", 2],
    ["again", 1],
    ["softer", 1],
  ]);
});

test("what failed is not queued again beside a newer plan for its file", async () => {
  const { store, folder } = await storeWith(1);
  const first = store.claim();
  store.death(first?.id ?? -1, { code: "ENGINE_DIED", message: "Dead." } as never);
  store.claim();
  store.death(first?.id ?? -1, { code: "ENGINE_DIED", message: "Dead." } as never);
  await store.add(batchFor(folder), [planned("1.png")], () => 1);
  store.retry("all");
  expect(order(store)).toEqual([1]);
  expect(
    store
      .list({ limit: 9 })
      .map(({ state }) => state)
      .sort(),
  ).toEqual(["cancelled", "queued"]);
});

test("pages of the list hold every job once, whatever is in them", async () => {
  const { store, folder } = await storeWith(250);
  await store.add({ ...batchFor(folder), priority: 5 }, [planned("300.png")], () => 1);
  const seen: number[] = [];
  for (let page = store.list({ limit: 40 }); page.length > 0; ) {
    seen.push(...page.map(({ id }) => id));
    page = store.list({ limit: 40, after: page.at(-1) as NonNullable<ReturnType<QueueStore["job"]>> });
  }
  expect(seen).toHaveLength(251);
  expect(new Set(seen).size).toBe(251);
  expect(seen[0]).toBe(251);
});

test("a thing that fails within a change leaves nothing of it", async () => {
  const { store } = await storeWith(1);
  const job = store.claim();
  const result = { width: 1, height: 1, bytes: 1, sha256: "", flags: [], notes: [] };
  expect(() =>
    store.finish(job?.id ?? -1, result, () => {
      throw new Error("the ledger cannot be written");
    }),
  ).toThrow("the ledger cannot be written");
  expect(store.job(job?.id ?? -1)?.state).toBe("running");
  store.finish(job?.id ?? -1, result);
  expect(store.job(job?.id ?? -1)).toMatchObject({ state: "done", result: { width: 1 } });
});

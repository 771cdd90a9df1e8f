import { expect, test } from "vitest";
import type { Job } from "../../main/queue/job-row.ts";
import { reportText } from "../../main/queue/report.ts";
import { QueueStore } from "../../main/queue/store.ts";
import { settingsFrom, settingsText } from "../../main/queue/stored.ts";
import { closeBooks } from "../../main/system/books.ts";
import { batchFor, findFakeModel, openQueue, openQueueBooks, planned, SETTINGS } from "../helpers/queue.ts";
import { tempDir } from "../helpers/temp.ts";

const POLICY = { threads: 1, allowSpinning: true, mayOverwrite: false };

/** A queue with one job, in which a stranger has changed something. */
async function tampered(sql: string) {
  const folder = tempDir();
  const { store } = openQueue(folder);
  await store.add(batchFor(folder), [planned("a.png")], () => 1);
  store.all(sql);
  return { store, job: store.list({ limit: 1 })[0] as Job };
}

test.each(["../a.png", "/etc/a.png", "sub/../../a.png", "C:\\\\a.png", ""])(
  "a plan for %j, outside of the target, is refused",
  async (output) => {
    const { store, job } = await tampered(`UPDATE jobs SET output = '${output}' RETURNING id`);
    expect(() => store.planned(job, findFakeModel)).toThrow(/below the target folder/);
  },
);

test("a batch for another folder than the one that the queue lies in is refused", async () => {
  const { store, job } = await tampered("UPDATE batches SET target = '/somewhere/else' RETURNING id");
  expect(() => store.settingsOf(job.batch, findFakeModel, POLICY)).toThrow(/to go there/);
  expect(() => store.targetOf(job.batch)).toThrow(/to go there/);
});

test("leave to overwrite is not taken from a queue, only from whoever has just given it", () => {
  const text = settingsText({ ...SETTINGS, overwrite: true });
  expect(settingsFrom(text, findFakeModel, POLICY).overwrite).toBe(false);
  expect(settingsFrom(text, findFakeModel, { ...POLICY, mayOverwrite: true }).overwrite).toBe(true);
});

test("a model that has other weights now is not used for a job that was queued for the old ones", async () => {
  const { store, job } = await tampered("SELECT 1");
  const changed = (id: string) => ({ ...findFakeModel(id), sha256: "9".repeat(64) });
  expect(() => store.planned(job, changed)).toThrow(expect.objectContaining({ code: "MODEL_UNKNOWN" }));
});

test.each(["flags = 'nope'", "notes = '{'", "code = 'OF_A_LATER_VERSION'", "device = 'quantum'"])(
  "a row with %s stops nothing",
  async (change) => {
    const { store } = await tampered(`UPDATE jobs SET ${change} RETURNING id`);
    expect(store.next()?.place).toBe("a.png");
  },
);

test("a plan that is no JSON does not keep a report from being made", async () => {
  const { store } = await tampered("UPDATE jobs SET plan = '{', source = '=HYPERLINK()' RETURNING id");
  const [batch] = store.batches();
  if (batch === undefined) throw new Error("Expected a batch.");
  store.notePassedOver(batch.id, [
    { source: "/in/b.png", output: undefined, state: "skipped", code: "done", message: "done before", flags: [] },
  ]);
  const lines = reportText(store, batch, "csv").trim().split("\r\n");
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^'=HYPERLINK\(\),/);
  expect(lines[2]).toContain("skipped");
  expect(JSON.parse(reportText(store, batch, "json")).photos).toMatchObject([
    { state: "queued", sourceWidth: null },
    { state: "skipped", code: "done" },
  ]);
});

test("batches that are added at the same time do not take each other's ground away", async () => {
  const folder = tempDir();
  const { store } = openQueue(folder);
  const photos = Array.from({ length: 600 }, (_, i) => planned(`${i}.png`));
  const [first, second] = await Promise.all([
    store.add(batchFor(folder, "first"), photos, () => 1),
    store.add(batchFor(folder, "second"), photos, () => 1),
  ]);
  expect(first.added + second.added).toBe(600);
  expect(store.list({ limit: 1000 })).toHaveLength(600);
});

test("a full disk is called so, whatever libsql makes of it, and leaves no transaction open", async () => {
  const folder = tempDir();
  const books = openQueueBooks(folder);
  const store = new QueueStore(books, folder);
  const { max_page_count: pages } = books.db.prepare("PRAGMA page_count").get() as { max_page_count?: number };
  expect(pages).toBeUndefined();
  books.db.exec("PRAGMA max_page_count = 40");
  const many = Array.from({ length: 2000 }, (_, i) => planned(`${i}.png`));
  await expect(store.add(batchFor(folder), many, () => 1)).rejects.toMatchObject({ code: "DISK_FULL" });
  expect(books.db.inTransaction).toBe(false);
  books.db.exec("PRAGMA max_page_count = 100000");
  await store.add(batchFor(folder), many, () => 1);
  expect(store.batches().reduce((sum, { jobs }) => sum + jobs.queued, 0)).toBe(2000);
  closeBooks(books);
});

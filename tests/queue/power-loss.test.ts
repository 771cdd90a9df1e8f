import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Ledger } from "../../main/queue/ledger.ts";
import { QueueStore } from "../../main/queue/store.ts";
import { crashPoints, durableCopy, type Kept, linesBefore, recordTrace, type Trace } from "../helpers/power-loss.ts";
import { program } from "../helpers/program.ts";
import { tempDir } from "../helpers/temp.ts";

/** Works through a queue in a folder that was never used, and says what was acknowledged as soon as it was. */
const SOURCE = `
  import { SilvergrainError } from "./main/core/errors.ts";
  import { Ledger } from "./main/queue/ledger.ts";
  import { QueueStore } from "./main/queue/store.ts";
  import { batchFor, planned } from "./tests/helpers/queue.ts";
  const target = process.argv[2] + "/photos/2026/out";
  const photos = Array.from({ length: 8 }, (_, i) => planned("photo " + i + ".png"));
  const result = { width: 1, height: 1, bytes: 1, sha256: "a", flags: [], notes: [] };
  const ack = (text) => console.log("ack " + text);
  let ledger = Ledger.open(target);
  let store = new QueueStore(ledger.books, target);
  await store.add(batchFor(target), photos, () => 1);
  ack("added 8");
  for (let i = 0; i < 4; i++) {
    const job = store.claim();
    ack("running " + job.id);
    if (i === 2) store.fail(job.id, new SilvergrainError("SOURCE_CORRUPT", "No photo."));
    else store.finish(job.id, result, () => ledger.claim(job.output, job.source, "s", "k"));
    ack((i === 2 ? "failed " : "done ") + job.id);
    if (i === 1) {
      ledger.close();
      ledger = Ledger.open(target);
      store = new QueueStore(ledger.books, target);
    }
  }
  store.setPaused(true);
  ack("paused");
  store.cancel({ jobs: [8] });
  ack("cancelled 8");
  ledger.close();
  ack("closed");
`;

/** What was acknowledged before a point and is not there after the power failed at it. */
function losses(trace: Trace, kept: Kept): readonly string[] {
  return crashPoints(trace).flatMap((point) => {
    const promised = linesBefore(trace, point).map((line) => line.replace("ack ", ""));
    const copy = join(tempDir(), "copy");
    durableCopy(trace, copy, point, kept);
    const target = join(copy, "photos", "2026", "out");
    if (!existsSync(target)) return promised.map((text) => `${point}: ${text}, and there is no folder`);
    return lossesIn(target, promised).map((text) => `${point}: ${text}`);
  });
}

function lossesIn(target: string, promised: readonly string[]): readonly string[] {
  let ledger: Ledger | undefined;
  try {
    ledger = Ledger.open(target);
    const store = new QueueStore(ledger.books, target);
    expect(store.all("PRAGMA integrity_check")).toMatchObject([{ integrity_check: "ok" }]);
    return promised.filter((text) => !isKept(text, store, promised));
  } catch (error) {
    return [String(error)];
  } finally {
    ledger?.close();
  }
}

function isKept(text: string, store: QueueStore, promised: readonly string[]): boolean {
  const [what, id] = text.split(" ");
  if (what === "closed") return true;
  if (what === "paused") return store.isPaused;
  const jobs = store.list({ limit: 100 });
  if (what === "added") return jobs.length === 8;
  const state = jobs.find((job) => job.id === Number(id))?.state;
  // What runs when the power fails is queued again; or it has ended, and its end was written down but not told yet.
  const hasEnded = promised.some((other) => /^(done|failed) /.test(other) && other.endsWith(` ${id}`));
  if (what === "running") return hasEnded || state !== undefined;
  return state === what;
}

describe.runIf(process.platform === "linux")("after a power loss", () => {
  test("every acknowledged change of the queue is there, whenever it comes", async () => {
    const folder = tempDir();
    const trace = await recordTrace(program(SOURCE), [folder], folder);
    expect(trace.lines).toHaveLength(12);
    for (const kept of [{}, { names: "all" }, { bytes: "all" }, { names: "all", bytes: "all" }] as const) {
      expect(losses(trace, kept)).toEqual([]);
    }
  });

  test("which takes a sync at every commit: without it, changes are lost", async () => {
    const folder = tempDir();
    const careless = `import Database from "libsql";
      const pragma = Database.prototype.pragma;
      Database.prototype.pragma = function (text) { return pragma.call(this, text.replace("= FULL", "= OFF")); };`;
    const trace = await recordTrace(program(careless + SOURCE), [folder], folder);
    expect(losses(trace, {}).length).toBeGreaterThan(0);
  });
});

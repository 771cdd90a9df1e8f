import fc from "fast-check";
import { expect, test } from "vitest";
import { SilvergrainError } from "../../main/core/errors.ts";
import { EMPTY_QUEUE, nextQueue, nextToRun, type QueueCommand, type QueueState } from "../../main/core/job.ts";
import type { QueueStore } from "../../main/queue/store.ts";
import { queueCommands } from "../helpers/naive-queue.ts";
import { batchFor, openQueue, planned } from "../helpers/queue.ts";
import { tempDir } from "../helpers/temp.ts";

const ERROR = new SilvergrainError("SOURCE_CORRUPT", "No photo.");

/** The store in the place of the state machine: ids are names of files here. */
class StoreUnderTest {
  private readonly rows = new Map<number, number>();
  private opened: ReturnType<typeof openQueue>;

  constructor(private readonly folder: string) {
    this.opened = openQueue(folder);
  }

  get store(): QueueStore {
    return this.opened.store;
  }

  close(): void {
    this.opened.close();
  }

  async obey(command: QueueCommand): Promise<void> {
    const { store } = this;
    if (command.type === "pause" || command.type === "resume") store.setPaused(command.type === "pause");
    if (command.type === "clear") store.clear("all");
    if (command.type === "kill") {
      this.opened.close();
      this.opened = openQueue(this.folder);
    }
    if (command.type === "claim") store.claim();
    if (command.type === "add") {
      const { batch } = await store.add(batchFor(this.folder), [planned(`${command.id}.png`)], () => 1);
      const row = store.list({ batch, limit: 1 })[0];
      if (row !== undefined) this.rows.set(command.id, row.id);
    }
    const row = command.type === "job" || command.type === "move-to-front" ? this.rows.get(command.id) : undefined;
    if (row === undefined) return;
    if (command.type === "move-to-front") this.moveToFront(row);
    if (command.type === "job") this.happen(row, command.event);
  }

  /** Only of jobs that the model knows: a file that was added again leaves its ended job in the batch it was in. */
  state(of: QueueState): QueueState {
    const jobs = of.jobs.map(({ id }) => {
      const job = this.store.job(this.rows.get(id) ?? -1);
      return { id, state: job?.state, deaths: job?.deaths, tilesDone: job?.tilesDone, tilesTotal: job?.tilesTotal };
    });
    return { paused: this.store.isPaused, jobs } as QueueState;
  }

  nameOfNext(): string | undefined {
    return this.store.next()?.output;
  }

  private moveToFront(row: number): void {
    this.store.move([row], undefined);
  }

  private happen(row: number, event: (QueueCommand & { type: "job" })["event"]): void {
    const { store } = this;
    if (event.type === "progress") store.progress(row, event.tilesDone, event.tilesTotal);
    if (event.type === "finish") store.finish(row, { width: 1, height: 1, bytes: 1, sha256: "", flags: [], notes: [] });
    if (event.type === "fail") store.fail(row, ERROR);
    if (event.type === "death") store.death(row, ERROR);
    if (event.type === "release") store.release(row);
    if (event.type === "cancel") store.cancel({ jobs: [row] });
    if (event.type === "retry") store.retry({ jobs: [row] }, ["failed", "cancelled"]);
  }
}

test("the store does what the state machine says, restarts included", async () => {
  await fc.assert(
    fc.asyncProperty(queueCommands(4, 40), async (commands) => {
      const store = new StoreUnderTest(tempDir());
      try {
        let queue: QueueState = EMPTY_QUEUE;
        for (const command of commands) {
          // In the store an ended job keeps its place when it is moved; what is not waiting has no place to speak of.
          if (command.type === "move-to-front" && queue.jobs.find(({ id }) => id === command.id)?.state !== "queued")
            continue;
          queue = nextQueue(queue, command);
          await store.obey(command);
          expect(store.state(queue)).toEqual(queue);
          const next = nextToRun(queue);
          expect(store.nameOfNext()).toBe(next === undefined ? undefined : `${next.id}.png`);
        }
        expect(store.store.all("PRAGMA integrity_check")).toMatchObject([{ integrity_check: "ok" }]);
      } finally {
        store.close();
      }
    }),
    { numRuns: 150 },
  );
});

import fc from "fast-check";
import type { JobState, QueueCommand, QueuedJob, QueueState } from "../../main/core/job.ts";

interface NaiveJob {
  id: number;
  state: JobState;
  deaths: number;
  tiles: [done: number, total: number];
}

/** The queue as one would tell it to a colleague: lists and ifs, nothing shared with the real one. */
export class NaiveQueue {
  private list: NaiveJob[] = [];
  private paused = false;

  obey(command: QueueCommand): void {
    if (command.type === "pause") this.paused = true;
    if (command.type === "resume") this.paused = false;
    if (command.type === "kill") for (const job of this.list) if (job.state === "running") job.state = "queued";
    if (command.type === "clear") this.list = this.list.filter((job) => !["done", "cancelled"].includes(job.state));
    if (command.type === "claim" && !this.paused) {
      for (const job of this.list) {
        if (job.state !== "queued") continue;
        job.state = "running";
        break;
      }
    }
    if (command.type === "add") this.add(command.id);
    if (command.type === "move-to-front") {
      const at = this.list.findIndex((job) => job.id === command.id);
      if (at >= 0) this.list.unshift(...this.list.splice(at, 1));
    }
    if (command.type === "job") {
      const job = this.list.find((each) => each.id === command.id);
      if (job !== undefined) this.happen(job, command.event);
    }
  }

  asState(): QueueState {
    const jobs: QueuedJob[] = this.list.map(({ id, state, deaths, tiles }) => ({
      id,
      state,
      deaths,
      tilesDone: tiles[0],
      tilesTotal: tiles[1],
    }));
    return { paused: this.paused, jobs };
  }

  private add(id: number): void {
    const at = this.list.findIndex((job) => job.id === id);
    const known = this.list[at];
    if (known?.state === "queued" || known?.state === "running") return;
    if (known !== undefined) this.list.splice(at, 1);
    this.list.push({ id, state: "queued", deaths: 0, tiles: [0, 0] });
  }

  private happen(job: NaiveJob, event: (QueueCommand & { type: "job" })["event"]): void {
    const running = job.state === "running";
    if (event.type === "progress" && running && event.tilesDone >= 0 && event.tilesDone <= event.tilesTotal) {
      job.tiles = [event.tilesDone, event.tilesTotal];
    }
    if (event.type === "finish" && (running || job.state === "cancelled")) {
      job.state = "done";
      job.tiles = [job.tiles[1], job.tiles[1]];
    }
    if (event.type === "fail" && running) job.state = "failed";
    if (event.type === "release" && running) job.state = "queued";
    if (event.type === "cancel" && (running || job.state === "queued")) job.state = "cancelled";
    if (event.type === "retry" && (job.state === "failed" || job.state === "cancelled")) {
      job.state = "queued";
      job.deaths = 0;
    }
    if (event.type === "death" && running) {
      job.deaths++;
      job.state = job.deaths === 2 ? "failed" : "queued";
    }
  }
}

/** Lists of commands over a few jobs. */
export function queueCommands(jobs: number, maxLength = 60): fc.Arbitrary<readonly QueueCommand[]> {
  const id = fc.integer({ min: 1, max: jobs });
  const plain = fc.constantFrom("finish", "fail", "death", "release", "cancel", "retry").map((type) => ({ type }));
  const progress = fc.record({
    type: fc.constant("progress"),
    tilesDone: fc.integer({ min: -1, max: 5 }),
    tilesTotal: fc.integer({ min: 0, max: 4 }),
  });
  const command = fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant("add"), id }) },
    { weight: 5, arbitrary: fc.constant({ type: "claim" }) },
    { weight: 8, arbitrary: fc.record({ type: fc.constant("job"), id, event: fc.oneof(plain, progress) }) },
    { weight: 3, arbitrary: fc.constantFrom("pause", "resume", "resume", "kill", "clear").map((type) => ({ type })) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("move-to-front"), id }) },
  ) as fc.Arbitrary<QueueCommand>;
  return fc.array(command, { maxLength });
}

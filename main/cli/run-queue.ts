import { join } from "node:path";
import { SilvergrainError } from "../core/errors.ts";
import type { EngineClient } from "../engine/client.ts";
import { modelFinder } from "../models/choose.ts";
import type { Batch } from "../queue/batches.ts";
import type { PlanDevice } from "../queue/cost.ts";
import type { Ledger } from "../queue/ledger.ts";
import type { QueueEvent } from "../queue/queue-event.ts";
import { writeReports } from "../queue/report.ts";
import { Scheduler } from "../queue/scheduler.ts";
import type { QueueStore } from "../queue/store.ts";
import type { RunPolicy } from "../queue/stored.ts";
import type { Locations } from "../system/locations.ts";
import { onBattery } from "../system/power-source.ts";
import { EXIT } from "./exit.ts";
import type { RunOptions } from "./options.ts";
import type { Reporter } from "./reporter.ts";

/** What running a target folder's queue takes. */
export interface QueueRunOptions {
  readonly target: string;
  readonly store: QueueStore;
  readonly ledger: Ledger;
  readonly engine: EngineClient;
  readonly reporter: Reporter;
  readonly locations: Locations;
  readonly policy: RunPolicy;
  readonly device: PlanDevice | undefined;
  readonly how: RunOptions;
}

/** Runs batches of a target folder's queue, and tells their story. */
export class QueueRun {
  readonly scheduler: Scheduler;
  private isOver = false;
  /** Photos that are being handed over; the run does not end meanwhile. */
  private readonly coming = new Set<Promise<unknown>>();
  private readonly batches = new Set<number>();
  /** What the plans found beside the jobs, and batches that could not be gone on with. */
  private readonly tally = { skipped: 0, failed: 0, flagged: 0 };
  /** What became of each job in the end: one that failed may have been asked for again meanwhile. */
  private readonly ended = new Map<number, { readonly failed: boolean; readonly flagged: boolean }>();
  private inferenceMs = 0;

  constructor(private readonly options: QueueRunOptions) {
    const { store, ledger, engine, policy, device, how } = options;
    this.scheduler = new Scheduler({
      store,
      ledgerFor: () => ledger,
      enhance: engine.enhance,
      probe: engine.probe.bind(engine),
      findModel: modelFinder(options.locations),
      policy,
      canvasCacheBytes: how.cacheLimit * 1e9,
      speed: device,
      diskPatienceMs: how.diskWait * 60_000,
      listener: (event) => this.tell(event),
      ...(how.onBattery === "wait" ? { isOnBattery: onBattery } : {}),
    });
  }

  /** What it runs on, where there was something to measure it for. */
  get device(): PlanDevice | undefined {
    return this.options.device;
  }

  /** Adds a batch to those that are run; what its plan found counts in the end. */
  include(
    batch: number | undefined,
    found: { readonly skipped: number; readonly failed: number; readonly flagged: number },
  ): void {
    this.tally.skipped += found.skipped;
    this.tally.failed += found.failed;
    this.tally.flagged += found.flagged;
    if (batch === undefined) return;
    this.batches.add(batch);
    this.scheduler.wake();
  }

  /**
   * Keeps the run from ending while a batch is being made that will be included.
   * @throws SilvergrainError TARGET_BUSY where it has ended already
   */
  async expect<T>(batch: () => Promise<T>): Promise<T> {
    if (this.isOver) {
      throw new SilvergrainError("TARGET_BUSY", "The Silvergrain in this folder is just ending. Start once more.");
    }
    const made = batch();
    this.coming.add(made);
    try {
      return await made;
    } finally {
      this.coming.delete(made);
      this.scheduler.wake();
    }
  }

  /** @returns the exit code */
  async run(signal: AbortSignal): Promise<number> {
    const { store, ledger, reporter } = this.options;
    const start = performance.now();
    do {
      await Promise.all([...this.coming].map((each) => each.catch(() => {})));
      await this.scheduler.run(signal, () => [...this.batches]);
    } while (this.coming.size > 0 && !signal.aborted);
    this.isOver = true;
    // Where the disk was pulled out, a report would be written in its place.
    const ended = ledger.isInPlace ? store.batches().filter(({ id }) => this.batches.has(id)) : [];
    const reports: string[] = [];
    for (const batch of ended) reports.push(...(await reportOf(store, batch)));
    const all = [...this.ended.values()];
    const failed = this.tally.failed + all.filter((each) => each.failed).length;
    const flagged = this.tally.flagged + all.filter((each) => each.flagged).length;
    const interrupted = signal.aborted;
    reporter.summary({
      done: all.filter((each) => !each.failed).length,
      skipped: this.tally.skipped,
      failed,
      flagged,
      waiting: ended.reduce((sum, { jobs }) => sum + jobs.queued, 0),
      inferenceMs: this.inferenceMs,
      ms: performance.now() - start,
      interrupted,
      reports,
    });
    if (interrupted) return EXIT.interrupted;
    return failed + flagged > 0 ? EXIT.failed : EXIT.ok;
  }

  private tell(event: QueueEvent): void {
    const { reporter } = this.options;
    switch (event.type) {
      case "started":
        return;
      case "progress":
        reporter.progress(event.photo, event.progress, { photoMs: event.msLeft, batchMs: event.batchMsLeft });
        return;
      case "done":
        this.ended.set(event.job.id, { failed: false, flagged: event.result.flags.length > 0 });
        this.inferenceMs += event.result.inferenceMs ?? 0;
        reporter.done(event.photo, event.result, join(event.target, event.photo.output));
        return;
      case "failed":
        this.ended.set(event.job.id, { failed: true, flagged: false });
        reporter.failed(event.job.source, event.error);
        return;
      case "batch-held":
        this.tally.failed++;
        reporter.failed(event.target, event.error);
        return;
      case "put-back":
        reporter.putBack(event.job.source, event.code);
        return;
      case "waiting":
        reporter.waiting(event.reason, this.options.target);
        return;
      case "going-on":
        reporter.waiting(undefined, this.options.target);
        return;
      case "cancelled":
        reporter.cancelled(event.job.source);
        return;
      default:
        event satisfies never;
    }
  }
}

/** A report that cannot be written is no reason to keep what happened from the user. */
async function reportOf(store: QueueStore, batch: Batch): Promise<readonly string[]> {
  try {
    return [(await writeReports(store, batch)).csv];
  } catch {
    return [];
  }
}

import { z } from "zod";
import type { EnhanceProgress } from "../core/enhance.ts";
import { TimeLeft } from "../core/progress.ts";
import { msPerWork, type Speed } from "./cost.ts";
import type { Job } from "./job-row.ts";
import type { QueueStore } from "./store.ts";

/** How much of a queue an earlier measurement counts as; see TimeLeft. */
const EARLIER_SHARE = 0.01;

interface Running {
  readonly model: string;
  readonly work: number;
  fraction: number;
  /** Whether inference has begun: tiles that were there before are not counted as made now. */
  isInferring: boolean;
}

/**
 * How long a photo, a batch and the queue will still take, by the tiles that were made: milliseconds for a unit of
 * work, measured for each model by itself, from one tile to the next, whatever photo they belong to: so what decoding and
 * writing take beyond what is hidden behind inference is in it. Time with nothing in hand (a pause, a full disk) is not,
 * nor is the start of the engine.
 */
export class QueueClock {
  private readonly paces = new Map<string, TimeLeft>();
  private readonly running = new Map<number, Running>();
  /** When the last tile ended, or the first photo's inference began. */
  private sinceMs: number | undefined;
  private waiting: { readonly version: number; readonly rows: readonly Waiting[] } | undefined;

  /**
   * @param measured speed of a model on this device, as the engine's tuning found it
   * @param now a clock that never runs backwards, in ms
   */
  constructor(
    private readonly store: QueueStore,
    private readonly measured: Speed | undefined,
    private readonly now: () => number = () => performance.now(),
  ) {}

  begin(job: Job): void {
    const fraction = job.tilesTotal === 0 ? 0 : job.tilesDone / job.tilesTotal;
    this.running.set(job.id, { model: job.model, work: job.work, fraction, isInferring: false });
  }

  /** Takes note of how far a photo is. */
  progress(id: number, { stage, tilesDone, tilesTotal }: EnhanceProgress): void {
    const running = this.running.get(id);
    if (running === undefined || tilesTotal === 0) return;
    const fraction = tilesDone / tilesTotal;
    if (stage === "infer") {
      const now = this.now();
      if (!running.isInferring) this.sinceMs ??= now;
      else if (this.sinceMs !== undefined && fraction > running.fraction) {
        this.paceOf(running.model).add((fraction - running.fraction) * running.work, now - this.sinceMs);
        this.sinceMs = now;
      }
      running.isInferring = true;
    }
    running.fraction = fraction;
  }

  end(id: number): void {
    this.running.delete(id);
    if (this.running.size === 0) this.sinceMs = undefined;
  }

  /** For one photo in hand. */
  msLeftOf(id: number): number | undefined {
    const running = this.running.get(id);
    return running === undefined ? undefined : this.paceOf(running.model).msFor((1 - running.fraction) * running.work);
  }

  /** For all that waits and runs. @param batches only these, where told */
  msLeft(batches?: readonly number[]): number | undefined {
    let left = 0;
    for (const { model, work } of this.workLeft(batches)) {
      const ms = this.paceOf(model).msFor(work);
      if (ms === undefined) return undefined;
      left += ms;
    }
    return left;
  }

  private workLeft(
    batches: readonly number[] | undefined,
  ): readonly { readonly model: string; readonly work: number }[] {
    if (this.waiting?.version !== this.store.version) {
      this.waiting = { version: this.store.version, rows: z.array(Waiting).parse(this.store.all(WAITING)) };
    }
    const waiting = this.waiting.rows.filter(({ batch }) => batches === undefined || batches.includes(batch));
    const inHand = [...this.running.values()].map(({ model, work, fraction }) => ({
      model,
      work: work * (1 - fraction),
    }));
    return [...waiting, ...inHand];
  }

  private paceOf(model: string): TimeLeft {
    const known = this.paces.get(model);
    if (known !== undefined) return known;
    const total = this.workLeft(undefined).reduce((sum, { work }) => sum + work, 0);
    const rate = this.measured === undefined ? undefined : msPerWork(this.measured);
    const pace = new TimeLeft(rate, total * EARLIER_SHARE);
    this.paces.set(model, pace);
    return pace;
  }
}

const WAITING = `SELECT batch, model, sum(work * (1.0 - CASE WHEN tiles_total > 0 THEN tiles_done * 1.0 / tiles_total ELSE 0 END)) AS work
  FROM jobs WHERE state = 'queued' GROUP BY batch, model`;
const Waiting = z.object({ batch: z.number(), model: z.string(), work: z.number() });
type Waiting = z.infer<typeof Waiting>;

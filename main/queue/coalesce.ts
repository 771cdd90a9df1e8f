import type { Stage } from "../core/enhance.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { JobState } from "../core/job.ts";
import type { QueueEvent, WaitReason } from "./queue-event.ts";

/** At most ten messages a second reach a window. */
const EVERY_MS = 100;

/** The latest that is known of one job. */
export interface JobUpdate {
  readonly id: number;
  readonly batch: number;
  readonly state: JobState;
  readonly stage: Stage | undefined;
  readonly tilesDone: number;
  readonly tilesTotal: number;
  readonly msLeft: number | undefined;
  readonly error: { readonly code: ErrorCode; readonly message: string } | undefined;
}

/** Everything that changed since the last one. */
export interface QueueUpdate {
  readonly jobs: readonly JobUpdate[];
  /** Batches that were held, with the sentence why. */
  readonly held: readonly { readonly batch: number; readonly message: string }[];
  /** Why nothing is done, `undefined` while something is. */
  readonly waiting: WaitReason | undefined;
  /** For the batches that are at work. */
  readonly batchMsLeft: Readonly<Record<number, number | undefined>>;
}

/**
 * Gathers the scheduler's events for a window: at most ten updates a second, each with the latest of every job that
 * changed. Nothing is lost by it: what a job is in the end is always in the last update, and the store has it all.
 */
export class UpdateGatherer {
  private jobs = new Map<number, JobUpdate>();
  private held: { batch: number; message: string }[] = [];
  private batchMsLeft: Record<number, number | undefined> = {};
  private waiting: WaitReason | undefined;
  private timer: NodeJS.Timeout | undefined;
  private sentMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly send: (update: QueueUpdate) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes an event; the update comes now or within a tenth of a second. */
  readonly take = (event: QueueEvent): void => {
    this.gather(event);
    if (this.timer !== undefined) return;
    const wait = this.sentMs + EVERY_MS - this.now();
    if (wait <= 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), wait);
  };

  /** Sends what is gathered. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sentMs = this.now();
    const { held, batchMsLeft, waiting } = this;
    const update = { jobs: [...this.jobs.values()], held, waiting, batchMsLeft };
    this.jobs = new Map();
    this.held = [];
    this.batchMsLeft = {};
    this.send(update);
  }

  /** Sends what is still there, and no more. */
  close(): void {
    if (this.timer !== undefined) this.flush();
  }

  private gather(event: QueueEvent): void {
    switch (event.type) {
      case "waiting":
        this.waiting = event.reason;
        return;
      case "going-on":
        this.waiting = undefined;
        return;
      case "batch-held":
        this.held.push({ batch: event.batch, message: event.error.message });
        return;
      case "progress":
        this.batchMsLeft[event.job.batch] = event.batchMsLeft;
        this.note(event, { ...event.progress, state: "running", msLeft: event.msLeft });
        return;
      case "started":
        this.note(event, { state: "running" });
        return;
      case "done":
        this.note(event, { state: "done" });
        return;
      case "put-back":
        this.note(event, { state: "queued" });
        return;
      case "cancelled":
        this.note(event, { state: "cancelled" });
        return;
      case "failed": {
        const { code, message } = event.error;
        this.note(event, { state: "failed", error: { code, message } });
        return;
      }
      default:
        event satisfies never;
    }
  }

  private note({ job }: Extract<QueueEvent, { job: unknown }>, changes: Partial<JobUpdate>): void {
    const { id, batch, state, tilesDone, tilesTotal } = job;
    const plain = { stage: undefined, msLeft: undefined, error: undefined };
    this.jobs.set(id, { id, batch, state, tilesDone, tilesTotal, ...plain, ...changes });
  }
}

import { freeBytesAt } from "./disk.ts";

/** Photos that one after the other did not fit onto the disk, after which no other is tried. */
const FULL_AFTER = 3;
/** Room that must have come before a photo is tried again. */
const ROOM_STEP_BYTES = 1_000_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** A timer may ring a little early. */
const TIMER_SLACK_MS = 5;

export interface FullDiskOptions {
  /** How long is waited before photos fail; endless where there is somebody to ask. */
  readonly patienceMs: number;
  readonly firstWaitMs?: number | undefined;
  readonly freeBytes?: ((target: string) => number | undefined) | undefined;
}

/** Keeps the photos that did not fit onto the disk, and when they may be tried again. */
export class FullDisk {
  /** Photos, and how many bytes were free when they did not fit. */
  private readonly unfit = new Map<number, number | undefined>();
  private inARow = 0;
  private waitedMs = 0;
  private waitMs: number;

  constructor(private readonly options: FullDiskOptions) {
    this.waitMs = this.firstWaitMs;
  }

  /** Jobs that are not tried at the moment. */
  get jobs(): readonly number[] {
    return [...this.unfit.keys()];
  }

  /** Whether it is of no use to try any other photo. */
  get isTrulyFull(): boolean {
    return this.inARow >= FULL_AFTER;
  }

  /** Whether photos that do not fit are to fail now. */
  get isPatienceOver(): boolean {
    return this.waitedMs >= this.options.patienceMs;
  }

  /** How long to wait now: longer every time. */
  get nextWaitMs(): number {
    return Math.max(0, Math.min(this.waitMs, this.options.patienceMs - this.waitedMs));
  }

  /** A photo did not fit. */
  add(job: number, target: string): void {
    this.unfit.set(job, this.freeBytes(target));
    this.inARow++;
  }

  /** A photo did fit: whatever comes next has all the patience again. */
  succeeded(): void {
    this.inARow = 0;
    this.waitedMs = 0;
    this.waitMs = this.firstWaitMs;
  }

  /**
   * It was waited: lets those try again for which room has come, or whose time is over.
   * @param targetOf a job's target folder; `undefined` where it waits no more
   */
  waited(ms: number, targetOf: (job: number) => string | undefined): void {
    const { patienceMs } = this.options;
    this.waitedMs += ms;
    if (this.waitedMs >= patienceMs - TIMER_SLACK_MS) this.waitedMs = Math.max(this.waitedMs, patienceMs);
    this.waitMs = Math.min(LONGEST_WAIT_MS, this.waitMs * 2);
    for (const [job, before] of this.unfit) {
      const target = targetOf(job);
      if (target === undefined || this.isPatienceOver || this.hasRoomCome(before, target)) this.unfit.delete(job);
    }
    if (this.unfit.size === 0) this.inARow = 0;
  }

  private hasRoomCome(before: number | undefined, target: string): boolean {
    const now = this.freeBytes(target);
    return now === undefined || before === undefined || now > before + ROOM_STEP_BYTES;
  }

  private freeBytes(target: string): number | undefined {
    return (this.options.freeBytes ?? freeBytesAt)(target);
  }

  private get firstWaitMs(): number {
    return this.options.firstWaitMs ?? FIRST_WAIT_MS;
  }
}

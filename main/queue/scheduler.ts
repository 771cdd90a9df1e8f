import type { Enhance, EnhanceProgress } from "../core/enhance.ts";
import { asSilvergrainError, type ErrorCode, isEngineDeath, type SilvergrainError } from "../core/errors.ts";
import { area } from "../core/geometry.ts";
import { canvasKey } from "../system/canvas-key.ts";
import { freeRoom, trimCanvases } from "./canvas-cache.ts";
import { QueueClock } from "./clock.ts";
import { type Speed, workOf } from "./cost.ts";
import { isWritable } from "./disk.ts";
import { FullDisk } from "./full-disk.ts";
import type { Job } from "./job-row.ts";
import type { Ledger } from "./ledger.ts";
import { type BatchSettings, type PlannedPhoto, type Probe, planPhoto } from "./plan.ts";
import type { QueueEvent, WaitReason } from "./queue-event.ts";
import { runJob, wasChanged } from "./run-job.ts";
import type { FinishedJob, QueueStore, Selection } from "./store.ts";
import type { FindModel, RunPolicy } from "./stored.ts";

/** Photos in hand: one is decoded and one written while one is inferred. */
const DEPTH = 3;
/** Results in hand beside each other, in pixels; a larger photo is taken alone, so that memory stays bounded. */
const MAX_PIXELS_IN_HAND = 100e6;
/** How often progress is written into the queue; the canvas itself holds every tile. */
const PROGRESS_EVERY_MS = 500;

/** What a scheduler works with. */
export interface SchedulerOptions {
  readonly store: QueueStore;
  /** The ledger of a target folder. @throws SilvergrainError TARGET_* */
  readonly ledgerFor: (target: string) => Ledger;
  readonly enhance: Enhance;
  readonly probe: Probe;
  readonly findModel: FindModel;
  readonly policy: RunPolicy;
  /** Bytes of finished canvases to keep for another strength or format. */
  readonly canvasCacheBytes: number;
  /** As the engine's tuning found it. */
  readonly speed: Speed | undefined;
  readonly listener: (event: QueueEvent) => void;
  /** How long a full disk is waited for before photos fail; endless where there is somebody to ask. */
  readonly diskPatienceMs: number;
  /** Whether to let the battery be; asked now and then. */
  readonly isOnBattery?: () => Promise<boolean | undefined>;
  readonly batteryEveryMs?: number;
  readonly firstWaitMs?: number;
  readonly freeBytes?: (target: string) => number | undefined;
}

interface InHand {
  readonly job: Job;
  readonly stop: AbortController;
  stopped: "release" | "cancel" | undefined;
  key: string | undefined;
  photo: PlannedPhoto | undefined;
  target: string | undefined;
  readonly pixels: number;
  noted: number;
  latest: EnhanceProgress | undefined;
}

/**
 * Runs the queue: keeps the engine busy with the photos that come next, and puts what becomes of each into the store.
 * A photo that cannot be done never keeps the rest from being done.
 */
export class Scheduler {
  readonly clock: QueueClock;
  private readonly inHand = new Map<number, InHand>();
  private readonly fullDisk: FullDisk;
  /** What could not be written down because the disk was full. */
  private readonly unwritten: (() => void)[] = [];
  private unwrittenBecause: SilvergrainError | undefined;
  private onBattery = false;
  private waiting: WaitReason | undefined;
  private wakeUp: (() => void) | undefined;
  /** Something happened while nobody slept. */
  private stirred = false;
  private broken: SilvergrainError | undefined;
  /** What stops the run that goes on. */
  private ending: AbortSignal | undefined;
  /** Resolves when the photo that was claimed last is with the engine, or is done with. */
  private lastEntered: Promise<void> = Promise.resolve();

  constructor(private readonly options: SchedulerOptions) {
    this.clock = new QueueClock(options.store, options.speed);
    const { diskPatienceMs: patienceMs, firstWaitMs, freeBytes } = options;
    this.fullDisk = new FullDisk({ patienceMs, firstWaitMs, freeBytes });
  }

  /**
   * Works until nothing is left to do (a pause is waited out), or until it is stopped: at the next tile, everything
   * put back into the queue.
   * @param batches only these, where told; asked for again and again, for batches may come while it works
   * @param whenEmpty `wait` for more, until it is stopped
   */
  async run(signal: AbortSignal, batches?: () => readonly number[], whenEmpty: "end" | "wait" = "end"): Promise<void> {
    const onAbort = () => {
      this.releaseAll();
      this.wake();
    };
    this.ending = signal;
    signal.addEventListener("abort", onAbort, { once: true });
    const battery = this.watchBattery();
    try {
      await battery.looked;
      while (!signal.aborted && this.broken === undefined) {
        this.writeDown();
        if (this.reasonToWait(batches?.()) === undefined) this.fill(batches?.());
        const reason = this.reasonToWait(batches?.());
        this.sayWaiting(reason);
        if (this.inHand.size > 0) await this.sleep(undefined);
        else if (reason === "disk-full") await this.waitForDisk();
        else if (reason !== undefined) await this.sleep(undefined);
        else if (this.nextJob(batches?.()) !== undefined) await this.sleep(0);
        else if (whenEmpty === "wait") await this.sleep(undefined);
        else return;
      }
      while (this.inHand.size > 0) await this.sleep(undefined);
      if (this.broken !== undefined) throw this.broken;
      this.writeDown();
    } finally {
      battery.stop();
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Looks again at what there is to do: something was added, or moved. */
  wake(): void {
    this.stirred = true;
    this.wakeUp?.();
  }

  /** Paused, it stops at the next tile, and stays so until it is resumed, restarts included. */
  setPaused(paused: boolean): void {
    this.options.store.setPaused(paused);
    if (paused) this.releaseAll();
    this.wake();
  }

  /** The same for one batch. */
  setBatchPaused(batch: number, paused: boolean): void {
    this.options.store.setBatchPaused(batch, paused);
    if (paused) this.stopWhere((each) => each.job.batch === batch, "release");
    this.wake();
  }

  /** See the store; what is in hand is stopped at the next tile. */
  cancel(selection: Selection): readonly number[] {
    const cancelled = this.options.store.cancel(selection);
    const ids = new Set(cancelled);
    this.stopWhere(({ job }) => ids.has(job.id), "cancel");
    this.wake();
    return cancelled;
  }

  /** See the store. */
  retry(selection: Selection): readonly Job[] {
    const again = this.options.store.retry(selection);
    this.wake();
    return again;
  }

  private reasonToWait(batches: readonly number[] | undefined): WaitReason | undefined {
    const { store } = this.options;
    if (this.unwritten.length > 0) return "disk-full";
    if (store.isPaused) return store.hasQueued(batches) ? "paused" : undefined;
    const next = this.nextJob(batches);
    if (this.onBattery && next !== undefined) return "battery";
    const { jobs, isTrulyFull } = this.fullDisk;
    if (jobs.length > 0 && (isTrulyFull || next === undefined)) return "disk-full";
    return next === undefined && store.hasPaused(batches) ? "paused" : undefined;
  }

  private nextJob(batches: readonly number[] | undefined): Job | undefined {
    return this.options.store.next(batches, [...this.fullDisk.jobs, ...this.inHand.keys()]);
  }

  private fill(batches: readonly number[] | undefined): void {
    const { store } = this.options;
    while (this.inHand.size < DEPTH && !this.fullDisk.isTrulyFull) {
      const next = this.nextJob(batches);
      if (next === undefined) return;
      const pixels = this.pixelsOf(next);
      if (this.inHand.size > 0 && !this.mayJoin(next, pixels)) return;
      let job: Job | undefined;
      try {
        job = store.claim(next.id);
      } catch (error) {
        const known = asSilvergrainError(error);
        if (known.code !== "DISK_FULL") throw error;
        // Where not even the queue can be written, there is no photo to blame.
        if (this.fullDisk.isPatienceOver) this.broken = known;
        else this.fullDisk.add(next.id, store.targetOf(next.batch));
        return;
      }
      if (job !== undefined) void this.take(job, pixels);
    }
  }

  /** A photo that the engine died over is looked at alone, and a large one too. */
  private mayJoin(next: Job, pixels: number): boolean {
    const all = [...this.inHand.values()];
    if (next.deaths > 0 || all.some(({ job }) => job.deaths > 0)) return false;
    // One that was cancelled may still be on its way to the same file.
    const target = this.options.store.targetOf(next.batch);
    if (all.some((each) => each.job.output === next.output && each.target === target)) return false;
    return all.reduce((sum, each) => sum + each.pixels, pixels) <= MAX_PIXELS_IN_HAND;
  }

  private pixelsOf(job: Job): number {
    try {
      return area(this.options.store.planned(job, this.options.findModel).photo.target);
    } catch {
      // What cannot be read fails in its turn.
      return 0;
    }
  }

  private async take(job: Job, pixels: number): Promise<void> {
    const mine: InHand = {
      job,
      stop: new AbortController(),
      stopped: undefined,
      key: undefined,
      photo: undefined,
      target: undefined,
      pixels,
      noted: 0,
      latest: undefined,
    };
    this.inHand.set(job.id, mine);
    // A debugger that quits the app does so in the middle of things: between the claim and here.
    if (this.ending?.aborted === true) this.stopWhere((each) => each === mine, "release");
    this.clock.begin(job);
    const before = this.lastEntered;
    let enter = () => {};
    this.lastEntered = new Promise((resolve) => {
      enter = resolve;
    });
    try {
      await this.workAndSettle(mine, before, enter);
    } catch (thrown) {
      this.breakOff(thrown);
    }
    enter();
    this.inHand.delete(job.id);
    this.clock.end(job.id);
    this.trim(mine);
    this.wake();
  }

  /** The queue itself cannot be read or written any more: nothing can be done without it. */
  private breakOff(error: unknown): void {
    this.broken ??= asSilvergrainError(error);
    this.releaseAll();
    this.wake();
  }

  private async workAndSettle(mine: InHand, turn: Promise<void>, enter: () => void): Promise<void> {
    let result: FinishedJob;
    try {
      result = await this.work(mine, turn, enter);
    } catch (thrown) {
      this.settle(mine, asSilvergrainError(thrown));
      return;
    }
    this.succeeded(mine, result);
  }

  /** @param turn when it may go to the engine @param enter says that it has */
  private async work(mine: InHand, turn: Promise<void>, enter: () => void): Promise<FinishedJob> {
    const { store, findModel, policy, enhance, ledgerFor, listener } = this.options;
    const { job } = mine;
    const { target, settings } = store.settingsOf(job.batch, findModel, policy);
    mine.target = target;
    const photo = await this.planOf(job, settings);
    mine.photo = photo;
    listener({ type: "started", job, photo, target });
    return runJob(job, photo, {
      store,
      ledger: ledgerFor(target),
      target,
      settings,
      turn,
      enhance: (request, control) => {
        const made = enhance(request, control);
        enter();
        return made;
      },
      signal: mine.stop.signal,
      onIdentified: (sourceSha256) => {
        mine.key = canvasKey({ sourceSha256, model: photo.model, passes: photo.passes });
      },
      onProgress: (progress) => {
        try {
          this.progressed(mine, photo, progress);
        } catch (error) {
          this.breakOff(error);
        }
      },
    });
  }

  /** A photo that was changed before it was queued again is planned anew; changed since, it fails. */
  private async planOf(job: Job, settings: BatchSettings): Promise<PlannedPhoto> {
    const { store, findModel, probe } = this.options;
    const { photo, retried } = store.planned(job, findModel);
    if (!retried || !wasChanged(photo.photo.path, photo.stamp)) return photo;
    const anew = await planPhoto(photo.photo, settings, probe);
    if (anew === undefined) return photo;
    const planned = { ...anew, output: photo.output };
    store.replan(job.id, planned, workOf(planned, this.options.speed?.corePx));
    return planned;
  }

  private progressed(mine: InHand, photo: PlannedPhoto, progress: EnhanceProgress): void {
    const { store, listener } = this.options;
    const { id, batch } = mine.job;
    mine.latest = progress;
    this.clock.progress(id, progress);
    const now = performance.now();
    if (now - mine.noted >= PROGRESS_EVERY_MS) {
      mine.noted = now;
      this.attempt(() => store.progress(id, progress.tilesDone, progress.tilesTotal));
    }
    listener({
      type: "progress",
      job: mine.job,
      photo,
      progress,
      msLeft: this.clock.msLeftOf(id),
      batchMsLeft: this.clock.msLeft([batch]),
    });
  }

  private succeeded({ job, photo, target }: InHand, result: FinishedJob): void {
    this.fullDisk.succeeded();
    if (photo === undefined || target === undefined) return;
    const done = this.options.store.job(job.id) ?? job;
    this.options.listener({ type: "done", job: done, photo, target, result });
  }

  /** Decides what a failure means for the job. */
  private settle(mine: InHand, error: SilvergrainError): void {
    const { store, listener } = this.options;
    const { stopped, target } = mine;
    this.noteProgress(mine);
    const job = store.job(mine.job.id) ?? mine.job;
    if (stopped === "cancel") {
      listener({ type: "cancelled", job });
      return;
    }
    if (stopped === "release") {
      this.putBack(mine, "CANCELLED");
      return;
    }
    if (isEngineDeath(error)) {
      this.write(() => store.death(job.id, error));
      this.tellPutBack(job, error.code, error);
      return;
    }
    if (error.code === "DISK_FULL" && this.mayWaitForDisk(mine)) {
      this.putBack(mine, "DISK_FULL");
      return;
    }
    if (error.code === "TARGET_UNWRITABLE" && target !== undefined && !this.isThere(target)) {
      this.putBack(mine, error.code);
      this.write(() => store.setBatchPaused(job.batch, true, error));
      this.stopWhere((each) => each.job.batch === job.batch, "release");
      listener({ type: "batch-held", batch: job.batch, target, error });
      return;
    }
    this.write(() => store.fail(job.id, error));
    listener({ type: "failed", job, error });
  }

  private isThere(target: string): boolean {
    try {
      return isWritable(target) && this.options.ledgerFor(target).isInPlace;
    } catch {
      return false;
    }
  }

  private noteProgress({ job, latest }: InHand): void {
    if (latest !== undefined)
      this.attempt(() => this.options.store.progress(job.id, latest.tilesDone, latest.tilesTotal));
  }

  private putBack({ job }: InHand, code: ErrorCode): void {
    this.write(() => this.options.store.release(job.id));
    this.tellPutBack(job, code, undefined);
  }

  /** A job that should wait again may have been cancelled, or given way to a newer plan; or it has failed for good. */
  private tellPutBack(before: Job, code: ErrorCode, error: SilvergrainError | undefined): void {
    const { store, listener } = this.options;
    const job = store.job(before.id) ?? before;
    if (job.state === "cancelled") listener({ type: "cancelled", job });
    else if (job.state === "failed" && error !== undefined) listener({ type: "failed", job, error });
    else listener({ type: "put-back", job, code });
  }

  /** Gives up canvases for room; where there are none, the photo waits, unless that was waited for long enough. */
  private mayWaitForDisk({ job, target }: InHand): boolean {
    if (target === undefined) return false;
    const { workDir } = this.options.ledgerFor(target);
    if (freeRoom(workDir, this.keysInHand()) > 0) return true;
    if (this.fullDisk.isPatienceOver) return false;
    this.fullDisk.add(job.id, target);
    return true;
  }

  private async waitForDisk(): Promise<void> {
    const { store } = this.options;
    const start = performance.now();
    await this.sleep(this.fullDisk.nextWaitMs);
    this.fullDisk.waited(performance.now() - start, (id) => {
      const job = store.job(id);
      // One that runs was put back, but that could not be written down yet.
      return job?.state === "queued" || job?.state === "running" ? store.targetOf(job.batch) : undefined;
    });
    this.writeDown();
    if (this.unwritten.length > 0 && this.fullDisk.isPatienceOver) this.broken = this.unwrittenBecause;
  }

  /** Writes a state down, now or when there is room for it. */
  private write(act: () => void): void {
    this.unwritten.push(act);
    this.writeDown();
  }

  private writeDown(): void {
    while (this.unwritten.length > 0) {
      if (!this.attempt(this.unwritten[0] as () => void)) return;
      this.unwritten.shift();
    }
  }

  /** @returns whether there was room on the disk for it */
  private attempt(act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      const known = asSilvergrainError(error);
      if (known.code !== "DISK_FULL") throw error;
      this.unwrittenBecause = known;
      return false;
    }
  }

  private trim({ target }: InHand): void {
    if (target === undefined) return;
    try {
      trimCanvases(this.options.ledgerFor(target).workDir, this.options.canvasCacheBytes, this.keysInHand());
    } catch {
      // The ledger could not be opened; the job has failed for it.
    }
  }

  private keysInHand(): readonly string[] {
    return [...this.inHand.values()].flatMap(({ key }) => (key === undefined ? [] : [key]));
  }

  private releaseAll(): void {
    this.stopWhere(() => true, "release");
  }

  private stopWhere(which: (each: InHand) => boolean, how: "release" | "cancel"): void {
    for (const each of this.inHand.values()) {
      if (!which(each)) continue;
      // What was cancelled stays so, whatever comes after it.
      if (each.stopped !== "cancel") each.stopped = how;
      each.stop.abort();
    }
  }

  private watchBattery(): { readonly looked: Promise<void>; readonly stop: () => void } {
    const { isOnBattery, batteryEveryMs } = this.options;
    if (isOnBattery === undefined) return { looked: Promise.resolve(), stop: () => {} };
    const look = async () => {
      const before = this.onBattery;
      this.onBattery = (await isOnBattery()) === true;
      if (this.onBattery === before) return;
      if (this.onBattery) this.releaseAll();
      this.wake();
    };
    const timer = setInterval(() => void look(), batteryEveryMs ?? 15_000);
    return { looked: look(), stop: () => clearInterval(timer) };
  }

  private sayWaiting(reason: WaitReason | undefined): void {
    const shown = this.inHand.size > 0 ? undefined : reason;
    if (shown === this.waiting) return;
    this.waiting = shown;
    this.options.listener(shown === undefined ? { type: "going-on" } : { type: "waiting", reason: shown });
  }

  /** Until something happens. @param ms or until then */
  private async sleep(ms: number | undefined): Promise<void> {
    if (!this.stirred) {
      await new Promise<void>((resolve) => {
        const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
        this.wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.wakeUp = undefined;
    this.stirred = false;
  }
}

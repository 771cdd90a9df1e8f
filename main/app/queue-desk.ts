import { existsSync } from "node:fs";
import { join } from "node:path";
import type { EnhancePlan, JobSelection, Recipe } from "../../preload/contract.ts";
import { asSilvergrainError, type SilvergrainError } from "../core/errors.ts";
import { basename } from "../core/paths.ts";
import { isWorn } from "../core/wear.ts";
import type { EngineClient } from "../engine/client.ts";
import { readCatalogue } from "../models/catalogue.ts";
import { type ModelFolders, modelFinder } from "../models/choose.ts";
import { costOf, measureDevice, type PlanDevice, workOf } from "../queue/cost.ts";
import type { Job } from "../queue/job-row.ts";
import { LEDGER_FOLDER, Ledger } from "../queue/ledger.ts";
import { passedOverOf } from "../queue/passed-over.ts";
import { type BatchPhoto, type BatchPlan, type BatchSettings, type Probe, planBatch } from "../queue/plan.ts";
import type { QueueEvent } from "../queue/queue-event.ts";
import { writeReports } from "../queue/report.ts";
import { Scheduler } from "../queue/scheduler.ts";
import { QUEUE_MIGRATIONS } from "../queue/schema.ts";
import { QueueStore } from "../queue/store.ts";
import type { RunPolicy } from "../queue/stored.ts";
import { type Books, closeBooks, openBooks } from "../system/books.ts";
import { type Power, settingsFor } from "./recipe.ts";
import { Refusal } from "./refusal.ts";

/** What the desk works with. */
export interface QueueDeskOptions {
  /** The queue's file, absolute. */
  readonly path: string;
  readonly engine: EngineClient;
  /** Reads headers; knows those that were read before. */
  readonly probe: Probe;
  readonly folders: ModelFolders;
  /** In bytes, see the scheduler; may change at any time. */
  readonly canvasCacheBytes: number;
  /** What inference may take of the machine now. */
  readonly power: () => Power;
  readonly listener: (event: QueueEvent) => void;
  /** Told when the queue itself cannot be gone on with. */
  readonly onBroken: (error: SilvergrainError) => void;
}

interface Planned {
  readonly plan: BatchPlan;
  readonly settings: BatchSettings;
  readonly device: PlanDevice | undefined;
}

/** The app's queue: one for all target folders. What is left of it goes on when the app is opened again. */
export class QueueDesk {
  readonly store: QueueStore;
  readonly scheduler: Scheduler;
  private readonly books: Books;
  private readonly ledgers = new Map<string, Ledger>();
  /** How many plans are being made for a folder: its ledger stays open for them. */
  private readonly planning = new Map<string, number>();
  private readonly devices = new Map<string, Promise<PlanDevice>>();
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /** @throws SilvergrainError TARGET_BUSY where another Silvergrain has it, TARGET_UNWRITABLE, DISK_FULL, INTERNAL */
  constructor(private readonly options: QueueDeskOptions) {
    const { path, engine, probe, folders, listener } = options;
    this.books = openBooks(path, { kind: "app" }, QUEUE_MIGRATIONS);
    this.store = new QueueStore(this.books, undefined);
    this.scheduler = new Scheduler({
      store: this.store,
      ledgerFor: (target) => this.ledgerFor(target),
      enhance: engine.enhance,
      probe,
      findModel: modelFinder(folders),
      policy: policyOf(options.power),
      get canvasCacheBytes() {
        return options.canvasCacheBytes;
      },
      speed: undefined,
      // Somebody sits before the window: a full disk is waited for as long as it takes.
      diskPatienceMs: Number.POSITIVE_INFINITY,
      listener,
    });
  }

  /** Goes to work, and waits for more when all is done. */
  start(): void {
    this.running = this.scheduler.run(this.stop.signal, undefined, "wait").catch((error: unknown) => {
      this.options.onBroken(asSilvergrainError(error));
    });
  }

  /** What would happen to photos. Nothing is written, and no folder is made. @throws SilvergrainError */
  async plan(
    photos: readonly BatchPhoto[],
    recipe: Recipe,
    target: string | undefined,
    signal: AbortSignal,
  ): Promise<EnhancePlan> {
    const { plan, settings, device } = await this.prepare(photos, recipe, target, signal, "look");
    const cost = costOf(plan.todo, settings, this.options.canvasCacheBytes, device, target ?? "/");
    const skipped = (["done", "large-enough"] as const).map((reason) => ({
      reason,
      photos: plan.skipped.filter((each) => each.reason === reason).length,
    }));
    const largest = plan.todo.reduce<EnhancePlan["largest"]>(
      (most, { target: size }) =>
        most === undefined || size.width * size.height > most.width * most.height ? size : most,
      undefined,
    );
    return {
      todo: plan.todo.length,
      skipped: skipped.filter((each) => each.photos > 0),
      failed: plan.failed.map(({ path, error }) => ({
        name: basename(path),
        code: error.code,
        message: error.message,
      })),
      ms: cost.ms,
      device: device?.device,
      outputBytes: cost.outputBytes,
      workingBytes: cost.workingBytes,
      freeBytes: target === undefined ? undefined : cost.freeBytes,
      largest,
      worn: plan.todo.filter(({ header }) => isWorn(header.wear)).length,
    };
  }

  /**
   * Puts photos into the queue.
   * @param name of the batch
   * @returns the batch, `undefined` where there is nothing to do, and how many photos it has
   * @throws SilvergrainError TARGET_*, MODEL_*, USAGE
   */
  async enhance(
    photos: readonly BatchPhoto[],
    recipe: Recipe,
    target: string,
    name: string,
  ): Promise<{ readonly batch: number | undefined; readonly added: number }> {
    try {
      const { plan, settings, device } = await this.prepare(photos, recipe, target, this.stop.signal, "write");
      if (plan.todo.length === 0) return { batch: undefined, added: 0 };
      const { batch, added } = await this.store.add({ name, target, settings }, plan.todo, (photo) =>
        workOf(photo, device?.corePx),
      );
      this.store.notePassedOver(batch, passedOverOf(plan, []));
      this.scheduler.wake();
      return { batch: added === 0 ? undefined : batch, added };
    } finally {
      this.closeIdleLedgers();
    }
  }

  /** Pauses or resumes a batch, or everything. */
  setPaused(batch: number | undefined, paused: boolean): void {
    this.closeIdleLedgers();
    if (batch === undefined) this.scheduler.setPaused(paused);
    else this.scheduler.setBatchPaused(batch, paused);
  }

  /** Takes what is done and what was cancelled off the list; of a batch that is through, what has failed too. */
  clear(selection: JobSelection): void {
    const batch = typeof selection === "object" && "batch" in selection ? selection.batch : undefined;
    const jobs = this.store.batches().find(({ id }) => id === batch)?.jobs;
    const isThrough = jobs !== undefined && jobs.queued + jobs.running === 0;
    this.store.clear(selection, isThrough ? ["done", "cancelled", "failed"] : ["done", "cancelled"]);
    this.closeIdleLedgers();
  }

  /** Moves waiting jobs before another one, or to the front. */
  move(jobs: readonly number[], before: number | undefined): void {
    this.store.move(jobs, before);
    this.scheduler.wake();
  }

  /** Writes the report of a batch. @returns path of the CSV @throws SilvergrainError USAGE where the batch is gone */
  async report(id: number): Promise<string> {
    const batch = this.store.batches().find((each) => each.id === id);
    if (batch === undefined) throw new Refusal("BATCH_GONE", "This batch is not in the queue any more.");
    return (await writeReports(this.store, batch)).csv;
  }

  /** Absolute path of a job's result, be it there or not. */
  resultOf(job: Job): string {
    return join(this.store.targetOf(job.batch), job.output);
  }

  /**
   * Lets go of folders that nothing is waiting for, so that others may work in them; and of those that are not there any
   * more: when there is one of that name again, it is opened anew.
   */
  closeIdleLedgers(): void {
    if (this.stop.signal.aborted) return;
    const batches = this.store.batches();
    const isBusy = (target: string, ledger: Ledger) =>
      batches.some(
        (batch) => batch.target === target && (batch.jobs.running > 0 || (batch.jobs.queued > 0 && ledger.isInPlace)),
      );
    for (const [target, ledger] of this.ledgers) {
      if (this.planning.has(target) || isBusy(target, ledger)) continue;
      this.ledgers.delete(target);
      ledger.close();
    }
  }

  /** Stops at the next tile, everything put back into the queue, and lets go of all files. */
  async close(): Promise<void> {
    this.stop.abort();
    // The engine may be in a window that takes seconds; the canvas keeps what is done, so it need not be waited for.
    this.options.engine.close();
    await this.running;
    for (const ledger of this.ledgers.values()) ledger.close();
    this.ledgers.clear();
    closeBooks(this.books);
  }

  private async prepare(
    photos: readonly BatchPhoto[],
    recipe: Recipe,
    target: string | undefined,
    signal: AbortSignal,
    access: "look" | "write",
  ): Promise<Planned> {
    const { folders, probe } = this.options;
    const catalogue = readCatalogue(folders.modelsDir, folders.userModelsDir);
    const settings = settingsFor(recipe, catalogue, this.options.power());
    const plan = await this.withLedger(target, access, (ledger) =>
      planBatch(photos, target ?? "/", settings, ledger, probe, signal),
    );
    const [first] = plan.todo;
    const device = first === undefined ? undefined : await this.deviceFor(first.model, settings);
    return { plan, settings, device };
  }

  /** A look opens nothing that was not there, and lets go of it again. All share one: a second would find it locked. */
  private async withLedger<T>(
    target: string | undefined,
    access: "look" | "write",
    act: (ledger: Ledger | undefined) => Promise<T>,
  ): Promise<T> {
    if (target === undefined) return act(undefined);
    const isThere = existsSync(join(target, LEDGER_FOLDER, "ledger.db"));
    if (access === "look" && !this.ledgers.has(target) && !isThere) return act(undefined);
    const ledger = this.ledgerFor(target, access);
    this.planning.set(target, (this.planning.get(target) ?? 0) + 1);
    try {
      return await act(ledger);
    } finally {
      const others = (this.planning.get(target) ?? 1) - 1;
      if (others > 0) this.planning.set(target, others);
      else this.planning.delete(target);
      if (access === "look") this.closeIdleLedgers();
    }
  }

  private ledgerFor(target: string, access: "look" | "write" = "write"): Ledger {
    const known = this.ledgers.get(target);
    if (known !== undefined) return known;
    const ledger = Ledger.open(target, access);
    this.ledgers.set(target, ledger);
    return ledger;
  }

  /** Measured once; while photos are enhanced, a measurement would have to wait for them. */
  private async deviceFor(model: BatchSettings["model"], settings: BatchSettings): Promise<PlanDevice | undefined> {
    const key = [model.id, settings.device, settings.threads].join("|");
    const known = this.devices.get(key);
    if (known !== undefined) return known;
    if (this.store.hasQueued() || this.store.batches().some(({ jobs }) => jobs.running > 0)) return undefined;
    const { engine } = this.options;
    const measured = measureDevice(engine.describeDevice.bind(engine), model, settings);
    this.devices.set(key, measured);
    // What was not to be measured is tried again.
    measured.catch(() => this.devices.delete(key));
    return measured;
  }
}

/** Asked for every photo, so that a change holds from the next one on. */
function policyOf(power: () => Power): RunPolicy {
  return {
    get threads() {
      return power().threads;
    },
    get allowSpinning() {
      return power().allowSpinning;
    },
    mayOverwrite: false,
  };
}

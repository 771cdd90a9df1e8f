import { resolve } from "node:path";
import { z } from "zod";
import type { EnhanceResult } from "../core/enhance.ts";
import { type ErrorCode, SilvergrainError } from "../core/errors.ts";
import { type JobEvent, type JobState, type JobStatus, nextJob } from "../core/job.ts";
import type { Books } from "../system/books.ts";
import { hashText } from "../system/hash-file.ts";
import { nextTurn } from "../system/next-turn.ts";
import { Sql, type SqlValue } from "../system/sql.ts";
import { type Batch, batchesIn } from "./batches.ts";
import { JOB_COLUMNS, type Job, jobFrom } from "./job-row.ts";
import { moveJobs } from "./order.ts";
import type { BatchSettings, PlannedPhoto } from "./plan.ts";
import { type FindModel, planFrom, planText, type RunPolicy, settingsFrom, settingsText } from "./stored.ts";

/** Rows that are written between two turns of the event loop. */
const CHUNK = 250;

/** Everything that is noted of the queue's history. */
export const EVENT_TYPES = [
  "added",
  "claimed",
  "finished",
  "failed",
  "died",
  "released",
  "cancelled",
  "retried",
  "moved",
  "cleared",
  "paused",
  "resumed",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** A batch to be added. */
export interface NewBatch {
  readonly name: string;
  /** Absolute path. */
  readonly target: string;
  readonly settings: BatchSettings;
  /** Higher ones are run first; 0 unless told. */
  readonly priority?: number;
}

/** What became of photos that were added. */
export interface Added {
  readonly batch: number;
  readonly added: number;
  /** The very same work was waiting or being done already. */
  readonly known: number;
}

/** Which jobs a command is for: by id, or all of a batch, or all there are. */
export type Selection = { readonly jobs: readonly number[] } | { readonly batch: number } | "all";

/** A photo of a batch that there is nothing to do for, or that cannot even be planned. */
export interface PassedOver {
  readonly source: string;
  readonly output: string | undefined;
  readonly state: "skipped" | "failed";
  /** An ErrorCode, or why it is skipped. */
  readonly code: string;
  readonly message: string;
  readonly flags: readonly string[];
}

/** Which part of the list is wanted. */
export interface ListRequest {
  readonly batch?: number;
  readonly states?: readonly JobState[];
  readonly after?: Pick<Job, "priority" | "position" | "id">;
  readonly limit: number;
}

/** What of a result is kept with its job. */
export type FinishedJob = Pick<EnhanceResult, "width" | "height" | "bytes" | "sha256" | "flags" | "notes"> &
  Partial<EnhanceResult>;

/**
 * The queue: batches and their jobs, every change on the disk before it is acknowledged. States change by `nextJob`
 * and by nothing else. Lives in a database that one process holds, so what is `running` when it is opened was left by
 * a process that is gone.
 */
export class QueueStore {
  private readonly sql: Sql;
  /** Batches that are just being added, and may be without jobs for a moment. */
  private readonly beingAdded = new Set<number>();

  /**
   * @param home the target folder that the database lies in: a batch for it goes along when the folder is moved
   * @param now wall clock, in ms; it is only noted, nothing depends on it
   */
  constructor(
    books: Books,
    private readonly home: string | undefined,
    private readonly now: () => number = Date.now,
  ) {
    this.sql = new Sql(books);
    this.atomically(() => {
      for (const id of this.sql.ids("SELECT id FROM jobs WHERE state = 'running'")) this.apply(id, { type: "release" });
    });
  }

  /**
   * Adds a batch. The same photo for the same place, planned alike, is one job however often it is added; planned
   * otherwise, the new plan takes the place of one that still waits. What is running is left to end, and the new plan
   * comes after it. Gives way to other work in between, so that ten thousand photos block nobody.
   * @param workOf what a photo takes, see `workOf` in cost.ts
   */
  async add(batch: NewBatch, photos: readonly PlannedPhoto[], workOf: (photo: PlannedPhoto) => number): Promise<Added> {
    const target = this.targetText(batch.target);
    const settings = settingsText(batch.settings);
    const id = this.atomically(() => {
      const added = this.sql.run(
        "INSERT INTO batches (name, target, settings, added_ms) VALUES (?, ?, ?, ?)",
        batch.name,
        target,
        settings,
        this.now(),
      );
      this.note("added", added, undefined, String(photos.length));
      return added;
    });
    this.beingAdded.add(id);
    try {
      return await this.addAll(id, target, batch, photos, workOf);
    } finally {
      this.beingAdded.delete(id);
    }
  }

  private async addAll(
    id: number,
    target: string,
    batch: NewBatch,
    photos: readonly PlannedPhoto[],
    workOf: (photo: PlannedPhoto) => number,
  ): Promise<Added> {
    let { position } = z
      .object({ position: z.number() })
      .parse(this.sql.get("SELECT coalesce(max(position), 0) AS position FROM jobs"));
    let added = 0;
    for (let from = 0; from < photos.length; from += CHUNK) {
      if (from > 0) await nextTurn();
      this.atomically(() => {
        for (const photo of photos.slice(from, from + CHUNK)) {
          const work = workOf(photo);
          position++;
          if (this.addOne(id, target, batch.settings, photo, { work, position, priority: batch.priority ?? 0 }))
            added++;
        }
      });
    }
    this.removeEmptyBatches();
    this.sql.foldLog();
    return { batch: id, added, known: photos.length - added };
  }

  /** Goes up with every change of what there is to do. */
  get version(): number {
    return this.sql.version;
  }

  /** Rows of a query, as they are. */
  all(text: string, ...values: readonly SqlValue[]): readonly unknown[] {
    return this.sql.all(text, ...values);
  }

  /** Notes photos of a batch that make no jobs, so that its report is complete. */
  notePassedOver(batch: number, photos: readonly PassedOver[]): void {
    this.atomically(() => {
      // A batch whose photos were all in the queue already is gone again.
      if (this.sql.get("SELECT 1 FROM batches WHERE id = ?", batch) === undefined) return;
      for (const { source, output, state, code, message, flags } of photos) {
        this.sql.run(
          "INSERT INTO passed_over (batch, source, output, state, code, message, flags) VALUES (?, ?, ?, ?, ?, ?, ?)",
          batch,
          source,
          output ?? null,
          state,
          code,
          message,
          JSON.stringify(flags),
        );
      }
    });
  }

  /** Takes a job to run it: the next one, unless told. `undefined` where there is none to take. */
  claim(id = this.next()?.id): Job | undefined {
    if (id === undefined) return undefined;
    return this.apply(id, { type: "claim" }, { started_ms: this.now(), ended_ms: null, code: null, message: null });
  }

  /**
   * The job that would be run next.
   * @param batches only of these, where told
   * @param except not one of these
   */
  next(batches?: readonly number[], except: readonly number[] = []): Job | undefined {
    if (this.isPaused) return undefined;
    // Two jobs for one file, an old plan and a new one, are not run at the same time.
    const row = this.sql.get(
      `SELECT ${JOB_COLUMNS} FROM jobs JOIN batches ON batches.id = jobs.batch
       WHERE jobs.state = 'queued' AND batches.paused = 0 AND ${AMONG_BATCHES}
         AND jobs.id NOT IN (SELECT value FROM json_each(?))
         AND NOT EXISTS (SELECT 1 FROM jobs AS other
           WHERE other.state = 'running' AND other.target = jobs.target AND other.output = jobs.output)
       ORDER BY jobs.priority DESC, jobs.position LIMIT 1`,
      ...amongBatches(batches),
      JSON.stringify(except),
    );
    return row === undefined ? undefined : jobFrom(row);
  }

  /** Whether anything waits, be it paused or not. */
  hasQueued(batches?: readonly number[]): boolean {
    return (
      this.sql.get(
        `SELECT 1 FROM jobs WHERE state = 'queued' AND ${AMONG_BATCHES} LIMIT 1`,
        ...amongBatches(batches),
      ) !== undefined
    );
  }

  /** Whether anything waits in a batch that the user has paused. */
  hasPaused(batches?: readonly number[]): boolean {
    return (
      this.sql.get(
        `SELECT 1 FROM jobs JOIN batches ON batches.id = jobs.batch WHERE jobs.state = 'queued'
           AND batches.paused = 1 AND batches.code IS NULL AND ${AMONG_BATCHES} LIMIT 1`,
        ...amongBatches(batches),
      ) !== undefined
    );
  }

  /** Notes what a running job is, now that its photo's bytes are known. */
  identify(id: number, sourceSha256: string, key: string): void {
    this.sql.run("UPDATE jobs SET source_sha256 = ?, key = ? WHERE id = ?", sourceSha256, key, id);
  }

  /** Notes how far a running job is. */
  progress(id: number, tilesDone: number, tilesTotal: number): void {
    this.apply(id, { type: "progress", tilesDone, tilesTotal });
    this.sql.foldLog();
  }

  /** Notes that a job's result is there. @param also is done in the same transaction */
  finish(id: number, result: FinishedJob, also: () => void = () => {}): Job | undefined {
    const finished = this.atomically(() => {
      also();
      return this.apply(
        id,
        { type: "finish" },
        {
          width: result.width,
          height: result.height,
          bytes: result.bytes,
          sha256: result.sha256,
          device: result.device ?? null,
          ms: result.totalMs ?? null,
          inference_ms: result.inferenceMs ?? null,
          flags: JSON.stringify(result.flags),
          notes: JSON.stringify(result.notes),
          code: null,
          message: null,
          ended_ms: this.now(),
        },
      );
    });
    this.sql.foldLog();
    return finished;
  }

  /** Notes that a job cannot be done, and why. */
  fail(id: number, error: SilvergrainError): Job | undefined {
    return this.apply(id, { type: "fail" }, { ...errorColumns(error), ended_ms: this.now() });
  }

  /** Notes that the engine died over a job; at the second time the job fails. */
  death(id: number, error: SilvergrainError): Job | undefined {
    return this.apply(id, { type: "death" }, { ...errorColumns(error), ended_ms: this.now() });
  }

  /** Puts a running job back, nobody to blame. */
  release(id: number): Job | undefined {
    return this.apply(id, { type: "release" });
  }

  /**
   * All at once, as ten thousand one by one would keep a window waiting: what waits and what runs is cancelled, as
   * `nextJob` has it.
   * @returns those that were cancelled; what was running among them must be stopped by whoever runs it
   */
  cancel(selection: Selection): readonly number[] {
    return this.atomically(() => {
      const ids = this.select(selection, ["queued", "running"]);
      const list = JSON.stringify(ids);
      this.sql.run(
        "UPDATE jobs SET state = 'cancelled', ended_ms = ? WHERE id IN (SELECT value FROM json_each(?))",
        this.now(),
        list,
      );
      this.sql.run(
        `INSERT INTO events (at_ms, batch, job, type)
         SELECT ?, batch, id, 'cancelled' FROM jobs WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
        this.now(),
        list,
      );
      return ids;
    });
  }

  /** Queues what failed once more, at its old place. A photo that was changed meanwhile is planned anew. */
  retry(selection: Selection, states: readonly ("failed" | "cancelled")[] = ["failed"]): readonly Job[] {
    return this.applyToAll(
      selection,
      states,
      { type: "retry" },
      { retried: 1, code: null, message: null, ended_ms: null },
    );
  }

  /** Takes ended jobs off the list. Results and the ledger of results stay. @returns how many */
  clear(selection: Selection, states: readonly ("done" | "cancelled" | "failed")[] = ["done", "cancelled"]): number {
    return this.atomically(() => {
      const ids = this.select(selection, states);
      for (const id of ids) {
        this.sql.run("DELETE FROM events WHERE job = ?", id);
        this.sql.run("DELETE FROM jobs WHERE id = ?", id);
      }
      if (ids.length > 0) this.note("cleared", undefined, undefined, String(ids.length));
      this.removeEmptyBatches();
      return ids.length;
    });
  }

  /**
   * Moves waiting jobs, in the order that they have, to just before another one, or to the very front.
   * @param before `undefined` for the front
   * @returns how many were moved
   */
  move(ids: readonly number[], before: number | undefined): number {
    return this.atomically(() => {
      const moved = moveJobs(this.sql, ids, before);
      for (const id of moved) this.note("moved", undefined, id);
      return moved.length;
    });
  }

  /** Of the whole queue. A paused queue hands out no jobs; it stays paused until it is resumed, restarts included. */
  get isPaused(): boolean {
    return this.setting("paused") === "1";
  }

  setPaused(paused: boolean): void {
    this.atomically(() => {
      this.setSetting("paused", paused ? "1" : "0");
      this.note(paused ? "paused" : "resumed");
    });
  }

  /** Pauses or resumes one batch. @param because why it was paused, where it was not the user */
  setBatchPaused(batch: number, paused: boolean, because?: SilvergrainError): void {
    this.atomically(() => {
      const { code, message } = because === undefined ? { code: null, message: null } : errorColumns(because);
      this.sql.run(
        "UPDATE batches SET paused = ?, code = ?, message = ? WHERE id = ?",
        paused ? 1 : 0,
        code,
        message,
        batch,
      );
      this.note(paused ? "paused" : "resumed", batch, undefined, code ?? undefined);
    });
  }

  /** A setting that is kept with the queue. */
  setting(name: string): string | undefined {
    const row = this.sql.get("SELECT value FROM settings WHERE name = ?", name);
    return row === undefined ? undefined : z.object({ value: z.string() }).parse(row).value;
  }

  setSetting(name: string, value: string): void {
    this.sql.run(
      "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      name,
      value,
    );
  }

  /** One job. */
  job(id: number): Job | undefined {
    const row = this.sql.get(`SELECT ${JOB_COLUMNS} FROM jobs WHERE id = ?`, id);
    return row === undefined ? undefined : jobFrom(row);
  }

  /** The jobs of a photo in one of the states, the latest first. @param source absolute path */
  jobsOf(source: string, states: readonly JobState[]): readonly Job[] {
    return this.sql
      .all(
        `SELECT ${JOB_COLUMNS} FROM jobs WHERE source = ? AND state IN (SELECT value FROM json_each(?)) ORDER BY id DESC`,
        source,
        JSON.stringify(states),
      )
      .map(jobFrom);
  }

  /** The batches that a photo is in, whatever became of it there. @param source absolute path */
  batchesOf(source: string): readonly number[] {
    return this.sql.ids("SELECT DISTINCT batch AS id FROM jobs WHERE source = ?", source);
  }

  /** Whether a photo is in one of the batches. */
  isInBatch(source: string, batches: readonly number[]): boolean {
    const sought = "SELECT 1 FROM jobs WHERE source = ? AND batch IN (SELECT value FROM json_each(?)) LIMIT 1";
    return this.sql.get(sought, source, JSON.stringify(batches)) !== undefined;
  }

  /** The photos that are in a batch with this one, itself too. */
  sourcesBeside(source: string): readonly string[] {
    return z
      .array(z.object({ source: z.string() }))
      .parse(
        this.sql.all(
          "SELECT DISTINCT source FROM jobs WHERE batch IN (SELECT batch FROM jobs WHERE source = ?)",
          source,
        ),
      )
      .map((row) => row.source);
  }

  /** SHA-256 of the photo of a job; `undefined` where it was not read yet. */
  sourceSha256Of(id: number): string | undefined {
    const row = this.sql.get("SELECT source_sha256 FROM jobs WHERE id = ?", id);
    return z.object({ source_sha256: z.string().nullable() }).optional().parse(row)?.source_sha256 ?? undefined;
  }

  /** Every batch with how far it is, oldest first. */
  batches(): readonly Batch[] {
    return batchesIn(this.sql, (text) => this.targetPath(text));
  }

  /** A page of the list, in the order in which jobs are run. @param after the last job of the page before */
  list({ batch, states, after, limit }: ListRequest): readonly Job[] {
    const wheres: string[] = [];
    const values: SqlValue[] = [];
    if (batch !== undefined) {
      wheres.push("batch = ?");
      values.push(batch);
    }
    if (states !== undefined) wheres.push(`state IN (${states.map((state) => `'${state}'`).join(",")})`);
    if (after !== undefined) {
      wheres.push("(-priority, position, id) > (?, ?, ?)");
      values.push(-after.priority, after.position, after.id);
    }
    const where = wheres.length === 0 ? "" : `WHERE ${wheres.join(" AND ")}`;
    return this.sql
      .all(`SELECT ${JOB_COLUMNS} FROM jobs ${where} ORDER BY priority DESC, position, id LIMIT ?`, ...values, limit)
      .map(jobFrom);
  }

  /** What is planned for a job, and whether it was queued again since. @throws SilvergrainError MODEL_UNKNOWN, INTERNAL */
  planned(job: Job, findModel: FindModel): { readonly photo: PlannedPhoto; readonly retried: boolean } {
    const row = z
      .object({ plan: z.string(), retried: z.number() })
      .parse(this.sql.get("SELECT plan, retried FROM jobs WHERE id = ?", job.id));
    return { photo: planFrom(row.plan, job, findModel), retried: row.retried !== 0 };
  }

  /** Replaces a running job's plan: its photo was changed. */
  replan(id: number, photo: PlannedPhoto, work: number): void {
    this.sql.run(
      "UPDATE jobs SET plan = ?, model = ?, work = ?, tiles_done = 0, tiles_total = 0 WHERE id = ?",
      planText(photo),
      photo.model.id,
      work,
      id,
    );
  }

  /** Where a batch's results go, and how they are made. @throws SilvergrainError MODEL_UNKNOWN, INTERNAL */
  settingsOf(
    batch: number,
    findModel: FindModel,
    policy: RunPolicy,
  ): { readonly target: string; readonly settings: BatchSettings } {
    const row = z
      .object({ target: z.string(), settings: z.string() })
      .parse(this.sql.get("SELECT target, settings FROM batches WHERE id = ?", batch));
    return { target: this.targetPath(row.target), settings: settingsFrom(row.settings, findModel, policy) };
  }

  /** Absolute path of a batch's target folder. */
  targetOf(batch: number): string {
    return this.targetPath(
      z.object({ target: z.string() }).parse(this.sql.get("SELECT target FROM batches WHERE id = ?", batch)).target,
    );
  }

  /** @throws SilvergrainError INTERNAL: books that lie in a target folder may come from a stranger, and are for it alone */
  private targetPath(text: string): string {
    if (this.home === undefined) return resolve(text);
    if (text === "") return this.home;
    throw new SilvergrainError(
      "INTERNAL",
      `Expected results of the queue in ${this.home} to go there, but a batch says “${text}”. Clear that batch.`,
    );
  }

  /** Does several things as one: all of them are on the disk when it returns, or none. */
  atomically<T>(act: () => T): T {
    return this.sql.atomically(act);
  }

  private addOne(
    batch: number,
    target: string,
    { strength, quality, stripGps }: BatchSettings,
    photo: PlannedPhoto,
    { work, position, priority }: { readonly work: number; readonly position: number; readonly priority: number },
  ): boolean {
    const { output, photo: found, model } = photo;
    const plan = planText(photo);
    const params = hashText(JSON.stringify([found.path, plan, strength, quality ?? null, stripGps]));
    const twin = this.twin("queued", target, output) ?? this.twin("running", target, output);
    if (twin !== undefined && twin.params === params) {
      if (twin.state === "queued") this.sql.run("UPDATE jobs SET batch = ? WHERE id = ?", batch, twin.id);
      return false;
    }
    if (twin?.state === "queued") this.sql.run("DELETE FROM jobs WHERE id = ?", twin.id);
    this.sql.run(
      `INSERT INTO jobs (batch, target, output, source, place, model, plan, params, work, priority, position, state, added_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)`,
      batch,
      target,
      output,
      found.path,
      found.place,
      model.id,
      plan,
      params,
      work,
      priority,
      position,
      this.now(),
    );
    return true;
  }

  /** Asked for in one state at a time: each has an index of its own. */
  private twin(state: "queued" | "running", target: string, output: string): Twin | undefined {
    const row = this.sql.get(
      `SELECT id, state, params FROM jobs WHERE state = '${state}' AND target = ? AND output = ?`,
      target,
      output,
    );
    return Twin.optional().parse(row);
  }

  private apply(id: number, event: JobEvent, columns: Readonly<Record<string, SqlValue>> = {}): Job | undefined {
    return this.atomically(() => {
      const before = this.job(id);
      const after = before === undefined ? undefined : nextJob(before, event);
      if (before === undefined || after === undefined) return undefined;
      const next = this.withoutTwin(before, after);
      const all: Record<string, SqlValue> = {
        ...columns,
        state: next.state,
        deaths: next.deaths,
        tiles_done: next.tilesDone,
        tiles_total: next.tilesTotal,
      };
      const names = Object.keys(all);
      this.sql.run(
        `UPDATE jobs SET ${names.map((name) => `${name} = ?`).join(", ")} WHERE id = ?`,
        ...Object.values(all),
        id,
      );
      const type = NOTED_AS[event.type];
      if (type !== undefined) this.note(type, before.batch, id, detailOf(columns));
      return this.job(id);
    });
  }

  /** A job that would wait again, where a newer plan for the same file waits already, gives way to it. */
  private withoutTwin(before: Job, after: JobStatus): JobStatus {
    if (after.state !== "queued") return after;
    const twin = this.sql.get(
      "SELECT 1 FROM jobs WHERE state = 'queued' AND id <> ? AND (target, output) = (SELECT target, output FROM jobs WHERE id = ?)",
      before.id,
      before.id,
    );
    return twin === undefined ? after : { ...after, state: "cancelled" };
  }

  private applyToAll(
    selection: Selection,
    states: readonly JobState[],
    event: JobEvent,
    columns: Readonly<Record<string, SqlValue>>,
  ): readonly Job[] {
    return this.atomically(() => this.select(selection, states).flatMap((id) => this.apply(id, event, columns) ?? []));
  }

  private select(selection: Selection, states: readonly JobState[]): readonly number[] {
    const among = `state IN (${states.map((state) => `'${state}'`).join(",")})`;
    if (selection === "all") return this.sql.ids(`SELECT id FROM jobs WHERE ${among} ORDER BY priority DESC, position`);
    if ("batch" in selection) {
      return this.sql.ids(
        `SELECT id FROM jobs WHERE batch = ? AND ${among} ORDER BY priority DESC, position`,
        selection.batch,
      );
    }
    return this.sql.ids(
      `SELECT id FROM jobs WHERE id IN (SELECT value FROM json_each(?)) AND ${among} ORDER BY priority DESC, position`,
      JSON.stringify(selection.jobs),
    );
  }

  private removeEmptyBatches(): void {
    this.sql.run(
      `DELETE FROM batches WHERE id NOT IN (SELECT value FROM json_each(?))
         AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.batch = batches.id)`,
      JSON.stringify([...this.beingAdded]),
    );
  }

  private note(type: EventType, batch?: number, job?: number, detail?: string): void {
    this.sql.run(
      "INSERT INTO events (at_ms, batch, job, type, detail) VALUES (?, ?, ?, ?, ?)",
      this.now(),
      batch ?? null,
      job ?? null,
      type,
      detail ?? null,
    );
  }

  private targetText(target: string): string {
    return target === this.home ? "" : target;
  }
}

/** Takes two values, see `amongBatches`. */
const AMONG_BATCHES = "(? OR jobs.batch IN (SELECT value FROM json_each(?)))";

function amongBatches(batches: readonly number[] | undefined): readonly [all: number, ids: string] {
  return batches === undefined ? [1, "[]"] : [0, JSON.stringify(batches)];
}

const Twin = z.object({ id: z.number(), state: z.string(), params: z.string() });
type Twin = z.infer<typeof Twin>;

/** Progress is not noted: the canvas's own map of tiles is the record of it. */
const NOTED_AS: Readonly<Record<JobEvent["type"], EventType | undefined>> = {
  claim: "claimed",
  progress: undefined,
  finish: "finished",
  fail: "failed",
  death: "died",
  release: "released",
  cancel: "cancelled",
  retry: "retried",
};

function errorColumns({ code, message }: SilvergrainError): { readonly code: ErrorCode; readonly message: string } {
  return { code, message };
}

function detailOf({ code }: Readonly<Record<string, SqlValue>>): string | undefined {
  return typeof code === "string" ? code : undefined;
}

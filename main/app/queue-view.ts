import type { BatchRow, JobRow, Mark, QueueState } from "../../preload/contract.ts";
import { basename } from "../core/paths.ts";
import type { EnhancedPhoto } from "../library/library.ts";
import type { QueueUpdate } from "../queue/coalesce.ts";
import type { Job } from "../queue/job-row.ts";
import type { QueueDesk } from "./queue-desk.ts";

/** What the view needs of the library. */
export interface PhotoFinder {
  idOfPath(path: string): number | undefined;
  row(id: number): { readonly width: number | undefined } | undefined;
  /** What was enhanced at any time. */
  enhanced(): readonly EnhancedPhoto[];
  noteEnhanced(photo: EnhancedPhoto): void;
}

const PAGE = 1000;

/** The queue as the page shows it. */
export class QueueView {
  private waiting: QueueState["waiting"];
  /** The marks that the page has. */
  private told = new Map<number, Mark>();

  constructor(
    private readonly desk: QueueDesk,
    private readonly photos: PhotoFinder,
  ) {}

  /** The whole of it but the waiting jobs. */
  state(): QueueState {
    const { store, scheduler } = this.desk;
    const { clock } = scheduler;
    const batches = store.batches().map(
      ({ id, name, target, paused, held, jobs }): BatchRow => ({
        id,
        name,
        target,
        paused,
        code: held?.code,
        ...jobs,
        msLeft: jobs.queued + jobs.running === 0 ? undefined : clock.msLeft([id]),
      }),
    );
    return {
      paused: store.isPaused,
      batches,
      running: store.list({ states: ["running"], limit: 10 }).map((job) => this.jobRow(job)),
      waiting: this.waiting,
      msLeft: batches.some(({ queued, running }) => queued + running > 0) ? clock.msLeft() : undefined,
      version: store.version,
    };
  }

  /** A page of a batch's jobs, in the order in which they are run. */
  jobs(batch: number, after: JobRow["cursor"] | undefined, limit: number): readonly JobRow[] {
    return this.desk.store
      .list({ batch, limit, ...(after === undefined ? {} : { after }) })
      .map((job) => this.jobRow(job));
  }

  /** The marks of all photos: what the queue says of them, and of the others what was made of them before. */
  marks(): readonly Mark[] {
    const marks = new Map(this.photos.enhanced().map((photo) => [photo.photo, doneMark(photo)]));
    for (const job of this.newestLast()) {
      const mark = this.markOf(job);
      if (mark !== undefined && mark.state !== "none") marks.set(mark.photo, mark);
    }
    this.told = marks;
    return [...marks.values()];
  }

  /** Notes for good that a photo was enhanced. */
  done(job: Job): void {
    const mark = this.markOf(job);
    if (mark?.scale === undefined) return;
    this.photos.noteEnhanced({ photo: mark.photo, scale: mark.scale, isFlagged: mark.isFlagged });
  }

  /** The marks that are others than the page has, and those to take off. */
  changedMarks(): readonly Mark[] {
    const before = this.told;
    const changed = this.marks().filter((mark) => !isSame(mark, before.get(mark.photo)));
    const off = [...before.values()].filter(({ photo, state }) => state !== "none" && !this.told.has(photo));
    return [...changed, ...off.map(takenOff)];
  }

  /** Takes an update over. @returns the marks that it changes */
  update({ jobs, waiting }: QueueUpdate): readonly Mark[] {
    this.waiting = waiting === "disk-full" ? "disk" : waiting;
    const marks = jobs.flatMap(({ id, tilesDone, tilesTotal }) => {
      const job = this.desk.store.job(id);
      const mark = job === undefined ? undefined : this.markOf({ ...job, tilesDone, tilesTotal });
      return mark === undefined ? [] : [mark.state === "none" ? this.before(mark) : mark];
    });
    for (const mark of marks) this.told.set(mark.photo, mark);
    return marks;
  }

  /** What a photo's cell says when its job was cancelled: what was made of it before, if anything. */
  private before(mark: Mark): Mark {
    const past = this.photos.enhanced().find(({ photo }) => photo === mark.photo);
    return past === undefined ? mark : doneMark(past);
  }

  /** What is known of one photo's job, for its cell. */
  private markOf(job: Job): Mark | undefined {
    const photo = this.photos.idOfPath(job.source);
    if (photo === undefined) return undefined;
    const { result, state, tilesDone, tilesTotal, error } = job;
    const width = result === undefined ? undefined : this.photos.row(photo)?.width;
    return {
      photo,
      state: state === "cancelled" ? "none" : state,
      fraction: tilesTotal === 0 ? 0 : tilesDone / tilesTotal,
      isFlagged: (result?.flags.length ?? 0) > 0,
      code: state === "failed" ? error?.code : undefined,
      message: state === "failed" ? error?.message : undefined,
      scale: result === undefined || width === undefined ? undefined : result.width / width,
    };
  }

  private *newestLast(): Generator<Job> {
    const jobs: Job[] = [];
    for (let page = this.page(undefined); page.length > 0; page = this.page(page.at(-1))) jobs.push(...page);
    yield* jobs.sort((a, b) => a.id - b.id);
  }

  private page(after: Job | undefined): readonly Job[] {
    return this.desk.store.list({ limit: PAGE, ...(after === undefined ? {} : { after }) });
  }

  private jobRow(job: Job): JobRow {
    const { id, batch, source, state, tilesDone, tilesTotal, error, result, priority, position } = job;
    return {
      id,
      batch,
      photo: this.photos.idOfPath(source),
      name: basename(source),
      state,
      tilesDone,
      tilesTotal,
      msLeft: state === "running" ? this.desk.scheduler.clock.msLeftOf(id) : undefined,
      code: error?.code,
      message: error?.message,
      isFlagged: (result?.flags.length ?? 0) > 0,
      cursor: { priority, position, id },
    };
  }
}

function doneMark({ photo, scale, isFlagged }: EnhancedPhoto): Mark {
  return { photo, state: "done", fraction: 1, isFlagged, code: undefined, message: undefined, scale };
}

function takenOff({ photo }: Mark): Mark {
  return { photo, state: "none", fraction: 0, isFlagged: false, code: undefined, message: undefined, scale: undefined };
}

function isSame(a: Mark, b: Mark | undefined): boolean {
  return b !== undefined && (Object.keys(a) as (keyof Mark)[]).every((key) => a[key] === b[key]);
}

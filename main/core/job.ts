/** The states of a job. `queued` and `running` are unfinished; only one process runs jobs, so `running` is its own. */
export const JOB_STATES = ["queued", "running", "done", "failed", "cancelled"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** How often the engine may die over a photo: at this death the photo fails. */
export const MAX_DEATHS = 2;

/** What a job's state is made of. */
export interface JobStatus {
  readonly state: JobState;
  /** Deaths of the engine over this photo, since it was added or last retried. */
  readonly deaths: number;
  /** Tiles over all passes; both 0 until the engine has said how many there are. */
  readonly tilesDone: number;
  readonly tilesTotal: number;
}

/** What can happen to a job. */
export type JobEvent =
  | { readonly type: "claim" }
  | { readonly type: "progress"; readonly tilesDone: number; readonly tilesTotal: number }
  | { readonly type: "finish" }
  | { readonly type: "fail" }
  /** The engine died or hung over it. */
  | { readonly type: "death" }
  /** It was stopped and nobody is to blame: a pause, a full disk, the host's end. */
  | { readonly type: "release" }
  | { readonly type: "cancel" }
  | { readonly type: "retry" };

/** A job that was just added. */
export const NEW_JOB: JobStatus = { state: "queued", deaths: 0, tilesDone: 0, tilesTotal: 0 };

/**
 * The whole life of a job. Tiles that are done stay done through stops and deaths: they lie on the disk.
 * @returns the job after the event, or `undefined` where the event means nothing in its state (a message that came late)
 */
export function nextJob(job: JobStatus, event: JobEvent): JobStatus | undefined {
  switch (event.type) {
    case "claim":
      return job.state === "queued" ? { ...job, state: "running" } : undefined;
    case "progress":
      return job.state === "running" && isProgress(event)
        ? { ...job, tilesDone: event.tilesDone, tilesTotal: event.tilesTotal }
        : undefined;
    case "finish":
      // A cancel that comes while the file gets its name is too late: the result is there, and to say otherwise would be wrong.
      return job.state === "running" || job.state === "cancelled"
        ? { ...job, state: "done", tilesDone: job.tilesTotal }
        : undefined;
    case "fail":
      return job.state === "running" ? { ...job, state: "failed" } : undefined;
    case "death": {
      if (job.state !== "running") return undefined;
      const deaths = job.deaths + 1;
      return { ...job, deaths, state: deaths >= MAX_DEATHS ? "failed" : "queued" };
    }
    case "release":
      return job.state === "running" ? { ...job, state: "queued" } : undefined;
    case "cancel":
      return job.state === "queued" || job.state === "running" ? { ...job, state: "cancelled" } : undefined;
    case "retry":
      return job.state === "failed" || job.state === "cancelled" ? { ...job, state: "queued", deaths: 0 } : undefined;
    default:
      return event satisfies never;
  }
}

function isProgress({ tilesDone, tilesTotal }: { readonly tilesDone: number; readonly tilesTotal: number }): boolean {
  return tilesDone >= 0 && tilesDone <= tilesTotal;
}

/** A job in the queue. */
export interface QueuedJob extends JobStatus {
  readonly id: number;
}

/** The whole queue: jobs in the order in which they will be run. */
export interface QueueState {
  readonly paused: boolean;
  readonly jobs: readonly QueuedJob[];
}

/** What can be done to the queue. */
export type QueueCommand =
  | { readonly type: "add"; readonly id: number }
  | { readonly type: "claim" }
  /** To one job: what the engine says of it, or what the user wants with it. */
  | { readonly type: "job"; readonly id: number; readonly event: Exclude<JobEvent, { readonly type: "claim" }> }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "move-to-front"; readonly id: number }
  /** Takes what is done and cancelled off the list. */
  | { readonly type: "clear" }
  /** The host died; what was running is queued again, and no photo is blamed. */
  | { readonly type: "kill" };

export const EMPTY_QUEUE: QueueState = { paused: false, jobs: [] };

/** The queue after a command. A command that means nothing leaves it as it is. */
export function nextQueue(queue: QueueState, command: QueueCommand): QueueState {
  switch (command.type) {
    case "add": {
      // Twice is one job: one that waits stays as it is, an ended one is queued again, at its place in the order of adding.
      const known = queue.jobs.find(({ id }) => id === command.id);
      if (known === undefined) return { ...queue, jobs: [...queue.jobs, { id: command.id, ...NEW_JOB }] };
      if (isUnfinished(known.state)) return queue;
      const others = queue.jobs.filter(({ id }) => id !== command.id);
      return { ...queue, jobs: [...others, { id: command.id, ...NEW_JOB }] };
    }
    case "claim": {
      const next = nextToRun(queue);
      return next === undefined ? queue : applyTo(queue, next.id, { type: "claim" });
    }
    case "job":
      return applyTo(queue, command.id, command.event);
    case "pause":
      return { ...queue, paused: true };
    case "resume":
      return { ...queue, paused: false };
    case "move-to-front": {
      const moved = queue.jobs.filter(({ id }) => id === command.id);
      return { ...queue, jobs: [...moved, ...queue.jobs.filter(({ id }) => id !== command.id)] };
    }
    case "clear":
      return { ...queue, jobs: queue.jobs.filter(({ state }) => state !== "done" && state !== "cancelled") };
    case "kill":
      return queue.jobs.reduce((left, { id }) => applyTo(left, id, { type: "release" }), queue);
    default:
      return command satisfies never;
  }
}

/** The job that a claim would take. */
export function nextToRun({ paused, jobs }: QueueState): QueuedJob | undefined {
  return paused ? undefined : jobs.find(({ state }) => state === "queued");
}

/** Whether there is still something to be done for a job. */
export function isUnfinished(state: JobState): boolean {
  return state === "queued" || state === "running";
}

function applyTo(queue: QueueState, id: number, event: JobEvent): QueueState {
  const jobs = queue.jobs.map((job) => {
    if (job.id !== id) return job;
    const next = nextJob(job, event);
    return next === undefined ? job : { ...next, id };
  });
  return { ...queue, jobs };
}

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { asSilvergrainError, expected } from "../core/errors.ts";
import { JOB_STATES, type JobState } from "../core/job.ts";
import type { EngineClient } from "../engine/client.ts";
import type { Batch } from "../queue/batches.ts";
import type { PlanDevice } from "../queue/cost.ts";
import type { Job } from "../queue/job-row.ts";
import { LEDGER_FOLDER, Ledger } from "../queue/ledger.ts";
import type { PlannedPhoto } from "../queue/plan.ts";
import { reportCsv, reportJson } from "../queue/report.ts";
import { QueueStore, type Selection } from "../queue/store.ts";
import type { FindModel, RunPolicy } from "../queue/stored.ts";
import { obey, parseRequest, type QueueAnswer, type QueueRequest } from "../queue/verbs.ts";
import { serveControl } from "../system/control-channel.ts";
import type { Locations } from "../system/locations.ts";
import { threadPolicy } from "../system/threads.ts";
import { engineFor } from "./engine.ts";
import { EXIT } from "./exit.ts";
import { askRunning } from "./hand-over.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { integerIn } from "./options.ts";
import { measureDevice } from "./prepare.ts";
import { sayAnswer } from "./queue-list.ts";
import { reporterFor } from "./reporter-for.ts";
import { modelFinder, QueueRun } from "./run-queue.ts";
import { say, sayJson } from "./say.ts";

const ANSWER_TIMEOUT_MS = 30_000;
const DEFAULT_LIMIT = 50;
const CACHE_BYTES = 4e9;
const DISK_PATIENCE_MS = 300_000;

interface Common {
  readonly json: boolean;
  readonly batch: number | undefined;
}

/** `silvergrain queue`. */
export function addQueueCommand(program: Command, locations: Locations): void {
  const queue = program
    .command("queue")
    .description(
      "Looks at, and steers, what is queued in a target folder; also while another Silvergrain works there.",
    );
  const verb = (name: string, description: string) =>
    queue
      .command(name)
      .description(description)
      .argument("<folder>", "target folder: the one given to enhance --out")
      .option("--batch <n>", "only this batch", integerIn(1, Number.MAX_SAFE_INTEGER))
      .option("--json", "as JSON", false);

  verb("list", "Shows batches and photos, in the order in which they will be done.")
    .option("--state <states>", `only these, with commas between: ${JOB_STATES.join(", ")}`, parseStates)
    .option("--limit <n>", "photos to show", integerIn(1, 1000), DEFAULT_LIMIT)
    .action((folder: string, { state, limit, ...options }: Common & { state?: JobState[]; limit: number }) =>
      ask(folder, options, {
        verb: "list",
        limit,
        ...(state === undefined ? {} : { states: state }),
        ...(options.batch === undefined ? {} : { batch: options.batch }),
      }),
    );
  verb("pause", "Stops at the next tile, and stays so until it is resumed.").action((folder: string, options: Common) =>
    ask(folder, options, { verb: "pause", batch: options.batch }),
  );
  verb("resume", "Goes on; where nobody works in the folder, this process does.").action(
    async (folder: string, options: Common) => {
      process.exitCode = await resume(folder, options, locations);
    },
  );
  verb("retry", "Queues failed photos again: all, those of a batch, or these.")
    .argument("[photos...]", "numbers from the list", parseIds)
    .action((folder: string, ids: number[] | undefined, options: Common) =>
      ask(folder, options, { verb: "retry", selection: selectionOf(ids, options) }),
    );
  verb("cancel", "Takes photos out of the queue: all, those of a batch, or these.")
    .argument("[photos...]", "numbers from the list", parseIds)
    .option("--all", "every photo that waits", false)
    .action((folder: string, ids: number[] | undefined, options: Common & { all: boolean }) => {
      if ((ids ?? []).length === 0 && options.batch === undefined && !options.all) {
        throw expected("what to cancel", "numbers of photos, --batch or --all", "nothing");
      }
      return ask(folder, options, { verb: "cancel", selection: selectionOf(ids, options) });
    });
  verb("front", "Moves photos to the front.")
    .argument("<photos...>", "numbers from the list", parseIds)
    .action((folder: string, jobs: number[], options: Common) => ask(folder, options, { verb: "move", jobs }));
  verb("clear", "Takes what is done or cancelled off the list; results stay.")
    .option("--failed", "what failed too", false)
    .action((folder: string, options: Common & { failed: boolean }) =>
      ask(folder, options, { verb: "clear", selection: selectionOf(undefined, options), alsoFailed: options.failed }),
    );
  verb(
    "report",
    "Prints what became of every photo of a batch: the last one, unless told. As CSV, or with --json.",
  ).action((folder: string, options: Common) => report(folder, options));
}

function parseStates(text: string): JobState[] {
  return text.split(",").map((word) => {
    const found = JOB_STATES.find((state) => state === word.trim());
    if (found === undefined) throw new InvalidArgumentError(`Expected some of ${JOB_STATES.join(", ")}.`);
    return found;
  });
}

function parseIds(text: string, before: number[] | undefined): number[] {
  return [...(before ?? []), integerIn(1, Number.MAX_SAFE_INTEGER)(text)];
}

function selectionOf(ids: readonly number[] | undefined, { batch }: Common): Selection & QueueSelection {
  if (ids !== undefined && ids.length > 0) return { jobs: [...ids] };
  return batch === undefined ? "all" : { batch };
}
type QueueSelection = Extract<QueueRequest, { verb: "retry" }>["selection"];

/** Asks whoever works in the folder, else does it here. */
async function ask(folder: string, { json }: Common, request: QueueRequest): Promise<void> {
  const answer = await answerTo(resolve(folder), request);
  if (json) sayJson({ type: "queue", ...answer });
  else sayAnswer(request, answer);
}

async function answerTo(target: string, request: QueueRequest): Promise<QueueAnswer> {
  const opened = openQueue(target);
  if (opened === undefined) {
    return (await askRunning(join(target, LEDGER_FOLDER), request, ANSWER_TIMEOUT_MS)) as QueueAnswer;
  }
  try {
    return obey(request, opened.store, undefined);
  } finally {
    opened.ledger.close();
  }
}

/** @returns `undefined` where another Silvergrain works in the folder */
function openQueue(target: string): { readonly ledger: Ledger; readonly store: QueueStore } | undefined {
  if (!existsSync(join(target, LEDGER_FOLDER, "ledger.db"))) {
    throw expected("the folder", "one that photos were enhanced into", target);
  }
  try {
    const ledger = Ledger.open(target, "look");
    return { ledger, store: new QueueStore(ledger.books, target) };
  } catch (error) {
    if (asSilvergrainError(error).code === "TARGET_BUSY") return undefined;
    throw error;
  }
}

/** Goes on with what was queued before, in this process if nobody else does it. */
async function resume(folder: string, options: Common, locations: Locations): Promise<number> {
  const target = resolve(folder);
  const opened = openQueue(target);
  const request: QueueRequest = { verb: "resume", batch: options.batch };
  if (opened === undefined) {
    await ask(folder, options, request);
    return EXIT.ok;
  }
  const { ledger, store } = opened;
  const reporter = reporterFor(options);
  const engine = engineFor(locations);
  const interrupt = listenForInterrupt(() => {
    engine.close();
    reporter.close();
  });
  let served: { close(): Promise<void> } | undefined;
  try {
    store.setPaused(false);
    const batches = store.batches().filter(({ id, jobs }) => jobs.queued > 0 && (options.batch ?? id) === id);
    for (const { id } of batches) store.setBatchPaused(id, false);
    const next = store.next(batches.map(({ id }) => id));
    if (next === undefined) {
      say("Nothing waits.");
      return EXIT.ok;
    }
    const policy = threadPolicy("command-line");
    const findModel = modelFinder(locations);
    const device = await deviceFor(next, store, engine, findModel, policy);
    const run = new QueueRun({
      target,
      store,
      ledger,
      engine,
      reporter,
      locations,
      policy,
      device,
      cacheBytes: CACHE_BYTES,
      diskPatienceMs: DISK_PATIENCE_MS,
      waitOnBattery: false,
    });
    for (const { id } of batches) run.include(id, { skipped: 0, failed: 0, flagged: 0 });
    served = await serveControl(ledger.folder, async (raw) => obey(parseRequest(raw), store, run.scheduler));
    reporter.resuming(
      batches.reduce((sum, { jobs }) => sum + jobs.queued, 0),
      target,
    );
    return await run.run(interrupt.signal);
  } finally {
    await served?.close();
    engine.close();
    reporter.close();
    ledger.close();
    interrupt.stop();
  }
}

/** How fast it will go; `undefined` for a photo that cannot be done, which its own turn will tell. */
async function deviceFor(
  job: Job,
  store: QueueStore,
  engine: EngineClient,
  findModel: FindModel,
  policy: RunPolicy,
): Promise<PlanDevice | undefined> {
  let planned: { readonly photo: PlannedPhoto };
  try {
    planned = store.planned(job, findModel);
  } catch {
    return undefined;
  }
  const { settings } = store.settingsOf(job.batch, findModel, policy);
  return measureDevice(engine, planned.photo.model, settings);
}

function report(folder: string, { batch, json }: Common): void {
  const target = resolve(folder);
  const opened = openQueue(target);
  if (opened === undefined) {
    throw expected("the folder", "one that no Silvergrain works in at the moment", target);
  }
  const { store, ledger } = opened;
  try {
    const found = pick(store.batches(), batch);
    process.stdout.write(json ? reportJson(store, found) : reportCsv(store, found));
  } finally {
    ledger.close();
  }
}

function pick(batches: readonly Batch[], wanted: number | undefined): Batch {
  const found = wanted === undefined ? batches.at(-1) : batches.find(({ id }) => id === wanted);
  if (found !== undefined) return found;
  const known = batches.length === 0 ? "a folder with a batch in it" : batches.map(({ id }) => id).join(", ");
  throw expected("the batch", known, wanted ?? "none");
}

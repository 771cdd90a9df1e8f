import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { expected } from "../core/errors.ts";
import { JOB_STATES, type JobState } from "../core/job.ts";
import type { EngineClient } from "../engine/client.ts";
import { engineFor } from "../engine/spawn.ts";
import { modelFinder } from "../models/choose.ts";
import { measureDevice, type PlanDevice } from "../queue/cost.ts";
import type { Job } from "../queue/job-row.ts";
import { LEDGER_FOLDER, type Ledger } from "../queue/ledger.ts";
import type { BatchSettings, PlannedPhoto } from "../queue/plan.ts";
import { QueueStore, type Selection } from "../queue/store.ts";
import type { FindModel, RunPolicy } from "../queue/stored.ts";
import { obey, type QueueAnswer, type QueueRequest } from "../queue/verbs.ts";
import type { Locations } from "../system/locations.ts";
import { threadPolicy } from "../system/threads.ts";
import { openOrUndefined } from "./enhance-command.ts";
import { EXIT } from "./exit.ts";
import { askRunning, openUnlessHeld } from "./hand-over.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { LiveControl, serveOrNot } from "./live-control.ts";
import { addRunOptions, integerIn, type RunOptions } from "./options.ts";

import { sayAnswer } from "./queue-list.ts";
import { reporterFor } from "./reporter-for.ts";
import { QueueRun } from "./run-queue.ts";
import { say, sayJson } from "./say.ts";

const ANSWER_TIMEOUT_MS = 30_000;
const DEFAULT_LIMIT = 50;

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
    .option(
      "--state <states>",
      `only these, with commas between: ${JOB_STATES.join(", ")}`,
      parseStates,
      JOB_STATES.filter((state) => state !== "done"),
    )
    .option("--limit <n>", "photos to show", integerIn(1, 1000), DEFAULT_LIMIT)
    .action((folder: string, { state, limit, ...options }: Common & { state: JobState[]; limit: number }) =>
      ask(folder, options, {
        verb: "list",
        limit,
        states: state,
        ...(options.batch === undefined ? {} : { batch: options.batch }),
      }),
    );
  verb("pause", "Stops at the next tile, and stays so until it is resumed.").action((folder: string, options: Common) =>
    ask(folder, options, { verb: "pause", batch: options.batch }),
  );
  const going = verb("resume", "Goes on; where nobody works in the folder, this process does.");
  addRunOptions(going).action(async (folder: string, options: Common & RunOptions) => {
    process.exitCode = await resume(folder, options, locations);
  });
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
  ).action((folder: string, { batch, json }: Common) =>
    ask(folder, { batch, json: false }, { verb: "report", batch, as: json ? "json" : "csv" }),
  );
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
  else if (answer.text !== undefined) process.stdout.write(answer.text);
  else sayAnswer(request, answer, resolve(folder));
}

async function answerTo(target: string, request: QueueRequest): Promise<QueueAnswer> {
  const opened = await openQueue(target);
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
async function openQueue(
  target: string,
  access: "write" | "look" = "look",
): Promise<{ readonly ledger: Ledger; readonly store: QueueStore } | undefined> {
  const folder = join(target, LEDGER_FOLDER);
  if (!existsSync(join(folder, "ledger.db"))) {
    throw expected("the folder", "one that photos were enhanced into", target);
  }
  const ledger = await openUnlessHeld(folder, () => openOrUndefined(target, access));
  return ledger === undefined ? undefined : { ledger, store: new QueueStore(ledger.books, target) };
}

/** Goes on with what was queued before, in this process if nobody else does it. */
async function resume(folder: string, options: Common & RunOptions, locations: Locations): Promise<number> {
  const target = resolve(folder);
  const opened = await openQueue(target, "write");
  const request: QueueRequest = { verb: "resume", batch: options.batch };
  if (opened === undefined) {
    await ask(folder, options, request);
    return EXIT.ok;
  }
  const { ledger, store } = opened;
  const reporter = reporterFor(options);
  const engine = engineFor(locations, { giveWay: options.background });
  const cacheBytes = options.cacheLimit * 1e9;
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
      if (options.json) sayJson({ type: "queue", ...obey(request, store, undefined) });
      else say("Nothing waits.");
      return EXIT.ok;
    }
    const policy = { ...threadPolicy("command-line", options.threads), mayOverwrite: false };
    const findModel = modelFinder(locations);
    const { device, settings } = await deviceFor(next, store, engine, findModel, policy);
    const run = new QueueRun({
      target,
      store,
      ledger,
      engine,
      reporter,
      locations,
      policy,
      device,
      how: options,
    });
    for (const { id } of batches) run.include(id, { skipped: 0, failed: 0, flagged: 0 });
    if (settings !== undefined) {
      const context = { target, settings, engine, locations, reporter, signal: interrupt.signal, cacheBytes };
      const control = new LiveControl(store, ledger, context);
      control.begin(run);
      served = await serveOrNot(ledger, control);
    }
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

/** What the next photo is run with; nothing for one that cannot be done, which its own turn will tell. */
async function deviceFor(
  job: Job,
  store: QueueStore,
  engine: EngineClient,
  findModel: FindModel,
  policy: RunPolicy,
): Promise<{ readonly device?: PlanDevice; readonly settings?: BatchSettings }> {
  let planned: { readonly photo: PlannedPhoto; readonly settings: BatchSettings };
  try {
    const { settings } = store.settingsOf(job.batch, findModel, policy);
    planned = { photo: store.planned(job, findModel).photo, settings };
  } catch {
    return {};
  }
  const { photo, settings } = planned;
  return { device: await measureDevice(engine.describeDevice.bind(engine), photo.model, settings), settings };
}

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import sharp from "sharp";
import { ENHANCE_POINTS, type FailPoint } from "../../main/system/fail-point.ts";
import { hashBytes } from "../../main/system/hash-file.ts";
import { type CliOptions, type CliRun, ofType, silvergrain } from "../helpers/cli.ts";
import { childrenOf } from "../helpers/processes.ts";

/*
 * npm run crash -- --kills N: enhances a folder of photos again and again while host and engine are killed with
 * SIGKILL, at every named step and at random moments, and goes on each time until all is done. Checks after every kill
 * that nothing is lost, doubled or partial; at the end prints what it saw as one JSON object, and fails if anything
 * was not as it must be. `--seed N` repeats a run.
 */

const TILE_PX = 32;
/** Steps that only the host passes; the others are the engine's, and take the host along or not. */
const HOST_POINTS: readonly FailPoint[] = ["after-claim", "after-begin", "before-commit", "after-commit"];
const ENGINE_POINTS = ENHANCE_POINTS.filter((point) => !HOST_POINTS.includes(point));

type Kill =
  | { readonly kind: "host" | "engine"; readonly afterMs: number }
  | { readonly kind: "point"; readonly point: string; readonly skip: number };

interface Canvas {
  readonly done: number;
  readonly total: number;
}

const kills = numberOption("kills", 50);
const seed = numberOption("seed", 1);
const folder = mkdtempSync(join(tmpdir(), "silvergrain-crash-"));
const photos = join(folder, "in");
const random = generator(seed);
const figures = {
  kills: 0,
  ofHost: 0,
  ofEngine: 0,
  atPoints: {} as Record<string, number>,
  rounds: 0,
  failedByDeaths: 0,
  lostJobs: 0,
  wrongFiles: 0,
  corruptBooks: 0,
  tilesRedone: 0,
  mostRedonePerKill: 0,
  tilesForgotten: 0,
  slowestResumeMs: 0,
};

try {
  await makePhotos();
  const undisturbed = await goUndisturbed();
  const plan = planKills();
  while (figures.kills < kills) await round(plan, undisturbed);
  const { lostJobs, wrongFiles, corruptBooks, tilesForgotten, mostRedonePerKill, slowestResumeMs } = figures;
  const isWell =
    lostJobs + wrongFiles + corruptBooks + tilesForgotten === 0 && mostRedonePerKill <= 1 && slowestResumeMs <= 3000;
  process.stdout.write(`${JSON.stringify({ seed, ...figures, isWell }, null, 2)}\n`);
  if (!isWell) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Photos of several formats, alpha, two with the same bytes, and one that takes two passes' worth of tiles. */
async function makePhotos(): Promise<void> {
  mkdirSync(join(photos, "sub"), { recursive: true });
  const picture = (width: number, height: number, channels: 3 | 4) => {
    const pixels = Buffer.alloc(width * height * channels);
    for (let i = 0; i < pixels.length; i++) pixels[i] = (Math.imul(i >> 3, 2654435761) >>> 22) & 255;
    return sharp(pixels, { raw: { width, height, channels } });
  };
  await picture(90, 60, 3).jpeg().toFile(join(photos, "a.jpg"));
  await picture(60, 90, 3).png().toFile(join(photos, "b.png"));
  await picture(64, 40, 4).png().toFile(join(photos, "c-alpha.png"));
  await picture(50, 70, 3)
    .webp()
    .toFile(join(photos, "sub", "d.webp"));
  copyFileSync(join(photos, "a.jpg"), join(photos, "sub", "same as a.jpg"));
  await picture(33, 33, 3).tiff().toFile(join(photos, "e.tif"));
}

function enhance(out: string, options: CliOptions = {}): Promise<CliRun> {
  return silvergrain(
    ["enhance", photos, "--out", out, "--tile", String(TILE_PX), "--model", "srgan-x4", "--json"],
    options,
  );
}

/** Names of results, with the hash of each. */
type Results = ReadonlyMap<string, string>;

async function goUndisturbed(): Promise<Results> {
  await enhance(join(folder, "warm-up"));
  const out = join(folder, "undisturbed");
  const run = await enhance(out);
  if (run.code !== 0) throw new Error(`The undisturbed run failed: ${run.stdout}${run.stderr}`);
  return resultsIn(out);
}

/** Every named step in turn, for the host and for the engine, and as many random moments. */
function planKills(): () => Kill {
  const points = [
    ...HOST_POINTS.map((point) => point as string),
    ...ENGINE_POINTS.map((point) => `${point}:parent`),
    ...ENGINE_POINTS.map((point) => point as string),
  ];
  let next = 0;
  return () => {
    const turn = next++;
    if (turn % 2 === 0) {
      const at = (turn / 2) % points.length;
      const isFirstTime = turn / 2 < points.length;
      return { kind: "point", point: points[at] as string, skip: isFirstTime ? 0 : Math.floor(random() * 3) };
    }
    return { kind: random() < 0.6 ? "host" : "engine", afterMs: random() * 2500 };
  };
}

/** Kills one run after the other in a folder until one of them gets to its end. */
async function round(nextKill: () => Kill, undisturbed: Results): Promise<void> {
  figures.rounds++;
  const out = join(folder, `round-${figures.rounds}`);
  const log = join(folder, `tiles-${figures.rounds}`);
  writeFileSync(log, "");
  let killsHere = 0;
  for (;;) {
    const isLast = figures.kills >= kills;
    const before = canvasesIn(out);
    const once = join(folder, `died-${figures.rounds}-${killsHere}`);
    const kill = isLast ? undefined : nextKill();
    const start = performance.now();
    let resumedMs: number | undefined;
    let engineKills = 0;
    const run = await enhance(out, {
      env: { SILVERGRAIN_TILE_LOG: log, ...(kill?.kind === "point" ? environmentOf(kill, once) : {}) },
      onStart: (child) => {
        if (kill !== undefined && kill.kind !== "point")
          schedule(
            kill,
            child.pid as number,
            () => child.exitCode === null,
            () => engineKills++,
          );
      },
      onEvent: (event) => {
        const isUnderWay = event.type === "progress" && event.stage !== "waiting" && event.stage !== "decode";
        if (isUnderWay || event.type === "done" || event.type === "skipped") resumedMs ??= performance.now() - start;
      },
    });
    const died = run.signal === "SIGKILL";
    const killed = (died ? 1 : 0) + (died ? 0 : engineKills) + (!died && existsSync(once) ? 1 : 0);
    figures.kills += killed;
    killsHere += killed;
    if (died) figures.ofHost++;
    else figures.ofEngine += killed;
    if (kill?.kind === "point" && killed > 0) figures.atPoints[kill.point] = (figures.atPoints[kill.point] ?? 0) + 1;
    if (resumedMs !== undefined) figures.slowestResumeMs = Math.max(figures.slowestResumeMs, Math.round(resumedMs));
    checkForgotten(before, canvasesIn(out));
    checkFolder(out, undisturbed, run.code === 0);
    if (run.code === 0) break;
    if (!died) await retryDead(run, out);
  }
  const begun = readFileSync(log, "utf8").trim().split("\n");
  const redone = begun.length - new Set(begun).size;
  figures.tilesRedone += redone;
  if (killsHere > 0) figures.mostRedonePerKill = Math.max(figures.mostRedonePerKill, redone / killsHere);
  else if (redone > 0) figures.mostRedonePerKill = Number.POSITIVE_INFINITY;
  rmSync(out, { recursive: true, force: true });
}

function environmentOf(kill: Extract<Kill, { kind: "point" }>, once: string): Readonly<Record<string, string>> {
  return {
    SILVERGRAIN_FAIL_POINT: kill.point,
    SILVERGRAIN_FAIL_SKIP: String(kill.skip),
    SILVERGRAIN_FAIL_ONCE: once,
  };
}

function schedule(
  { kind, afterMs }: Extract<Kill, { kind: "host" | "engine" }>,
  pid: number,
  isAlive: () => boolean,
  onKilled: () => void,
): void {
  setTimeout(() => {
    if (!isAlive()) return;
    if (kind === "host") {
      process.kill(pid, "SIGKILL");
      return;
    }
    for (const engine of childrenOf(pid)) {
      process.kill(engine, "SIGKILL");
      onKilled();
    }
  }, afterMs).unref();
}

/** Two deaths over one photo fail it, as they must; the user asks for it again. */
async function retryDead(run: CliRun, out: string): Promise<void> {
  const others = ofType(run, "failed").filter(({ code }) => code !== "ENGINE_DIED");
  if (others.length > 0 || ofType(run, "error").length > 0) {
    throw new Error(`A run ended with code ${run.code} and ${run.stdout.slice(-2000)}${run.stderr}`);
  }
  figures.failedByDeaths += ofType(run, "failed").length;
  await silvergrain(["queue", "retry", out]);
}

/** A tile that was marked as done when a run began is still marked when that run has ended, however it ended. */
function checkForgotten(before: ReadonlyMap<string, Canvas>, after: ReadonlyMap<string, Canvas>): void {
  for (const [name, { done }] of before) figures.tilesForgotten += Math.max(0, done - (after.get(name)?.done ?? 0));
}

/** What lies in the folder at this moment is whole, and the books are sound and complete. */
function checkFolder(out: string, files: Results, isDone: boolean): void {
  for (const [name, hash] of resultsIn(out)) if (files.get(name) !== hash) figures.wrongFiles++;
  if (isDone && resultsIn(out).size !== files.size) figures.wrongFiles++;
  const books = join(out, ".silvergrain");
  if (!existsSync(join(books, "ledger.db"))) return;
  const copy = mkdtempSync(join(folder, "books-"));
  for (const name of readdirSync(books).filter((each) => each.startsWith("ledger.db")))
    copyFileSync(join(books, name), join(copy, name));
  const db = new Database(join(copy, "ledger.db"));
  try {
    const [sound] = db.prepare("PRAGMA integrity_check").all() as { integrity_check: string }[];
    if (sound?.integrity_check !== "ok") figures.corruptBooks++;
    const batches = db.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'jobs'").get() as { n: number };
    if (batches.n === 0) return;
    const jobs = db.prepare("SELECT id, output, state FROM jobs ORDER BY id").all() as JobRow[];
    const wrong = jobsGoneWrong(jobs, files.size, isDone);
    if (wrong === undefined) return;
    figures.lostJobs++;
    process.stderr.write(`${wrong}: ${JSON.stringify(jobs)}\n`);
  } finally {
    db.close();
    rmSync(copy, { recursive: true, force: true });
  }
}

interface JobRow {
  readonly id: number;
  readonly output: string;
  readonly state: string;
}

/** What is wrong with the jobs that are in the books. A job that failed stays in its batch when its photo is asked for again. */
function jobsGoneWrong(jobs: readonly JobRow[], photos: number, isDone: boolean): string | undefined {
  const outputs = new Set(jobs.map(({ output }) => output));
  // Before the batch was added there is nothing; after it, all of it, in one piece.
  if (jobs.length !== 0 && outputs.size !== photos) return "jobs are missing";
  for (const output of outputs) {
    const own = jobs.filter((job) => job.output === output);
    const alive = own.filter(({ state }) => state !== "failed");
    if (alive.length > 1) return "a job is there twice";
    if (isDone && own.at(-1)?.state !== "done") return "a job was not done";
  }
  return undefined;
}

function resultsIn(out: string): Results {
  if (!existsSync(out)) return new Map();
  return new Map(
    readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes(".silvergrain"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(out.length + 1), hashBytes(readFileSync(path))]),
  );
}

function canvasesIn(out: string): ReadonlyMap<string, Canvas> {
  const work = join(out, ".silvergrain", "work");
  if (!existsSync(work)) return new Map();
  return new Map(
    readdirSync(work)
      .filter((name) => name.endsWith(".json") && existsSync(join(work, name.replace(/json$/, "done"))))
      .map((name) => {
        const marks = readFileSync(join(work, name.replace(/json$/, "done")));
        return [name, { done: marks.filter((mark) => mark !== 0).length, total: marks.length }];
      }),
  );
}

function numberOption(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  if (at < 0) return otherwise;
  const value = Number(process.argv[at + 1]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`Expected a whole number above 0 for --${name}.`);
  return value;
}

/** Numbers from 0 to 1, the same for the same seed. */
function generator(from: number): () => number {
  let count = 0;
  return () => Number.parseInt(hashBytes(`${from}/${count++}`).slice(0, 8), 16) / 2 ** 32;
}

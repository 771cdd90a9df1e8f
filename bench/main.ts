import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp, { type Sharp } from "sharp";
import { area, type Size } from "../main/core/geometry.ts";
import { planTiles, tileCount } from "../main/core/tiles.ts";
import { readModel } from "../main/engine/session.ts";
import { findModel, modelFacts, readCatalogue, realismFacts } from "../main/models/catalogue.ts";
import { physicalCores } from "../main/system/threads.ts";
import { benchMontage } from "./montage.ts";
import { measureRun, treeBytes } from "./processes.ts";
import { benchStore, steadiness } from "./queue.ts";

/*
 * npm run bench: how fast and how lean we are, as ratios to a reference measured in the same run. Prints one JSON
 * object. `-- --smoke` does the same on tiny photos, to see that the bench runs; its figures mean nothing.
 */
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const smoke = process.argv.includes("--smoke");
const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length);
const folder = mkdtempSync(join(tmpdir(), "silvergrain-bench-"));
/** For programs that are measured. Telemetry is off in both, as the program has it off. */
const env = {
  ...process.env,
  npm_node_execpath: process.execPath,
  SILVERGRAIN_CACHE_DIR: join(folder, "cache"),
  ORT_DISABLE_TELEMETRY: "1",
};
const catalogue = readCatalogue(join(root, "models"));
const entry = findModel(catalogue, "srgan-x4");
const model = modelFacts(entry);
const threads = physicalCores();
const MEGABYTE = 1024 * 1024;

const benches: Readonly<Record<string, () => Promise<Record<string, unknown>>>> = {
  overhead,
  compute,
  realism,
  queue,
  smallPhotos,
  largePhoto,
  montage,
  gallery,
  inspector,
};
try {
  const report: Record<string, unknown> = { smoke, threads, model: model.id };
  for (const [name, bench] of Object.entries(benches)) {
    if (only !== undefined && only !== name) continue;
    process.stderr.write(`${name} …\n`);
    report[name] = await bench();
  }
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The window with many photos in it: how soon it shows them, and how it scrolls. */
async function gallery(): Promise<Record<string, unknown>> {
  return inWindow("gallery", [smoke ? "300" : "50000"]);
}

/** A photo of 24 megapixels beside its result of 384: how soon they are seen, and how they follow the pointer. */
async function inspector(): Promise<Record<string, unknown>> {
  return inWindow("inspector", smoke ? ["600", "400", "smoke"] : ["6000", "4000"]);
}

/** A bench that needs a display. */
function inWindow(name: string, sizes: readonly string[]): Record<string, unknown> {
  const place = join(folder, name);
  mkdirSync(place);
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(root, "scripts", "xvfb.js"), process.execPath, join(root, "dist", `bench-${name}.js`), place, ...sizes],
    // The cache that an Electron may lie in is the user's own.
    { env: process.env, encoding: "utf8", maxBuffer: 1e8 },
  );
  if (status !== 0) throw new Error(`The bench of the ${name} ended with ${status}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as Record<string, unknown>;
}

/** Whole program against a bare loop over the same windows, on a photo of 2 megapixels. */
async function overhead(): Promise<Record<string, unknown>> {
  const size = smoke ? { width: 200, height: 150 } : { width: 1632, height: 1224 };
  const photo = await photoOf("two-megapixels", size);
  await enhance(await photoOf("warm-up", { width: 8, height: 8 }), "warm-up");
  const run = await enhance(photo, "overhead");
  const done = run.events.find((event) => event.type === "done");
  const corePx = Number(done?.tilePx);
  const grid = planTiles(size, corePx, model.padPx, model.scale);
  const windows = Array.from({ length: tileCount(grid) }, () => [grid.window.width, grid.window.height]);
  const bare = await reference({ kind: "windows", file: model.file, threads, windows });
  return {
    megapixels: area(size) / 1e6,
    tilePx: corePx,
    windows: windows.length,
    wholeProcessMs: run.ms,
    bareLoopMs: bare,
    wholeProcessOverBareLoop: run.ms / bare,
    inferenceShareOfWall: Number(done?.inferenceMs) / run.ms,
  };
}

/** What realism costs: once when the weights are mixed, and for each window. */
async function realism(): Promise<Record<string, unknown>> {
  const half = realismFacts(catalogue, 0.5);
  const mixingMs: number[] = [];
  let mixed = readModel(half);
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    mixed = readModel(half);
    mixingMs.push(performance.now() - start);
  }
  const file = join(folder, "mixed.onnx");
  writeFileSync(file, mixed);
  const side = smoke ? 64 : 262;
  const windows = Array.from({ length: smoke ? 3 : 9 }, () => [side, side]);
  const ours = await reference({ kind: "windows", file, threads, windows });
  const plain = await reference({ kind: "windows", file: model.file, threads, windows });
  return { readAndMixMs: Math.max(...mixingMs), mixedOverPlain: ours / plain };
}

/** Multiply-accumulates a second, against a matrix product of a convolution's size, and against PyTorch. */
async function compute(): Promise<Record<string, unknown>> {
  const side = smoke ? 64 : 262;
  const runs = smoke ? 2 : 12;
  const windows = Array.from({ length: runs + 1 }, () => [side, side]);
  const all = await reference({ kind: "windows", file: model.file, threads, windows });
  const first = await reference({ kind: "windows", file: model.file, threads, windows: windows.slice(0, 1) });
  const ms = (all - first) / runs;
  const modelRate = (side * side * entry.mmacPerSourcePx) / (ms / 1000);
  // A 3 × 3 convolution of 64 to 64 channels over the window, as one product.
  const shape = { rows: side * side, inner: 576, columns: 64 };
  const productRate = await productRateOf(shape, runs);
  // A square product, the shape that matrix libraries are best at.
  const squareRate = await productRateOf({ rows: 1024, inner: 1024, columns: 1024 }, runs);
  return {
    windowPx: side,
    msPerWindow: ms,
    modelMmacPerSecond: modelRate,
    productMmacPerSecond: productRate,
    shareOfProduct: modelRate / productRate,
    squareProductMmacPerSecond: squareRate,
    shareOfSquareProduct: modelRate / squareRate,
    ...torch(side, ms, runs),
  };
}

/** Millions of multiply-accumulates a second in a matrix product by ONNX Runtime. */
async function productRateOf(
  shape: { readonly rows: number; readonly inner: number; readonly columns: number },
  runs: number,
): Promise<number> {
  const ms = await reference({ kind: "matmul", threads, runs, ...shape });
  return (shape.rows * shape.inner * shape.columns) / 1e6 / (ms / 1000);
}

function torch(side: number, ourMs: number, runs: number): Record<string, unknown> {
  const script = join(root, "bench", "torch-reference.py");
  const run = spawnSync("/usr/bin/python3", [script, String(side), String(threads), String(runs)], {
    encoding: "utf8",
  });
  if (run.status !== 0) return { torch: "not installed (Debian: python3-torch)" };
  const { ms, torch: version } = JSON.parse(run.stdout) as { ms: number; torch: string };
  return { torch: version, torchMsPerWindow: ms, fasterThanTorch: ms / ourMs };
}

/** The store with ten thousand jobs; and a batch of fifty photos: how busy the device is kept, how steady the time left. */
async function queue(): Promise<Record<string, unknown>> {
  const store = await benchStore(folder, smoke ? 300 : 10_000, model);
  const count = smoke ? 4 : 50;
  const photos = join(folder, "fifty");
  mkdirSync(photos);
  for (let i = 0; i < count; i++) {
    const size = smoke ? { width: 60, height: 50 } : { width: 240 + ((i * 37) % 300), height: 200 + ((i * 53) % 250) };
    await synthetic(size)
      .jpeg()
      .toFile(join(photos, `${String(i).padStart(2, "0")}.jpg`));
  }
  await enhance(await photoOf("warm-up-of-queue", { width: 8, height: 8 }), "warm-up-of-queue");
  const told: { atMs: number; msLeft: number }[] = [];
  let inferenceMs = 0;
  let startMs = performance.now();
  const run = await enhance(photos, "fifty-out", (event) => {
    if (event.type === "plan") startMs = performance.now();
    if (event.type === "done") inferenceMs += Number(event.inferenceMs);
    if (event.type === "progress" && event.stage === "infer" && typeof event.msLeft === "number")
      told.push({ atMs: performance.now() - startMs, msLeft: event.msLeft });
  });
  const workMs = performance.now() - startMs;
  const events = told.map((each) => ({ ...each, share: each.atMs / workMs }));
  return {
    store,
    photos: count,
    inferenceShareOfWall: inferenceMs / workMs,
    inferenceShareWithStart: inferenceMs / run.ms,
    timeLeft: steadiness(events, workMs),
  };
}

/** Memory of the whole program after 20 and after 200 photos of many sizes. */
async function smallPhotos(): Promise<Record<string, unknown>> {
  const count = smoke ? 6 : 200;
  const early = smoke ? 2 : 20;
  const photos = join(folder, "many");
  mkdirSync(photos);
  for (let i = 0; i < count; i++) {
    const size = { width: 24 + ((i * 37) % 90), height: 24 + ((i * 53) % 70) };
    await synthetic(size)
      .jpeg()
      .toFile(join(photos, `${String(i).padStart(4, "0")}.jpg`));
  }
  let done = 0;
  const bytes: number[] = [];
  await enhance(photos, "many-out", (event, pid) => {
    if (event.type !== "done") return;
    done++;
    if (done === early || done === count) bytes.push(treeBytes(pid));
  });
  const [before = 0, after = 0] = bytes;
  return {
    photos: count,
    after20Mb: before / MEGABYTE,
    after200Mb: after / MEGABYTE,
    growthMb: (after - before) / MEGABYTE,
  };
}

/** Peak memory of all processes for a photo of 24 megapixels, 384 as a result. */
async function largePhoto(): Promise<Record<string, unknown>> {
  const size = smoke ? { width: 120, height: 80 } : { width: 6000, height: 4000 };
  const run = await enhance(await photoOf("large", size), "large-out");
  return {
    megapixels: area(size) / 1e6,
    resultMegapixels: (area(size) * 16) / 1e6,
    minutes: run.ms / 60_000,
    peakMb: run.peakBytes / MEGABYTE,
  };
}

/** Two pictures of 384 megapixels side by side, and one of 24 beside its result. */
async function montage(): Promise<Record<string, unknown>> {
  const size = smoke ? { width: 480, height: 320 } : { width: 24_000, height: 16_000 };
  const engine = join(root, "dist", "engine.js");
  const large = await photoOf("montage-large", size);
  const other = await photoOf("montage-other", size);
  const small = await photoOf("montage-small", { width: size.width / 4, height: size.height / 4 });
  return {
    pair: await benchMontage(engine, folder, [large, other], "jpeg"),
    enlarged: await benchMontage(engine, folder, [small, large], "tiff"),
  };
}

interface CliEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

async function enhance(source: string, out: string, onEvent?: (event: CliEvent, pid: number) => void) {
  const events: CliEvent[] = [];
  const args = [
    join(root, "dist", "cli.js"),
    "enhance",
    source,
    "--out",
    join(folder, out),
    "--model",
    model.id,
    "--device",
    "cpu",
    "--json",
  ];
  const run = await measureRun(process.execPath, args, env, (line, child) => {
    const event = JSON.parse(line) as CliEvent;
    events.push(event);
    onEvent?.(event, child.pid ?? -1);
  });
  if (run.code !== 0)
    throw new Error(`Expected exit code 0 of the command line, but it was ${run.code}: ${run.lines.at(-1)}`);
  return { ...run, events };
}

async function reference(task: Record<string, unknown>): Promise<number> {
  const run = await measureRun(process.execPath, [join(root, "dist", "bare-loop.js"), JSON.stringify(task)], env);
  if (run.code !== 0) throw new Error("Expected the bare loop to end well.");
  return (JSON.parse(run.lines.at(-1) ?? "{}") as { ms: number }).ms;
}

async function photoOf(name: string, size: Size): Promise<string> {
  const path = join(folder, `${name}.jpg`);
  await synthetic(size).jpeg({ quality: 92 }).toFile(path);
  return path;
}

/** The sample picture, as large as asked for: content like a photo's, made here. */
function synthetic(size: Size): Sharp {
  return sharp(join(root, "assets", "sample.png")).resize(size.width, size.height, { fit: "cover" });
}

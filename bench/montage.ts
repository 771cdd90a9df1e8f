import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { OutputFormat } from "../main/core/formats.ts";
import type { MontageRequest } from "../main/core/montage-request.ts";

/** A composite that an engine of its own made. */
export interface MontageRun {
  readonly seconds: number;
  /** The most that the engine ever held in memory; Linux only, else 0. */
  readonly peakMb: number;
  readonly outputMb: number;
}

/** Puts two pictures side by side at full size, in a process that does nothing else. */
export async function benchMontage(
  enginePath: string,
  folder: string,
  pictures: readonly [string, string],
  format: OutputFormat,
  changes: Partial<MontageRequest> = {},
): Promise<MontageRun> {
  const output = join(folder, `composite-${format}`);
  const request: MontageRequest = {
    kind: "side-by-side",
    pictures: pictures.map((path, i) => ({ path, caption: i === 0 ? "Before" : "After" })),
    baseline: "lanczos",
    split: { angle: 0, at: 0.5 },
    marginPx: 40,
    dividerPx: 8,
    captionPx: 120,
    background: [255, 255, 255],
    dividerColour: [40, 40, 40],
    pins: [0.2, 0.5, 0.8].map((x) => ({ x, y: 0.5, name: "" })),
    cropPx: 1000,
    encoding: { format },
    sharpen: "none",
    keepMetadata: true,
    stripGps: false,
    output,
    workDir: folder,
    maxMegapixels: 1000,
    ...changes,
  };
  const start = performance.now();
  const engine = spawn(process.execPath, [enginePath], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { UV_THREADPOOL_SIZE: "16", ...process.env, SILVERGRAIN_CACHE_DIR: folder, SILVERGRAIN_VERSION: "bench" },
  });
  try {
    await answer(engine, request);
    const seconds = (performance.now() - start) / 1000;
    return { seconds, peakMb: peakOf(engine), outputMb: statSync(output).size / 1e6 };
  } finally {
    engine.kill("SIGKILL");
  }
}

function answer(engine: ChildProcess, request: MontageRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.on("exit", (code, signal) => reject(new Error(`The engine ended with ${code ?? signal}.`)));
    engine.on("message", (message: { readonly type: string; readonly message?: string }) => {
      if (message.type === "result") resolve();
      if (message.type === "failed") reject(new Error(message.message));
    });
    engine.send({ type: "montage", id: 0, params: request });
  });
}

function peakOf({ pid }: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

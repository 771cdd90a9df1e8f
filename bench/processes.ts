import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What a run of a command took. */
export interface Measured {
  readonly ms: number;
  readonly code: number | null;
  /** Largest sum of the resident memory of the process and its children, polled; Linux only, else 0. */
  readonly peakBytes: number;
  readonly lines: readonly string[];
}

const POLL_MS = 50;

/** Runs a command to its end. @param onLine called with every line of its standard output */
export function measureRun(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onLine?: (line: string, child: ChildProcess) => void,
): Promise<Measured> {
  const start = performance.now();
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  let peakBytes = 0;
  const poll = setInterval(() => {
    peakBytes = Math.max(peakBytes, treeBytes(child.pid ?? -1));
  }, POLL_MS);
  let text = "";
  const lines: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
    const whole = text.split("\n");
    text = whole.pop() ?? "";
    for (const line of whole) {
      lines.push(line);
      onLine?.(line, child);
    }
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(poll);
      resolve({ ms: performance.now() - start, code, peakBytes, lines });
    });
  });
}

/** Resident bytes of a process and all below it. */
export function treeBytes(pid: number): number {
  const parents = new Map<number, { parent: number; bytes: number }>();
  for (const name of processIds()) {
    try {
      const status = readFileSync(`/proc/${name}/status`, "utf8");
      const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
      const bytes = Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
      parents.set(Number(name), { parent, bytes });
    } catch {
      // It ended between the listing and the reading.
    }
  }
  let total = 0;
  for (const [id, { bytes }] of parents) {
    let at: number | undefined = id;
    while (at !== undefined && at !== pid) at = parents.get(at)?.parent;
    if (at === pid) total += bytes;
  }
  return total;
}

function processIds(): readonly string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

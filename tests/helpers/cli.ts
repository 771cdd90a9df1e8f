import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./models.ts";

/** A cache shared by the tests of one run, so that the speed is measured once. */
export const CACHE_DIR = join(tmpdir(), "silvergrain-test-cache");

/** No model that whoever runs the tests has added may matter. */
const DATA_DIR = join(tmpdir(), "silvergrain-test-no-data");

export interface CliRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of --json, parsed. */
  readonly events: readonly Event[];
}

export interface Event {
  readonly type: string;
  readonly [key: string]: unknown;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Another copy of the program than the one in this checkout. */
  readonly root?: string;
  /** Called with the child as soon as it runs, and with every event. */
  readonly onStart?: (child: ChildProcess) => void;
  readonly onEvent?: (event: Event, child: ChildProcess) => void;
}

/** Runs the built command line in a process of its own. */
export function silvergrain(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  mkdirSync(CACHE_DIR, { recursive: true });
  const entry = join(options.root ?? ROOT, "dist", "cli.js");
  if (!existsSync(entry)) throw new Error("Expected a build in dist/: run npm run build first.");
  const child = spawn(process.execPath, [entry, ...args], {
    env: {
      ...process.env,
      SILVERGRAIN_CACHE_DIR: CACHE_DIR,
      SILVERGRAIN_DATA_DIR: DATA_DIR,
      npm_node_execpath: process.execPath,
      ...options.env,
    },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  options.onStart?.(child);
  let stdout = "";
  let stderr = "";
  let partial = "";
  const events: Event[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
    partial += chunk.toString("utf8");
    const lines = partial.split("\n");
    partial = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith('{"')) continue;
      const event = JSON.parse(line) as Event;
      events.push(event);
      options.onEvent?.(event, child);
    }
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr, events }));
  });
}

/** The events of one type. */
export function ofType(run: CliRun, type: string): readonly Event[] {
  return run.events.filter((event) => event.type === type);
}

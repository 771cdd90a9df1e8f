import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

/**
 * Physical cores that this process may use. Two threads on one core share its vector units, so more threads than
 * cores make inference slower.
 */
export function physicalCores(): number {
  const cores = process.platform === "linux" ? linuxCores() : undefined;
  const assumed = process.arch === "arm64" ? cpus().length : Math.ceil(cpus().length / 2);
  return Math.max(1, Math.min(cores ?? assumed, availableParallelism()));
}

/** How many threads inference takes, and whether they spin while they wait. */
export interface ThreadPolicy {
  readonly threads: number;
  readonly allowSpinning: boolean;
}

/** The command line takes all cores; under a window one stays free and nothing spins, so that the desktop stays quick. */
export function threadPolicy(host: "command-line" | "desktop", cores = physicalCores()): ThreadPolicy {
  if (host === "command-line") return { threads: cores, allowSpinning: true };
  return { threads: Math.max(1, cores - 1), allowSpinning: false };
}

/** Distinct (package, core) pairs of /proc/cpuinfo. */
function linuxCores(): number | undefined {
  try {
    const blocks = readFileSync("/proc/cpuinfo", "utf8").split("\n\n");
    const seen = new Set<string>();
    for (const block of blocks) {
      const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
      const socket = /^physical id\s*:\s*(\d+)/m.exec(block)?.[1];
      if (core !== undefined) seen.add(`${socket}/${core}`);
    }
    return seen.size === 0 ? undefined : seen.size;
  } catch {
    return undefined;
  }
}

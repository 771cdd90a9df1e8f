import { readdirSync, readFileSync } from "node:fs";

/** The processes that a process has started (Linux). */
export function childrenOf(pid: number): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      try {
        return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${candidate}/status`, "utf8"))?.[1]) === pid;
      } catch {
        return false;
      }
    });
}

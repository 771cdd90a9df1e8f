import { appendFileSync, existsSync, writeFileSync } from "node:fs";

/**
 * Steps at which the crash tests kill -9 the engine or its host. Without SILVERGRAIN_FAIL_POINT in the environment
 * this does nothing.
 */
export const FAIL_POINTS = [
  "inspecting",
  "mid-thumbnail",
  "mid-pyramid",
  "mid-composite",
  "after-probe",
  "after-decode",
  "mid-tile",
  "mid-tiles",
  "after-tiles",
  "after-check",
  "after-encode",
  "after-fsync",
  "after-rename",
  "after-folder-fsync",
  "after-claim",
  "after-begin",
  "before-commit",
  "after-commit",
  "export-made",
  "export-claimed",
  "export-named",
  "export-noted",
] as const;
/** Steps of an export. */
export const EXPORT_POINTS = FAIL_POINTS.filter((point) => point.startsWith("export-"));
/** Those that a run of `enhance` never comes by. */
const ELSEWHERE: readonly string[] = [
  "inspecting",
  "mid-thumbnail",
  "mid-pyramid",
  "mid-composite",
] satisfies FailPoint[];
/** Those that it does. */
export const ENHANCE_POINTS = FAIL_POINTS.filter(
  (point) => !ELSEWHERE.includes(point) && !EXPORT_POINTS.includes(point),
);
export type FailPoint = (typeof FAIL_POINTS)[number];

const seen = new Map<FailPoint, number>();

/**
 * Dies here when the environment says so: SILVERGRAIN_FAIL_POINT is `name` (this process), or `name:parent` (the host
 * as well); SILVERGRAIN_FAIL_SKIP says how often the step is passed first; SILVERGRAIN_FAIL_ONCE names a file that is
 * made at the first death and prevents a second; SILVERGRAIN_FAIL_FILE names the one photo that it dies over.
 */
export function failPoint(name: FailPoint, file?: string): void {
  const wanted = process.env.SILVERGRAIN_FAIL_POINT;
  if (wanted === undefined) return;
  const [point, whom] = wanted.split(":");
  if (point !== name) return;
  const subject = process.env.SILVERGRAIN_FAIL_FILE;
  if (subject !== undefined && subject !== file) return;
  const passed = seen.get(name) ?? 0;
  seen.set(name, passed + 1);
  if (passed < Number(process.env.SILVERGRAIN_FAIL_SKIP ?? 0)) return;
  const once = process.env.SILVERGRAIN_FAIL_ONCE;
  if (once !== undefined) {
    if (existsSync(once)) return;
    writeFileSync(once, name);
  }
  if (whom === "parent") process.kill(process.ppid, "SIGKILL");
  process.kill(process.pid, "SIGKILL");
}

/** Notes that inference of a tile begins, for the crash tests: a line each in the file of SILVERGRAIN_TILE_LOG. */
export function noteTile(tile: string): void {
  const log = process.env.SILVERGRAIN_TILE_LOG;
  if (log !== undefined) appendFileSync(log, `${tile}\n`);
}

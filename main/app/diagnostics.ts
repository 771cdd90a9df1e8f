import { opendir, stat } from "node:fs/promises";
import { cpus, freemem, totalmem } from "node:os";
import { join } from "node:path";
import type { DeviceSurvey, Diagnostics } from "../../preload/contract.ts";
import type { SilvergrainError } from "../core/errors.ts";
import { physicalCores } from "../system/threads.ts";
import type { AppPaths } from "./paths.ts";
import { appVersions, type Records, systemName } from "./records.ts";

/** What only Electron knows. */
export interface WindowFacts {
  readonly displays: Diagnostics["displays"];
  readonly graphics: Diagnostics["graphics"];
}

const LOG_LINES = 200;
const COPIED_LINES = 100;
/** A cache on a slow disk is not counted to its end. */
const COUNT_MS = 2000;

/** What is known without asking an engine. */
export async function diagnose(paths: AppPaths, records: Records, window: WindowFacts): Promise<Diagnostics> {
  const places = [
    { kind: "data", path: paths.dataDir },
    { kind: "cache", path: paths.cacheDir },
    { kind: "logs", path: paths.logsDir },
    { kind: "reports", path: paths.reportsDir },
  ] as const;
  const until = performance.now() + COUNT_MS;
  return {
    versions: appVersions(paths.version),
    system: systemName(),
    cpu: cpus()[0]?.model.trim() ?? "",
    cores: physicalCores(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    ...window,
    places: await Promise.all(places.map(async (place) => ({ ...place, ...(await bytesIn(place.path, until)) }))),
    reports: records.reports.list(),
    log: records.log.tail(LOG_LINES),
  };
}

/** How much a folder takes, links not followed. What goes meanwhile, or may not be read, counts nothing. */
export async function bytesIn(
  folder: string,
  untilMs: number,
): Promise<{ readonly bytes: number; readonly isMore: boolean }> {
  let bytes = 0;
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    try {
      for await (const entry of await opendir(next)) {
        if (performance.now() > untilMs) return { bytes, isMore: true };
        const path = join(next, entry.name);
        if (entry.isDirectory()) waiting.push(path);
        else if (entry.isFile()) bytes += await sizeOf(path);
      }
    } catch {
      // Not there.
    }
  }
  return { bytes, isMore: false };
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/**
 * All of it as text for whoever is to help, in English.
 * @param survey of the devices, or why there is none
 */
export function diagnosticsText(facts: Diagnostics, survey: DeviceSurvey | SilvergrainError, now: Date): string {
  const gb = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
  const devices =
    "devices" in survey
      ? survey.devices.map(
          ({ device, state, reason }) => `${device}: ${reason === undefined ? state : `${state}, ${reason}`}`,
        )
      : [`${survey.code}: ${survey.message}`];
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["App", facts.versions.map(pair)],
    ["Engine", "versions" in survey ? survey.versions.map(pair) : []],
    [
      "System",
      [
        facts.system,
        `${facts.cpu}, ${facts.cores} cores`,
        `Memory: ${gb(facts.memoryBytes)}, ${gb(facts.freeMemoryBytes)} free`,
        ...facts.displays.map(({ width, height, scale }) => `Display: ${width} × ${height} at ${scale}`),
      ],
    ],
    ["Graphics", facts.graphics.map(pair)],
    ["Devices, in the order of auto", devices],
    [
      "Places",
      facts.places.map(
        ({ kind, path, bytes, isMore }) => `${kind}: ${path}, ${isMore ? "more than " : ""}${gb(bytes)}`,
      ),
    ],
    ["Reports", facts.reports.map(({ whenMs, what }) => `${new Date(whenMs).toISOString()} ${what}`)],
    ["Log", facts.log.slice(-COPIED_LINES)],
  ];
  const body = sections.map(([title, lines]) => [title, ...(lines.length === 0 ? ["none"] : lines)].join("\n"));
  return `Silvergrain diagnostics, ${now.toISOString()}\n\n${body.join("\n\n")}\n`;
}

function pair([name, value]: readonly [string, string]): string {
  return `${name}: ${value}`;
}

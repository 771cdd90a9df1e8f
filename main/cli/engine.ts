import { EngineClient } from "../engine/client.ts";
import { developmentNode, spawnEngine } from "../engine/spawn.ts";
import type { Locations } from "../system/locations.ts";

/** An engine for the command line. It starts with the first call. */
export function engineFor(
  locations: Locations,
  { hangTimeoutMs, giveWay = false }: { readonly hangTimeoutMs?: number; readonly giveWay?: boolean } = {},
): EngineClient {
  const { engineEntry, cacheDir, version } = locations;
  return new EngineClient({
    start: () =>
      spawnEngine({
        nodePath: developmentNode(),
        entryPath: engineEntry,
        cacheDir,
        version,
        giveWay,
        onLog: (text) => {
          if (process.env.SILVERGRAIN_DEBUG !== undefined) process.stderr.write(text);
        },
      }),
    ...(hangTimeoutMs === undefined ? {} : { hangTimeoutMs }),
  });
}

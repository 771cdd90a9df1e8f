import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { EnhanceProgress } from "../../main/core/enhance.ts";
import { isEngineDeath } from "../../main/core/errors.ts";
import { EngineClient } from "../../main/engine/client.ts";
import { spawnEngine } from "../../main/engine/spawn.ts";
import type { FailPoint } from "../../main/system/fail-point.ts";
import { CACHE_DIR } from "../helpers/cli.ts";
import { model, ROOT } from "../helpers/models.ts";
import { card, requestFor } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

/** A client of the built engine, which dies at a step. */
function engineThatDies(point: FailPoint, once: string | undefined) {
  vi.stubEnv("SILVERGRAIN_FAIL_POINT", point);
  if (once !== undefined) vi.stubEnv("SILVERGRAIN_FAIL_ONCE", once);
  let started = 0;
  const client = new EngineClient({
    start: () => {
      started++;
      return spawnEngine({
        nodePath: process.execPath,
        entryPath: join(ROOT, "dist", "engine.js"),
        cacheDir: CACHE_DIR,
        version: "test",
        onLog: () => {},
      });
    },
  });
  onTestFinished(() => {
    client.close();
    vi.unstubAllEnvs();
  });
  return { client, started: () => started };
}

async function photos(folder: string, count: number) {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const source = join(folder, `${i}.png`);
      await card(70, 40 + i)
        .png()
        .toFile(source);
      const [output, receipt] = [join(folder, "out", `${i}.png`), join(folder, "work", `${i}.receipt`)];
      return requestFor(source, folder, { model: model("srgan-x4"), output, receipt, tilePx: 32 });
    }),
  );
}

describe("an engine that dies with several photos in hand", () => {
  test("fails those that it was working on and does the others; a careful try then does those too", async () => {
    const folder = tempDir();
    const { client, started } = engineThatDies("mid-tiles", join(folder, "died"));
    const requests = await photos(folder, 4);
    const last = new Map<number, EnhanceProgress["stage"]>();
    const tries = await Promise.allSettled(
      requests.map((request, i) => client.enhance(request, { onProgress: ({ stage }) => last.set(i, stage) })),
    );
    expect(started()).toBe(2);
    const dead = tries.flatMap((each, i) => (each.status === "rejected" ? [{ i, error: each.reason }] : []));
    expect(dead.map(({ error }) => isEngineDeath(error))).toContain(true);
    expect(dead.map(({ i }) => last.get(i))).toContain("infer");
    expect(dead.length, "what only waited was not touched").toBeLessThan(3);
    for (const { i } of dead) {
      const request = requests[i];
      if (request === undefined) continue;
      expect(await client.enhance(request, { careful: true })).toMatchObject({ tilePx: 16, device: "cpu" });
    }
    for (const { output } of requests) expect(existsSync(output)).toBe(true);
  });

  test.each(["after-probe", "after-decode", "after-encode"] as const)(
    "always at %s fails every photo once and comes to an end",
    async (point) => {
      const { client, started } = engineThatDies(point, undefined);
      const requests = await photos(tempDir(), 3);
      const tries = await Promise.allSettled(requests.map((request) => client.enhance(request, {})));
      for (const each of tries) expect(each).toMatchObject({ status: "rejected", reason: { code: "ENGINE_DIED" } });
      expect(started()).toBeLessThanOrEqual(3);
    },
  );
});

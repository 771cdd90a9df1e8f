import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ENHANCE_POINTS } from "../../main/system/fail-point.ts";
import { type CliRun, ofType, silvergrain } from "../helpers/cli.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

/** Steps that enhancing takes; models are inspected elsewhere. */
const POINTS = ENHANCE_POINTS;
/** Steps that only the host passes. */
const HOST_POINTS = new Set(["after-claim", "after-begin", "before-commit", "after-commit"]);

let photos: string;
let undisturbed: ReadonlyMap<string, string>;

const args = (out: string) => ["enhance", photos, "--out", out, "--tile", "32", "--model", "srgan-x4", "--json"];

/** Every result with its hash. Throws on anything else under a final name. */
function results(out: string): ReadonlyMap<string, string> {
  const names = readdirSync(out).filter((name) => name !== ".silvergrain");
  return new Map(
    names.sort().map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(out, name)))
        .digest("hex"),
    ]),
  );
}

/** What lies under final names is whole, at any moment. */
function expectNothingPartial(out: string): void {
  try {
    for (const [name, hash] of results(out)) expect([name, undisturbed.get(name)]).toEqual([name, hash]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "silvergrain-kill-"));
  photos = join(folder, "in");
  mkdirSync(photos);
  await card(90, 60).jpeg().toFile(join(photos, "a.jpg"));
  await card(60, 90).png().toFile(join(photos, "b.png"));
  await silvergrain(args(join(folder, "warm-up")));
  const run = await silvergrain(args(join(folder, "undisturbed")));
  expect(run.code).toBe(0);
  undisturbed = results(join(folder, "undisturbed"));
  return () => rmSync(folder, { recursive: true, force: true });
});

/** Finishes what a killed run left, and checks that it did so from where that run had come to. */
async function finish(out: string, killed: CliRun): Promise<CliRun> {
  expectNothingPartial(out);
  const run = await silvergrain(args(out));
  expect(run.code, run.stdout).toBe(0);
  expect(results(out)).toEqual(undisturbed);
  for (const done of ofType(killed, "done")) {
    expect(
      ofType(run, "done").map((event) => event.source),
      "a finished photo is not made twice",
    ).not.toContain(done.source);
  }
  // A tile that was reported is not inferred again.
  for (const again of ofType(run, "done")) {
    const reported = ofType(killed, "progress").filter(
      (event) => event.source === again.source && event.stage === "infer",
    );
    expect(again.tilesResumed).toBeGreaterThanOrEqual(Number(reported.at(-1)?.tilesDone ?? 0));
  }
  return run;
}

describe("kill -9 at every named step", () => {
  test.each(POINTS)("of the host %s", async (point) => {
    const out = join(tempDir(), "out");
    const killed = await silvergrain(args(out), {
      env: { SILVERGRAIN_FAIL_POINT: HOST_POINTS.has(point) ? point : `${point}:parent` },
    });
    expect(killed.signal).toBe("SIGKILL");
    const run = await finish(out, killed);
    const after = [
      "after-tiles",
      "after-check",
      "after-encode",
      "after-fsync",
      "after-rename",
      "after-folder-fsync",
      "before-commit",
    ];
    if (after.includes(point)) expect(ofType(run, "done")[0]).toMatchObject({ tilesInferred: 0 });
    // Once is enough to see it.
    if (point !== "after-commit") return;
    const third = await silvergrain(args(out));
    expect(ofType(third, "skipped")).toHaveLength(undisturbed.size);
  });

  test.each(POINTS.filter((point) => !HOST_POINTS.has(point)))(
    "of the engine %s: the same run goes on by itself",
    async (point) => {
      const folder = tempDir();
      const out = join(folder, "out");
      const run = await silvergrain(args(out), {
        env: { SILVERGRAIN_FAIL_POINT: point, SILVERGRAIN_FAIL_ONCE: join(folder, "died") },
      });
      expect(readFileSync(join(folder, "died"), "utf8")).toBe(point);
      expect(run.code, run.stdout).toBe(0);
      expect(results(out)).toEqual(undisturbed);
    },
  );

  test("an engine that always dies over a photo fails it, and the batch ends", async () => {
    const out = join(tempDir(), "out");
    // One photo: of two, the other may be decoded at the moment of the death, and is then as much under suspicion.
    const [verb, , ...rest] = args(out);
    const run = await silvergrain([verb as string, join(photos, "a.jpg"), ...rest], {
      env: { SILVERGRAIN_FAIL_POINT: "mid-tiles" },
    });
    // Twice halfway: the second try begins behind the tile that the first had died after, so it gets to the end.
    expect(run.code).toBe(0);
    const always = await silvergrain(args(join(tempDir(), "out")), { env: { SILVERGRAIN_FAIL_POINT: "after-decode" } });
    expect(always.code).toBe(1);
    expect(ofType(always, "failed").map((event) => event.code)).toEqual(["ENGINE_DIED", "ENGINE_DIED"]);
  });
});

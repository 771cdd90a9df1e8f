import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { type CliRun, ofType, silvergrain } from "../helpers/cli.ts";
import { ROOT } from "../helpers/models.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

const FAST = ["--model", "srgan-x4", "--tile", "32"];

/** A folder with photos, and the command that enhances them into another. */
async function photos(sizes: Readonly<Record<string, number>>) {
  const folder = tempDir();
  mkdirSync(join(folder, "in"));
  for (const [name, px] of Object.entries(sizes))
    await card(px, px)
      .png()
      .toFile(join(folder, "in", name));
  const out = join(folder, "out");
  return { folder, out, args: ["enhance", join(folder, "in"), "--out", out, "--json", ...FAST] };
}

const queue = async (...args: readonly string[]) => {
  const run = await silvergrain(["queue", ...args, "--json"]);
  expect(run.code, run.stdout + run.stderr).toBe(0);
  return run.events[0] as unknown as {
    readonly working: boolean;
    readonly paused: boolean;
    readonly changed: number;
    readonly batches: readonly { readonly id: number; readonly jobs: Readonly<Record<string, number>> }[];
    readonly jobs: readonly {
      readonly id: number;
      readonly place: string;
      readonly state: string;
      readonly tilesDone: number;
    }[];
  };
};

/** Starts a run and does something to its queue when it first tells of a tile. */
async function meanwhile(args: readonly string[], act: () => Promise<unknown>): Promise<CliRun> {
  let acting: Promise<unknown> | undefined;
  const run = await silvergrain(args, {
    onEvent: (event) => {
      if (event.type === "progress" && event.stage === "infer" && Number(event.tilesDone) >= 1) acting ??= act();
    },
  });
  expect(acting, "the run told of a tile").toBeDefined();
  await acting;
  return run;
}

describe("silvergrain queue", () => {
  test("pauses a run from another terminal at the next tile, shows it, and lets it go on", async () => {
    const { out, args } = await photos({ "a.png": 150, "b.png": 40 });
    const run = await meanwhile(args, async () => {
      await queue("pause", out);
      const shown = await vi.waitFor(
        async () => {
          const now = await queue("list", out);
          expect(now.jobs.map(({ state }) => state)).toEqual(["queued", "queued"]);
          return now;
        },
        { timeout: 20_000 },
      );
      expect(shown).toMatchObject({ working: true, paused: true });
      expect(shown.jobs[0]?.tilesDone).toBeGreaterThanOrEqual(1);
      expect((await queue("list", out)).jobs, "nothing moves while it is paused").toEqual(shown.jobs);
      await queue("resume", out);
    });
    expect(run.code).toBe(0);
    expect(ofType(run, "waiting")).toMatchObject([{ reason: "paused" }]);
    expect(ofType(run, "done")).toHaveLength(2);
    expect(
      ofType(run, "done").find(({ source }) => String(source).endsWith("a.png"))?.tilesResumed,
    ).toBeGreaterThanOrEqual(1);
  });

  test("a second start hands its photos to the first, which enhances them too", async () => {
    const { folder, out, args } = await photos({ "a.png": 150 });
    mkdirSync(join(folder, "more"));
    await card(40, 40)
      .png()
      .toFile(join(folder, "more", "m.png"));
    let second: CliRun | undefined;
    const first = await meanwhile(args, async () => {
      second = await silvergrain(["enhance", "more", "--out", "out", "--json", ...FAST], { cwd: folder });
    });
    expect(second?.code, second?.stdout).toBe(0);
    expect(second?.events).toMatchObject([{ type: "handed-over", photos: 1, failed: 0 }]);
    expect(first.code).toBe(0);
    expect(ofType(first, "done")).toHaveLength(2);
    expect(readdirSync(out).filter((name) => name.endsWith(".png"))).toEqual(["a.png", "m.png"]);
    expect((await queue("list", out)).batches.map(({ jobs }) => jobs.done)).toEqual([1, 1]);
  });

  test("a batch that is paused from another terminal is waited for, not given up", async () => {
    const { out, args } = await photos({ "a.png": 150, "b.png": 40 });
    const run = await meanwhile(args, async () => {
      await queue("pause", out, "--batch", "1");
      await vi.waitFor(
        async () => expect((await queue("list", out)).batches[0]?.jobs).toMatchObject({ queued: 2, running: 0 }),
        { timeout: 20_000 },
      );
      await queue("resume", out, "--batch", "1");
    });
    expect(run.code).toBe(0);
    expect(ofType(run, "done")).toHaveLength(2);
  });

  test("photos are handed to whoever goes on with a queue, too; and what failed and was asked for again counts as done", async () => {
    const { folder, out, args } = await photos({ "a.png": 150, "bad.png": 40 });
    await card(40, 40).png().toFile(join(folder, "m.png"));
    const bad = join(folder, "in", "bad.png");
    const whole = readFileSync(bad);
    const killed = await silvergrain(args, {
      onEvent: (event, child) => {
        if (event.type === "progress" && Number(event.tilesDone) >= 1) child.kill("SIGKILL");
      },
    });
    expect(killed.signal).toBe("SIGKILL");
    writeFileSync(bad, whole.subarray(0, whole.length - 100));
    await queue("front", out, "2");
    const resumed = await meanwhile(["queue", "resume", out, "--json"], async () => {
      writeFileSync(bad, whole);
      expect((await queue("retry", out)).changed).toBe(1);
      const second = await silvergrain(["enhance", "m.png", "--out", "out", "--json", ...FAST], { cwd: folder });
      expect(second.events).toMatchObject([{ type: "handed-over", photos: 1 }]);
      const report = await silvergrain(["queue", "report", out, "--batch", "1"]);
      expect(report.code, "also while somebody works here").toBe(0);
      expect(report.stdout).toContain("bad.png");
    });
    expect(ofType(resumed, "failed")).toMatchObject([{ source: bad }]);
    expect(ofType(resumed, "summary")).toMatchObject([{ done: 3, failed: 0, waiting: 0 }]);
    expect(resumed.code).toBe(0);
  });

  test("two commands at once both have their answer", async () => {
    const { out, args } = await photos({ "a.png": 40 });
    await silvergrain(args);
    const answers = await Promise.all(Array.from({ length: 4 }, () => queue("list", out)));
    expect(answers.map(({ batches }) => batches[0]?.jobs.done)).toEqual([1, 1, 1, 1]);
    const front = await silvergrain(["queue", "front", out, "999"]);
    expect(front.stdout).toContain("0 photos moved");
    expect((await silvergrain(["queue", "pause", out, "--batch", "77"])).code).toBe(2);
  });

  test("what cannot be handed over is told to the one who asked", async () => {
    const { folder, args } = await photos({ "a.png": 150 });
    let second: CliRun | undefined;
    await meanwhile(args, async () => {
      second = await silvergrain(["enhance", "nowhere", "--out", "out", "--json", "--model", "srgan-x4"], {
        cwd: folder,
      });
    });
    expect(second?.events).toMatchObject([{ type: "handed-over", photos: 0, failed: 1 }]);
  });

  test("cancels one photo of a run; the rest goes on", async () => {
    const { out, args } = await photos({ "a.png": 150, "b.png": 40, "c.png": 40 });
    const run = await meanwhile(args, async () => {
      const { jobs } = await queue("list", out);
      const first = jobs.find(({ place }) => place === "a.png")?.id;
      expect((await queue("cancel", out, String(first))).changed).toBe(1);
    });
    expect(run.code).toBe(0);
    expect(
      ofType(run, "done")
        .map(({ source }) => String(source).slice(-5))
        .sort(),
    ).toEqual(["b.png", "c.png"]);
    expect(existsSync(join(out, "a.png"))).toBe(false);
    expect((await queue("list", out, "--state", "cancelled")).jobs.map(({ place }) => place)).toEqual(["a.png"]);
    expect((await queue("clear", out)).changed).toBe(3);
    expect((await queue("list", out)).batches).toEqual([]);
  });

  test("retries what failed and goes on where nobody works, with no photos named", async () => {
    const { folder, out, args } = await photos({ "a.png": 40, "b.png": 40 });
    const bad = join(folder, "in", "b.png");
    const whole = readFileSync(bad);
    writeFileSync(bad, whole.subarray(0, whole.length - 200));
    const run = await silvergrain(args);
    expect(run.code).toBe(1);
    expect(ofType(run, "failed")).toMatchObject([{ source: bad }]);
    writeFileSync(bad, whole);
    expect((await queue("retry", out)).changed).toBe(1);
    const again = await silvergrain(["queue", "resume", out, "--json"]);
    expect(again.code, again.stdout).toBe(0);
    expect(ofType(again, "done")).toMatchObject([{ source: bad }]);
    expect((await queue("list", out)).batches[0]?.jobs).toMatchObject({ done: 2, failed: 0 });
  });

  test("goes on with a killed run's queue, which is the very same", async () => {
    const { out, args } = await photos({ "a.png": 150, "b.png": 40 });
    const killed = await silvergrain(args, {
      onEvent: (event, child) => {
        if (event.type === "progress" && Number(event.tilesDone) >= 2) child.kill("SIGKILL");
      },
    });
    expect(killed.signal).toBe("SIGKILL");
    expect((await queue("list", out)).jobs.map(({ place, state }) => [place, state])).toEqual([
      ["a.png", "queued"],
      ["b.png", "queued"],
    ]);
    const text = await silvergrain(["queue", "list", out]);
    expect(text.stdout).toContain("nobody works here");
    const resumed = await silvergrain(["queue", "resume", out, "--json"]);
    expect(resumed.code).toBe(0);
    expect(ofType(resumed, "done")).toHaveLength(2);
  });

  test("a photo is moved to the front of a run", async () => {
    const { out, args } = await photos({
      "a.png": 150,
      "b.png": 40,
      "c.png": 40,
      "d.png": 40,
      "e.png": 40,
      "f.png": 40,
    });
    const run = await meanwhile(args, async () => {
      const { jobs } = await queue("list", out);
      await queue("front", out, String(jobs.find(({ place }) => place === "f.png")?.id));
    });
    const order = ofType(run, "done").map(({ source }) => String(source).slice(-5));
    expect(order.indexOf("f.png")).toBeLessThan(order.indexOf("e.png"));
  });

  test("a report tells of every photo, as JSON and as a table that no spreadsheet runs", async () => {
    const { folder, out, args } = await photos({ "=cmd(),x.png": 40, '风景 "1".png': 40 });
    writeFileSync(join(folder, "in", "bad.jpg"), "no photo");
    await silvergrain(args);
    const json = JSON.parse((await silvergrain(["queue", "report", out, "--json"])).stdout);
    expect(json.photos).toMatchObject([
      { state: "done", sourceWidth: 40, width: 160, model: "srgan-x4", device: "cpu", flags: [], code: null },
      { state: "done", sourceWidth: 40, width: 160 },
      { state: "failed", code: "SOURCE_UNSUPPORTED", width: null },
    ]);
    expect(
      json.photos.every(({ ms, state }: { ms: unknown; state: string }) => state !== "done" || typeof ms === "number"),
    ).toBe(true);
    const csv = (await silvergrain(["queue", "report", out])).stdout;
    expect(csv.startsWith("\uFEFFsource,output,state,")).toBe(true);
    expect(csv.trim().split("\r\n")).toHaveLength(4);
    expect(csv).toContain('风景 ""1"".png"');
    for (const kind of ["json", "csv"])
      expect(existsSync(join(out, ".silvergrain", "reports", `batch-1.${kind}`))).toBe(true);
  });

  test.each([
    [["list", "nowhere"], "one that photos were enhanced into"],
    [["cancel", "nowhere"], "numbers of photos, --batch or --all"],
    [["list", ".", "--state", "lost"], "Expected some of queued"],
    [["retry", ".", "x"], "Expected a whole number"],
  ])("%j is explained", async (args, sentence) => {
    const run = await silvergrain(["queue", ...args], { cwd: tempDir() });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(sentence);
  });

  test("nor does it write through a link out of its folder", async () => {
    const { folder, out } = await photos({});
    mkdirSync(join(folder, "in", "sub"), { recursive: true });
    mkdirSync(out);
    mkdirSync(join(folder, "elsewhere"));
    symlinkSync(join(folder, "elsewhere"), join(out, "sub"));
    await card(40, 40)
      .png()
      .toFile(join(folder, "in", "sub", "a.png"));
    const run = await silvergrain(["enhance", join(folder, "in"), "--out", out, "--json", ...FAST]);
    expect(ofType(run, "failed")).toMatchObject([
      { code: "TARGET_UNWRITABLE", message: expect.stringContaining("link") },
    ]);
    expect(readdirSync(join(folder, "elsewhere"))).toEqual([]);
  });

  test("a ledger of a stranger that would write elsewhere is refused", async () => {
    const { folder, out, args } = await photos({ "a.png": 150 });
    await silvergrain(args, {
      onEvent: (event, child) => {
        if (event.type === "progress") child.kill("SIGKILL");
      },
    });
    // In a process of its own: libsql keeps a closed database, with its lock, until its statements were collected.
    const change = `new (require("libsql"))(process.argv[1]).exec("UPDATE jobs SET output = '../escaped.png'")`;
    execFileSync(process.execPath, ["-e", change, join(out, ".silvergrain", "ledger.db")], { cwd: ROOT });
    rmSync(join(folder, "escaped.png"), { force: true });
    const run = await silvergrain(["queue", "resume", out, "--json"]);
    expect(run.code).toBe(1);
    expect(ofType(run, "failed")).toMatchObject([
      { code: "INTERNAL", message: expect.stringContaining("escaped.png") },
    ]);
    expect(existsSync(join(folder, "escaped.png"))).toBe(false);
  });
});

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { Ledger } from "../../main/queue/ledger.ts";
import { EXPORT_POINTS } from "../../main/system/fail-point.ts";
import { ofType, silvergrain } from "../helpers/cli.ts";

const PAIRS = 1000;
let home: string;
let enhanced: string;

const sha256Of = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Every exported file with its hash. */
function exportedIn(target: string): ReadonlyMap<string, string> {
  const paths = readdirSync(target, { recursive: true, encoding: "utf8" }).filter(
    (path) => !path.startsWith(".silvergrain") && statSync(join(target, path)).isFile(),
  );
  return new Map(paths.sort().map((path) => [path, sha256Of(join(target, path))]));
}

/** A folder of results as `enhance` leaves it: a thousand small photos, each a colour of its own. */
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "silvergrain-export-"));
  enhanced = join(home, "enhanced");
  mkdirSync(join(home, "photos"));
  const ledger = Ledger.open(enhanced);
  for (let i = 0; i < PAIRS; i++) {
    const source = join(home, "photos", `photo-${i}.png`);
    const output = `photo-${i}.png`;
    const background = { r: i & 255, g: i >> 8, b: 90 };
    await sharp({ create: { width: 2, height: 2, channels: 3, background } })
      .png()
      .toFile(source);
    await sharp({ create: { width: 8, height: 8, channels: 3, background } })
      .png()
      .toFile(join(enhanced, output));
    ledger.books.db.exec(i === 0 ? "BEGIN" : "SELECT 1");
    ledger.claim(output, source, sha256Of(source), `key ${i}`);
    const { size, mtimeMs } = statSync(join(enhanced, output));
    const sha256 = sha256Of(join(enhanced, output));
    ledger.finish(output, mtimeMs, { bytes: size, sha256, width: 8, height: 8, flags: [], notes: [] });
  }
  ledger.books.db.exec("COMMIT");
  ledger.close();
  return () => rmSync(home, { recursive: true, force: true });
});

describe("a thousand photos", () => {
  test.each(EXPORT_POINTS)("killed with -9 at %s, and run again, are complete and the same", async (point) => {
    const target = join(home, `to ${point}`);
    const args = ["export", enhanced, "--to", target, "--name", "{n:0000} {name}", "--json"];
    const skip = point === "export-claimed" ? "0" : point === "export-noted" ? "3" : "700";
    const env = { SILVERGRAIN_FAIL_POINT: point, SILVERGRAIN_FAIL_SKIP: skip };
    const killed = await silvergrain(args, { env });
    expect(killed.code).not.toBe(0);
    const whole = exportedIn(target);
    const again = await silvergrain(args);
    expect(again.code, again.stdout.slice(-500)).toBe(0);
    const files = exportedIn(target);
    for (const [path, sha256] of whole) expect([path, files.get(path)]).toEqual([path, sha256]);
    expect(files.size).toBe(2 * PAIRS + 2);
    const [summary] = ofType(again, "summary");
    expect(Number(summary?.done) + Number(summary?.skipped)).toBe(PAIRS);
    if (point === "export-noted") expect(Number(summary?.skipped)).toBeGreaterThan(100);
    for (let i = 0; i < PAIRS; i += 37) {
      const name = `${String(i + 1).padStart(4, "0")} photo-${i}.png`;
      expect(files.get(`originals/${name}`), name).toBe(sha256Of(join(home, "photos", `photo-${i}.png`)));
      expect(files.get(`enhanced/${name}`), name).toBe(sha256Of(join(enhanced, `photo-${i}.png`)));
    }
    expect(readdirSync(join(target, ".silvergrain", "export"))).toEqual([]);
  });
});

describe("a command that cannot be done", () => {
  test.each([
    [["--name", "{nme}"], "There is no field"],
    [["--by", "carry"], "Expected copy, link, move"],
    [[], "required option"],
  ])("%j is told in a sentence, and nothing is written", async (args, words) => {
    const to = args.length === 0 ? [] : ["--to", join(home, "nothing")];
    const run = await silvergrain(["export", enhanced, ...to, ...args]);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(words);
    expect(readdirSync(home)).not.toContain("nothing");
  });

  test("a folder that nothing was enhanced into is refused", async () => {
    const run = await silvergrain(["export", join(home, "photos"), "--to", join(home, "nothing")]);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining("silvergrain enhance --out")]);
    expect(readdirSync(join(home, "photos"))).not.toContain(".silvergrain");
  });
});

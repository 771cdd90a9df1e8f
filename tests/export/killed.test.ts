import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { EXPORT_POINTS } from "../../main/system/fail-point.ts";
import { ofType, silvergrain } from "../helpers/cli.ts";
import { exportedIn, sha256Of, writeEnhanced } from "../helpers/enhanced-folder.ts";

const PAIRS = 1000;
let home: string;
let enhanced: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "silvergrain-export-"));
  enhanced = await writeEnhanced(home, PAIRS);
  return () => rmSync(home, { recursive: true, force: true });
});

// What lies between a file's name and the note of it is what a crash could break; the first step is like the second.
test.each(EXPORT_POINTS.filter((point) => point !== "export-claimed"))(
  "a thousand photos, killed with -9 at %s, and run again, are complete and the same",
  async (point) => {
    const target = join(home, `to ${point}`);
    const args = ["export", enhanced, "--to", target, "--name", "{n:0000} {name}", "--json"];
    const skip = point === "export-noted" ? "3" : "700";
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
  },
);

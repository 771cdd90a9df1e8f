import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { Ledger } from "../../main/queue/ledger.ts";
import { tempDir } from "./temp.ts";

/** A PNG is cut off in the middle of its px. */
const CUT_BYTES = 70;

export const sha256Of = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Every exported file with its hash. */
export function exportedIn(target: string): ReadonlyMap<string, string> {
  const paths = readdirSync(target, { recursive: true, encoding: "utf8" }).filter(
    (path) => !path.startsWith(".silvergrain") && statSync(join(target, path)).isFile(),
  );
  return new Map(paths.sort().map((path) => [path, sha256Of(join(target, path))]));
}

/** Makes a folder of results as `enhance` leaves it, of small photos in `photos` beside it, each a colour of its own. */
export async function writeEnhanced(home: string, count: number): Promise<string> {
  const enhanced = join(home, "enhanced");
  mkdirSync(join(home, "photos"));
  const ledger = Ledger.open(enhanced);
  for (let i = 0; i < count; i++) {
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
  return enhanced;
}

/** Some of these results in a folder of their own. @param spoiled which of them is cut off behind its header */
export function someOf(home: string, count: number, spoiled?: number): { folder: string; enhanced: string } {
  const folder = tempDir();
  const results = join(folder, "some");
  const ledger = Ledger.open(results);
  for (let i = 0; i < count; i++) {
    const source = join(home, "photos", `photo-${i}.png`);
    const output = `photo-${i}.png`;
    copyFileSync(join(home, "enhanced", output), join(results, output));
    if (i === spoiled) truncateSync(join(results, output), CUT_BYTES);
    ledger.claim(output, source, sha256Of(source), `key ${i}`);
    const { size: bytes, mtimeMs } = statSync(join(results, output));
    const result = { bytes, sha256: sha256Of(join(results, output)), width: 8, height: 8, flags: [], notes: [] };
    ledger.finish(output, mtimeMs, result);
  }
  ledger.close();
  return { folder, enhanced: results };
}

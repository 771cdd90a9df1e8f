import { join } from "node:path";
import { z } from "zod";
import type { Size } from "../core/geometry.ts";
import { levelsOf } from "../core/pyramid.ts";

/*
 * The folder of a picture's pyramid: a file for each level in which every tile has a record at a place of its own, see
 * `tileOffset`, and a list of what is in the records, which is there only when all of them are.
 */

/** Bumped when pyramids are made in another way. */
const VERSION = 1;

const Manifest = z.object({
  version: z.literal(VERSION),
  width: z.int().positive(),
  height: z.int().positive(),
  /** For every level, CRC-32 of its tiles' records, row by row. */
  checks: z.array(z.array(z.int().min(0))),
});

/** What a finished pyramid holds. */
export interface PyramidManifest extends Size {
  readonly checks: readonly (readonly number[])[];
}

export function levelFile(folder: string, level: number): string {
  return join(folder, `level-${level}`);
}

/** The level's tiles as they are before the exact ones. */
export function previewFile(folder: string, level: number): string {
  return join(folder, `preview-${level}`);
}

export function manifestFile(folder: string): string {
  return join(folder, "tiles.json");
}

export function manifestText(manifest: PyramidManifest): string {
  return JSON.stringify({ version: VERSION, ...manifest });
}

/** A manifest from its text; `undefined` where it is none, or says other tiles than its picture has. */
export function manifestFrom(text: string): PyramidManifest | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = Manifest.safeParse(raw);
  if (!parsed.success) return undefined;
  const { width, height, checks } = parsed.data;
  const levels = levelsOf({ width, height });
  const isWhole =
    checks.length === levels.length && levels.every(({ across, down }, i) => checks[i]?.length === across * down);
  return isWhole ? { width, height, checks } : undefined;
}

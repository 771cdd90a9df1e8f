import { open } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { type Preset, type PresetImport, Recipe } from "../../preload/contract.ts";
import { SilvergrainError } from "../core/errors.ts";
import { systemError } from "../system/system-error.ts";

/** A hundred presets take some 30 kB. */
const MAX_BYTES = 1e6;
export const MAX_PRESETS = 100;
const MAX_NAME = 60;

/** Somebody else may have made it: whatever is not exactly this is refused as a whole. */
const PresetFile = z.strictObject({
  program: z.literal("Silvergrain"),
  kind: z.literal("presets"),
  version: z.literal(1),
  presets: z
    .array(
      z.strictObject({
        name: z
          .string()
          .trim()
          .min(1)
          .max(MAX_NAME)
          .regex(/^\P{C}*$/u, "no control characters"),
        recipe: Recipe,
      }),
    )
    .min(1)
    .max(MAX_PRESETS),
});

/** Presets as a file that others can read. */
export function presetText(presets: readonly Preset[]): string {
  const file: z.input<typeof PresetFile> = {
    program: "Silvergrain",
    kind: "presets",
    version: 1,
    presets: presets.map(({ name, recipe }) => ({ name, recipe })),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The presets of a file. @throws SilvergrainError PRESETS_UNSUPPORTED, SOURCE_MISSING, SOURCE_UNREADABLE */
export async function readPresets(path: string): Promise<readonly Preset[]> {
  const text = await textOf(path);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw unsupported(path, "it is no JSON", error);
  }
  const parsed = PresetFile.safeParse(content);
  if (parsed.success) return parsed.data.presets;
  const issue = parsed.error.issues[0];
  const place = issue?.path.join(".") ?? "";
  throw unsupported(path, `${place === "" ? "" : `${place}: `}${issue?.message ?? "unknown"}`, parsed.error);
}

/**
 * Presets that were there, with those of a file. The same one is not added twice; another one of the same name gets a
 * number.
 * @throws SilvergrainError USAGE where they would be too many
 */
export function withImported(own: readonly Preset[], read: readonly Preset[]): PresetImport {
  const all = [...own];
  let known = 0;
  for (const { name, recipe } of read) {
    if (all.some((each) => stemOf(each.name, name) && isSame(each.recipe, recipe))) known++;
    else all.push({ name: freeName(name, new Set(all.map((each) => each.name))), recipe });
  }
  if (all.length > MAX_PRESETS) {
    throw new SilvergrainError(
      "USAGE",
      `There would be ${all.length} presets, and ${MAX_PRESETS} is the most. Remove some first; nothing was added.`,
    );
  }
  return { presets: all, added: all.length - own.length, known };
}

async function textOf(path: string): Promise<string> {
  try {
    const file = await open(path, "r");
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw unsupported(path, "it is no file");
      if (stat.size > MAX_BYTES) throw unsupported(path, "it is too large");
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    throw systemError(error, path, "source");
  }
}

function unsupported(path: string, why: string, cause?: unknown): SilvergrainError {
  return new SilvergrainError(
    "PRESETS_UNSUPPORTED",
    `${basename(path)} cannot be read as presets of Silvergrain (${why}). Nothing was added.`,
    { cause },
  );
}

/** Whether a name is another one, or that with a number. */
function stemOf(name: string, stem: string): boolean {
  return name === stem || name.replace(/ \(\d+\)$/, "") === stem;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2, free = name; ; number++) {
    if (!taken.has(free)) return free;
    const ending = ` (${number})`;
    free = name.slice(0, MAX_NAME - ending.length).trimEnd() + ending;
  }
}

function isSame(a: Recipe, b: Recipe): boolean {
  return JSON.stringify(Recipe.parse(a)) === JSON.stringify(Recipe.parse(b));
}

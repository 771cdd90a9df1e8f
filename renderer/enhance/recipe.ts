import { CALLS, type Preset, type Recipe, type ResultSize } from "../../preload/contract.ts";

/** Scales that can be chosen at a click; the engine does eight times at most. */
export const SCALES = [2, 3, 4, 6, 8] as const;

/** Long edges that photographers ask for. A3 is 420 mm at 300 dots an inch. */
export const COMMON_EDGES = [
  { key: "common4k", px: 3840 },
  { key: "common8k", px: 7680 },
  { key: "commonA3", px: 4961 },
] as const;

export const LEAST_EDGE_PX = 16;
export const MOST_EDGE_PX = 200_000;

/** The scales to show: the usual ones, and the one in use where a preset brought another. */
export function scalesWith(scale: number): readonly number[] {
  return [...new Set<number>([...SCALES, scale])].sort((a, b) => a - b);
}

/** A long edge as it was typed, or `undefined` where that is no size. */
export function edgeFrom(text: string): number | undefined {
  const px = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return px >= LEAST_EDGE_PX && px <= MOST_EDGE_PX ? px : undefined;
}

/** The formats that lose something, with what `auto` takes. As the original: most photos are JPEG. */
const DEFAULT_QUALITY: Partial<Record<Recipe["format"], number>> = { same: 92, jpeg: 92, webp: 90, avif: 70 };

/** The quality that a format takes where none is set; `undefined` for formats that lose nothing. */
export function defaultQuality(format: Recipe["format"]): number | undefined {
  return DEFAULT_QUALITY[format];
}

/** The recipe with a part changed. A quality goes away where the new format loses nothing. */
export function withPart(recipe: Recipe, part: Partial<Recipe>): Recipe {
  const { quality, ...rest } = { ...recipe, ...part };
  if (quality === undefined || defaultQuality(rest.format) === undefined) return rest;
  return { ...rest, quality };
}

/** The recipe with a quality of the user's own, or with the format's. */
export function withQuality(recipe: Recipe, quality: number | undefined): Recipe {
  const { quality: _, ...rest } = recipe;
  return quality === undefined ? rest : { ...rest, quality };
}

/** Whether two recipes make the same of every photo. */
export function isSameRecipe(a: Recipe, b: Recipe): boolean {
  return (
    a.model === b.model &&
    a.realism === b.realism &&
    isSameSize(a.size, b.size) &&
    a.strength === b.strength &&
    a.format === b.format &&
    a.quality === b.quality &&
    a.stripGps === b.stripGps
  );
}

function isSameSize(a: ResultSize, b: ResultSize): boolean {
  if (a.kind === "scale") return b.kind === "scale" && a.scale === b.scale;
  return b.kind === "long-edge" && a.px === b.px;
}

/** Which preset the panel shows, and whether the recipe has gone away from it since. */
export interface PresetChoice {
  readonly name: string | undefined;
  readonly isChanged: boolean;
}

/**
 * The preset in use.
 * @param chosen the one that was chosen last, which stays in view while its settings are changed
 */
export function presetInUse(presets: readonly Preset[], recipe: Recipe, chosen: string | undefined): PresetChoice {
  const last = presets.find(({ name }) => name === chosen);
  if (last !== undefined) return { name: last.name, isChanged: !isSameRecipe(last.recipe, recipe) };
  return { name: presets.find((each) => isSameRecipe(each.recipe, recipe))?.name, isChanged: false };
}

/** A preset's name as it was typed, without the spaces around it; `undefined` where it cannot be one. */
export function presetNameFrom(text: string): string | undefined {
  const parsed = CALLS.savePreset.args.def.items[0].safeParse(text);
  return parsed.success ? parsed.data : undefined;
}

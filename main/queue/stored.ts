import { z } from "zod";
import { DEVICE_CHOICES, type ModelFacts, modelKey } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { FORMAT_CHOICES, OUTPUT_FORMATS } from "../core/formats.ts";
import type { BatchSettings, PlannedPhoto } from "./plan.ts";

/*
 * Settings and plans as they are kept. A folder of results, with its books, may come from a stranger: nothing that is
 * read back may name a file outside of the target to write to, and a model is named by what it is, never by a path.
 */

const Size = z.object({ width: z.int().positive(), height: z.int().positive() });

const StoredModel = z.object({ id: z.string().min(1), key: z.string().min(1) });
type StoredModel = z.infer<typeof StoredModel>;

const StoredSettings = z.object({
  model: StoredModel,
  restoring: StoredModel.optional(),
  size: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("native") }),
    z.object({ kind: z.literal("scale"), scale: z.number().positive() }),
    z.object({ kind: z.literal("long-edge"), px: z.int().positive() }),
    z.object({ kind: z.literal("megapixels"), megapixels: z.number().positive() }),
  ]),
  strength: z.number().min(0).max(1),
  format: z.enum(FORMAT_CHOICES),
  quality: z.int().min(1).max(100).optional(),
  stripGps: z.boolean(),
  device: z.enum(DEVICE_CHOICES),
  tilePx: z.int().positive().optional(),
  maxMegapixels: z.number().positive(),
  overwrite: z.boolean(),
});

const StoredPlan = z.object({
  model: StoredModel,
  header: z.object({
    format: z.string(),
    size: Size,
    bits: z.union([z.literal(8), z.literal(16)]),
    hasAlpha: z.boolean(),
    wear: z.object({ jpegQuality: z.number().optional(), iso: z.number().optional() }),
  }),
  stamp: z.object({ bytes: z.number().nonnegative(), mtimeMs: z.number() }),
  format: z.enum(OUTPUT_FORMATS),
  target: Size,
  passes: z.int().min(1).max(8),
});

/** Finds a model by its id. @throws SilvergrainError MODEL_UNKNOWN */
export type FindModel = (id: string) => ModelFacts;

/** What the machine decides and not the batch. */
export interface RunPolicy extends Pick<BatchSettings, "threads" | "allowSpinning"> {
  /** Whether a batch that says so may replace files that are not ours: only if the user has just said it himself. */
  readonly mayOverwrite: boolean;
}

/** Settings as text, for keeping. */
export function settingsText(settings: BatchSettings): string {
  const { model, restoring, threads: _threads, allowSpinning: _spinning, ...rest } = settings;
  const stored: z.input<typeof StoredSettings> = {
    ...rest,
    size: { ...rest.size },
    model: storedModel(model),
    ...(restoring === undefined ? {} : { restoring: storedModel(restoring) }),
  };
  return JSON.stringify(stored);
}

/** Settings from their text. @throws SilvergrainError MODEL_UNKNOWN, INTERNAL */
export function settingsFrom(text: string, findModel: FindModel, policy: RunPolicy): BatchSettings {
  const { model, restoring, quality, tilePx, overwrite, ...rest } = parse(StoredSettings, text);
  const { threads, allowSpinning, mayOverwrite } = policy;
  return {
    ...rest,
    threads,
    allowSpinning,
    overwrite: overwrite && mayOverwrite,
    quality,
    tilePx,
    model: sameModel(model, findModel),
    restoring: restoring === undefined ? undefined : sameModel(restoring, findModel),
  };
}

/** What is planned for a photo as text, without its paths. */
export function planText({ model, header, stamp, format, target, passes }: PlannedPhoto): string {
  const { format: from, size, bits, hasAlpha, wear } = header;
  const stored: z.input<typeof StoredPlan> = {
    model: storedModel(model),
    header: { format: from, size, bits, hasAlpha, wear },
    stamp: { ...stamp },
    format,
    target,
    passes,
  };
  return JSON.stringify(stored);
}

/** @throws SilvergrainError MODEL_UNKNOWN, INTERNAL */
export function planFrom(
  text: string,
  paths: { readonly source: string; readonly place: string; readonly output: string },
  findModel: FindModel,
): PlannedPhoto {
  const { model, ...rest } = parse(StoredPlan, text);
  refuseOutside(paths.output);
  return {
    ...rest,
    model: sameModel(model, findModel),
    photo: { path: paths.source, place: paths.place },
    output: paths.output,
  };
}

function storedModel(model: ModelFacts): StoredModel {
  return { id: model.id, key: modelKey(model) };
}

function sameModel({ id, key }: StoredModel, findModel: FindModel): ModelFacts {
  const found = findModel(id);
  if (modelKey(found) === key) return found;
  throw new SilvergrainError(
    "MODEL_UNKNOWN",
    `The model ${id} is not the one that this photo was queued for. Queue it again to use the model as it is now.`,
  );
}

/** @throws SilvergrainError INTERNAL for a path that is not below the target */
function refuseOutside(output: string): void {
  const parts = output.split(/[/\\]/);
  const isBelow = output !== "" && !/^[/\\]|^[a-z]:/i.test(output) && parts.every((part) => part !== "..");
  if (isBelow) return;
  throw new SilvergrainError(
    "INTERNAL",
    `Expected a path below the target folder for a result, but the queue says “${output}”. Cancel this photo and queue it again.`,
  );
}

function parse<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new SilvergrainError(
      "INTERNAL",
      "What the queue holds for this photo cannot be read. Cancel it and queue it again.",
      { cause: error },
    );
  }
}

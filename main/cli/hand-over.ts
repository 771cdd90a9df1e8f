import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { DEVICE_CHOICES } from "../core/enhance.ts";
import { FORMAT_CHOICES } from "../core/formats.ts";
import { askHolder, hasHolder } from "../system/control-channel.ts";
import { BATTERY_CHOICES, type EnhanceOptions } from "./options.ts";

/** Planning reads the header of every photo. */
const HAND_OVER_TIMEOUT_MS = 3_600_000;
/** A tenth of a second each. */
const TRIES = 50;

const Options = z.object({
  out: z.string(),
  model: z.string().optional(),
  realism: z.number().optional(),
  scale: z.number().optional(),
  longEdge: z.number().optional(),
  megapixels: z.number().optional(),
  strength: z.number(),
  format: z.enum(FORMAT_CHOICES),
  quality: z.number().optional(),
  device: z.enum(DEVICE_CHOICES),
  threads: z.number().optional(),
  tile: z.number().optional(),
  maxMegapixels: z.number(),
  cacheLimit: z.number(),
  diskWait: z.number(),
  onBattery: z.enum(BATTERY_CHOICES),
  background: z.boolean(),
  overwrite: z.boolean(),
  stripGps: z.boolean(),
  dryRun: z.boolean(),
  json: z.boolean(),
});

/** What a second start says to the first: photos and settings, as if they had been given to it. */
export const HandOver = z.object({
  verb: z.literal("enhance"),
  /** Absolute. */
  paths: z.array(z.string().min(1)).min(1),
  options: Options,
});
export type HandOver = z.infer<typeof HandOver>;

export const HandedOver = z.object({
  photos: z.number(),
  skipped: z.number(),
  failed: z.number(),
  /** The queue is paused: they wait. */
  paused: z.boolean(),
});
export type HandedOver = z.infer<typeof HandedOver>;

/** Options as they came over the channel. */
export function optionsFrom(message: HandOver["options"]): EnhanceOptions {
  const { model, realism, scale, longEdge, megapixels, quality, threads, tile, ...rest } = message;
  return { ...rest, model, realism, scale, longEdge, megapixels, quality, threads, tile };
}

/**
 * Opens a folder, or finds that a Silvergrain works in it and answers. Both take a moment: one that is only starting is
 * waited for, and one that is only looking lets go soon.
 * @param folder that its books are in
 * @param open gives `undefined` where somebody else has it
 * @returns what was opened; `undefined` where somebody answers, or is still not there after five seconds
 */
export async function openUnlessHeld<T>(folder: string, open: () => T | undefined): Promise<T | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const opened = open();
    if (opened !== undefined || (await hasHolder(folder))) return opened;
    await delay(100);
  }
  return undefined;
}

/** Asks the Silvergrain that works in a folder. @throws SilvergrainError TARGET_BUSY where none answers; its own errors */
export async function askRunning(folder: string, request: unknown, timeoutMs: number): Promise<unknown> {
  return askHolder(folder, request, { timeoutMs: (await hasHolder(folder)) ? timeoutMs : 0 });
}

/** Gives photos to the Silvergrain that is working in a folder. See `askRunning`. */
export async function handOver(folder: string, paths: readonly string[], options: EnhanceOptions): Promise<HandedOver> {
  const request: HandOver = { verb: "enhance", paths: [...paths], options };
  return HandedOver.parse(await askRunning(folder, request, HAND_OVER_TIMEOUT_MS));
}

import { type Command, InvalidArgumentError } from "commander";
import { DEVICE_CHOICES, type DeviceChoice } from "../core/enhance.ts";
import { expected } from "../core/errors.ts";
import { FORMAT_CHOICES, type FormatChoice } from "../core/formats.ts";
import { MAX_SCALE, MIN_SCALE, type SizeRequest } from "../core/scale.ts";

const DEFAULT_CACHE_GB = 4;
const DEFAULT_DISK_WAIT_MINUTES = 5;

/** How a queue is run, whatever is in it. */
export interface RunOptions {
  readonly threads: number | undefined;
  /** In GB. */
  readonly cacheLimit: number;
  /** In minutes. */
  readonly diskWait: number;
  readonly onBattery: (typeof BATTERY_CHOICES)[number];
  readonly background: boolean;
}

/** Adds the options that `RunOptions` holds. */
export function addRunOptions(command: Command): Command {
  return command
    .option("--threads <n>", "threads of the CPU (default: one a physical core)", integerIn(1, 1024))
    .option(
      "--cache-limit <gb>",
      "working canvases to keep, so that a new strength or format needs no new inference",
      numberIn(0, 1e6),
      DEFAULT_CACHE_GB,
    )
    .option(
      "--disk-wait <minutes>",
      "how long to wait for room on a full disk before photos fail",
      numberIn(0, 1e6),
      DEFAULT_DISK_WAIT_MINUTES,
    )
    .option("--on-battery <what>", "run, or wait for mains", parseBattery, "run" as const)
    .option("--background", "give way to other programs", false);
}

/** The options of `silvergrain enhance`, parsed. */
export interface EnhanceOptions extends RunOptions {
  readonly out: string;
  readonly model: string | undefined;
  readonly realism: number | undefined;
  readonly scale: number | undefined;
  readonly longEdge: number | undefined;
  readonly megapixels: number | undefined;
  readonly strength: number;
  readonly format: FormatChoice;
  readonly quality: number | undefined;
  readonly device: DeviceChoice;
  readonly tile: number | undefined;
  readonly maxMegapixels: number;
  readonly overwrite: boolean;
  readonly stripGps: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** A parser for commander: a number within bounds. */
export function numberIn(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= low && value <= high)) {
      throw new InvalidArgumentError(`Expected a number from ${low} to ${high}.`);
    }
    return value;
  };
}

/** A parser for commander: a whole number within bounds. */
export function integerIn(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(Number.isInteger(value) && value >= low && value <= high)) {
      throw new InvalidArgumentError(`Expected a whole number from ${low} to ${high}.`);
    }
    return value;
  };
}

/** A parser for commander: a number above zero. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("Expected a number above 0.");
  return value;
}

/** A parser for commander: one of a closed set. */
export function oneOf<T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw new InvalidArgumentError(`Expected one of ${choices.join(", ")}.`);
    return found;
  };
}

/** What to do while the machine runs on its battery. */
export const BATTERY_CHOICES = ["run", "wait"] as const;
export const parseBattery = oneOf(BATTERY_CHOICES);
export const parseScale = numberIn(MIN_SCALE, MAX_SCALE);
export const parseDevice = oneOf(DEVICE_CHOICES);
export const parseFormat = oneOf(FORMAT_CHOICES);

/** The size that was asked for. @throws SilvergrainError USAGE where it was asked for in two ways */
export function sizeRequest(options: Pick<EnhanceOptions, "scale" | "longEdge" | "megapixels">): SizeRequest {
  const { scale, longEdge, megapixels } = options;
  const given = [scale, longEdge, megapixels].filter((value) => value !== undefined);
  if (given.length > 1) throw expected("the size", "one of --scale, --long-edge and --megapixels", "several of them");
  if (scale !== undefined) return { kind: "scale", scale };
  if (longEdge !== undefined) return { kind: "long-edge", px: longEdge };
  if (megapixels !== undefined) return { kind: "megapixels", megapixels };
  return { kind: "native" };
}

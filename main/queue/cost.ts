import type { Device, DeviceChoice, ModelFacts } from "../core/enhance.ts";
import { FORMATS, type OutputFormat } from "../core/formats.ts";
import { area } from "../core/geometry.ts";
import { planTiles, tileCount } from "../core/tiles.ts";
import { freeBytesAt } from "./disk.ts";
import type { BatchSettings, PlannedPhoto } from "./plan.ts";

/** What a batch will take. */
export interface BatchCost {
  /** See `workOf`. */
  readonly work: number;
  readonly ms: number | undefined;
  /** Results, estimated. */
  readonly outputBytes: number;
  /** Most that working files take at one time beside them, kept canvases included. */
  readonly workingBytes: number;
  readonly freeBytes: number | undefined;
}

/** Bytes per result pixel, 8 bit, rounded up from what ten photos of 480 px took at 4× with srgan-x4 and default quality. */
const BYTES_PER_PIXEL: Readonly<Record<OutputFormat, number>> = { jpeg: 0.2, png: 1.4, webp: 0.1, tiff: 1, avif: 0.07 };
/** Longest side of a tile where nothing was measured. */
const USUAL_CORE_PX = 192;
/** Assumed for 16-bit results, whose low bits hardly compress. */
const DEEP_FACTOR = 2.5;

/** Estimates time and bytes. @param cacheBytes of canvases to keep @param speed measured on this machine, see the engine's tuning */
export function costOf(
  todo: readonly PlannedPhoto[],
  { strength }: BatchSettings,
  cacheBytes: number,
  speed: Speed | undefined,
  target: string,
): BatchCost {
  let work = 0;
  let outputBytes = 0;
  let workingBytes = 0;
  let canvasBytes = 0;
  for (const planned of todo) {
    const { model } = planned;
    const bytesPerSample = planned.header.bits / 8;
    work += workOf(planned, speed?.corePx);
    const deep = planned.header.bits === 16 && FORMATS[planned.format].holds16Bit ? DEEP_FACTOR : 1;
    outputBytes += area(planned.target) * BYTES_PER_PIXEL[planned.format] * deep;
    const channels = planned.header.hasAlpha ? 4 : 3;
    const canvas = area(planned.header.size) * model.scale ** (2 * planned.passes) * 3 * bytesPerSample;
    const native = planned.target.width === planned.header.size.width * model.scale;
    const composed =
      native && strength === 1 && !planned.header.hasAlpha ? 0 : area(planned.target) * channels * bytesPerSample;
    workingBytes = Math.max(workingBytes, canvas + composed + area(planned.header.size) * channels * bytesPerSample);
    canvasBytes += canvas;
  }
  workingBytes += Math.min(canvasBytes, cacheBytes);
  const ms = speed === undefined ? undefined : work * msPerWork(speed);
  return {
    work,
    ms,
    outputBytes: Math.round(outputBytes),
    workingBytes: Math.round(workingBytes),
    freeBytes: freeBytesAt(target),
  };
}

/** Milliseconds that a unit of work takes, by the speed that was measured with one model. */
export function msPerWork({ msPerMegapixel, mmacPerSourcePx }: Speed): number {
  return msPerMegapixel / 1e6 / workPerPixel(mmacPerSourcePx);
}

/** A model of which nothing is known counts as one million multiply-accumulates a pixel. */
function workPerPixel(mmacPerSourcePx: number): number {
  return mmacPerSourcePx > 0 ? mmacPerSourcePx : 1;
}

/** What one photo takes over all passes: window pixels times its model's multiply-accumulates a pixel, in millions. */
export function workOf(planned: PlannedPhoto, corePx = USUAL_CORE_PX): number {
  const { model } = planned;
  let work = 0;
  for (let pass = 0; pass < planned.passes; pass++) {
    const factor = model.scale ** pass;
    const source = { width: planned.header.size.width * factor, height: planned.header.size.height * factor };
    const grid = planTiles(source, corePx, model.padPx, model.scale, model.windows);
    work += tileCount(grid) * area(grid.window) * workPerPixel(model.mmacPerSourcePx);
  }
  return work;
}

/** What was measured with one model. */
export interface Speed {
  readonly corePx: number;
  readonly msPerMegapixel: number;
  /** Of the model that it was measured with. */
  readonly mmacPerSourcePx: number;
}

/** The device that a plan's speed was measured on. */
export interface PlanDevice extends Speed {
  readonly device: Device;
}

/** Chooses and measures a device, as the engine does. */
export type DescribeDevice = (
  model: ModelFacts,
  device: DeviceChoice,
  threads: number,
  allowSpinning: boolean,
) => Promise<Pick<PlanDevice, "device" | "corePx" | "msPerMegapixel">>;

/** How fast a model is on the device that it will run on. @throws SilvergrainError MODEL_*, DEVICE_UNAVAILABLE, ENGINE_* */
export async function measureDevice(
  describe: DescribeDevice,
  model: ModelFacts,
  { device, threads, allowSpinning, tilePx }: Pick<BatchSettings, "device" | "threads" | "allowSpinning" | "tilePx">,
): Promise<PlanDevice> {
  const found = await describe(model, device, threads, allowSpinning);
  return {
    device: found.device,
    corePx: tilePx ?? found.corePx,
    msPerMegapixel: found.msPerMegapixel,
    mmacPerSourcePx: model.mmacPerSourcePx,
  };
}

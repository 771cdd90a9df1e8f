import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelFacts } from "../core/enhance.ts";
import { expected } from "../core/errors.ts";
import type { Baseline, Candidate, Evaluation } from "../core/evaluation.ts";
import { describeSize, type Rect, type Size } from "../core/geometry.ts";
import { compareImages } from "../core/metrics/compare.ts";
import { imresizeBicubic } from "../core/metrics/imresize.ts";
import { cutOut, type Picture, quantise } from "../core/pixels.ts";
import { LANCZOS3, resampleStrips } from "../core/resample.ts";
import { planTiles } from "../core/tiles.ts";
import { nextTurn } from "../system/next-turn.ts";
import { Canvas } from "./canvas.ts";
import { readWhole, writePng } from "./codec.ts";
import { inferTiles } from "./infer.ts";
import type { Judge } from "./judge.ts";
import type { Release } from "./lanes.ts";
import type { Session } from "./session.ts";
import { withinMemory } from "./within-memory.ts";

/** One picture to be measured. Paths are absolute. */
export interface EvaluateRequest {
  readonly reference: string;
  /** The small picture; `undefined` makes it from the reference as MATLAB's imresize does. */
  readonly low: string | undefined;
  /** How many times smaller the small picture is. */
  readonly scale: number;
  readonly candidate: Candidate;
  /** Where to keep the enlarged picture, as PNG. */
  readonly save: string | undefined;
  readonly maxMegapixels: number;
}

/** A model's session, the size of its tiles, and the turn that every window waits for. */
export interface LoadedModel {
  readonly session: Session;
  readonly tilePx: number;
  readonly takeTurn: () => Promise<Release>;
}

/**
 * Enlarges the small picture as the candidate does and measures it against the reference: PSNR and SSIM on Y with a
 * border of `scale` px cropped, HaarPSI on colour, and the discriminator's opinion.
 * @throws SilvergrainError SOURCE_*; USAGE where the two pictures do not belong together
 */
export async function evaluatePicture(
  request: EvaluateRequest,
  load: (model: ModelFacts) => Promise<LoadedModel>,
  judge: Judge,
): Promise<Evaluation> {
  const { scale, candidate, save } = request;
  const whole = await readWhole(request.reference, request.maxMegapixels);
  const low = request.low === undefined ? undefined : await readWhole(request.low, request.maxMegapixels);
  const { reference, small } = pairOf(whole, low, scale, request);
  const { size, channels } = reference;
  if (candidate.kind === "reference") {
    return { ...size, realism: await judge.judge(reference) };
  }
  const result =
    candidate.kind === "baseline"
      ? await enlargePlainly(small, size, candidate.baseline)
      : await enlargeByModel(small, size, candidate.model, await load(candidate.model));
  if (save !== undefined) await writePng({ samples: result, size, channels }, save);
  // A sign of life before what takes seconds on a large picture.
  await nextTurn();
  return {
    ...size,
    comparison: compareImages(reference.samples, result, size, channels, scale),
    realism: await judge.judge({ samples: result, size, channels }),
  };
}

/** The two pictures, cut so that one is exactly `scale` times the other. */
function pairOf(
  whole: Picture,
  low: Picture | undefined,
  scale: number,
  { reference: path, low: lowPath }: EvaluateRequest,
): { readonly reference: Picture; readonly small: Picture } {
  if (low === undefined) {
    const smaller = { width: Math.floor(whole.size.width / scale), height: Math.floor(whole.size.height / scale) };
    if (smaller.width < 1 || smaller.height < 1) {
      throw expected(path, `a picture of at least ${scale} × ${scale} px`, describeSize(whole.size));
    }
    const reference = cropped(whole, { width: smaller.width * scale, height: smaller.height * scale });
    const samples = imresizeBicubic(reference.samples, reference.size, smaller, reference.channels);
    return { reference, small: { samples, size: smaller, channels: reference.channels } };
  }
  const size = { width: low.size.width * scale, height: low.size.height * scale };
  if (size.width > whole.size.width || size.height > whole.size.height || low.channels !== whole.channels) {
    throw expected(
      lowPath ?? path,
      `a picture ${scale} times smaller than ${describeSize(whole.size)} and like it gray or coloured`,
      `${describeSize(low.size)}, ${low.channels === 1 ? "gray" : "coloured"}`,
    );
  }
  return { reference: cropped(whole, size), small: low };
}

async function enlargePlainly(small: Picture, to: Size, baseline: Baseline): Promise<Uint8Array> {
  if (baseline === "bicubic") return imresizeBicubic(small.samples, small.size, to, small.channels);
  return resampled(small, to);
}

async function enlargeByModel(small: Picture, to: Size, model: ModelFacts, loaded: LoadedModel): Promise<Uint8Array> {
  let picture = small;
  do {
    const source = picture;
    ({ value: picture } = await withinMemory(loaded.tilePx, (px) => inferWhole(source, model, loaded, px)));
  } while (model.scale > 1 && picture.size.width < to.width);
  const same = picture.size.width === to.width && picture.size.height === to.height;
  return same ? picture.samples : await resampled(picture, to);
}

async function inferWhole(
  picture: Picture,
  model: ModelFacts,
  { session, takeTurn }: LoadedModel,
  tilePx: number,
): Promise<Picture> {
  const { size: source, channels } = picture;
  const { scale, padPx, windows } = model;
  const folder = mkdtempSync(join(tmpdir(), "silvergrain-evaluate-"));
  const plan = planTiles(source, tilePx, padPx, scale, windows);
  const shape = { source, scale, channels, bits: 8 as const, padPx, rule: windows };
  const tags = { icc: undefined, iptc: undefined, density: undefined };
  let canvas: Canvas | undefined;
  try {
    canvas = Canvas.openOrCreate(join(folder, "canvas"), shape, plan, tags);
    const reader = { readRect: (rect: Rect) => cutOut(picture, rect) };
    const control = { signal: undefined, onTile: () => {}, takeTurn };
    await inferTiles(reader, channels, 8, canvas, session, model, tilePx, control);
    const samples = canvas.readRect({ x: 0, y: 0, ...canvas.size }) as Uint8Array;
    return { samples, size: canvas.size, channels };
  } finally {
    canvas?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function resampled({ samples, size, channels }: Picture, to: Size): Promise<Uint8Array> {
  const result = new Uint8Array(to.width * to.height * channels);
  const row = size.width * channels;
  const read = (y: number, count: number) => samples.subarray(y * row, (y + count) * row);
  for await (const strip of resampleStrips(size, to, channels, LANCZOS3, read, 64)) {
    const from = strip.y * to.width * channels;
    quantise(strip.samples, 8, result.subarray(from, from + strip.samples.length));
  }
  return result;
}

function cropped(picture: Picture, size: Size): Picture {
  if (size.width === picture.size.width && size.height === picture.size.height) return picture;
  return { ...picture, samples: cutOut(picture, { x: 0, y: 0, ...size }), size };
}

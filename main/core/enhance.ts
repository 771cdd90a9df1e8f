import type { OutputFormat } from "./formats.ts";
import type { Rect, Size } from "./geometry.ts";
import type { ResultFlag } from "./self-check.ts";
import type { WindowRule } from "./tiles.ts";
import type { Wear } from "./wear.ts";

/** Devices that a model can run on. `auto` is resolved to one of the others. */
export const DEVICES = ["cpu", "webgpu", "cuda", "dml", "coreml"] as const;
export type Device = (typeof DEVICES)[number];
export const DEVICE_CHOICES = ["auto", ...DEVICES] as const;
export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

/** What `auto` tries, best first. The CPU always comes last. @param platform as Node calls it */
export function devicesFor(platform: string): readonly Device[] {
  if (platform === "win32") return ["dml", "webgpu", "cpu"];
  if (platform === "darwin") return ["coreml", "webgpu", "cpu"];
  return ["cuda", "webgpu", "cpu"];
}

/** The colour planes of a model's picture, in their order. A `gray` model has one and is run once for each colour. */
export const PLANES = ["RGB", "BGR", "gray"] as const;
export type Planes = (typeof PLANES)[number];

/** What a model's numbers are. */
export const ELEMENT_TYPES = ["float32", "float16"] as const;
export type ElementType = (typeof ELEMENT_TYPES)[number];

/** A second training of the same network, whose weights are mixed into a model's. */
export interface WeightBlend {
  readonly file: string;
  readonly sha256: string;
  /** 0 is the model alone, 1 the other alone. */
  readonly share: number;
}

/** What the engine must know of a model to run it. */
export interface ModelFacts {
  readonly id: string;
  readonly file: string;
  readonly sha256: string;
  readonly blend?: WeightBlend | undefined;
  readonly scale: number;
  readonly inputName: string;
  readonly outputName: string;
  /** What black and white are to the model. */
  readonly range: readonly [number, number];
  /** Receptive half-width in source px: how far from a pixel the model looks. */
  readonly padPx: number;
  /** Million multiply-accumulates per source pixel. */
  readonly mmacPerSourcePx: number;
  readonly inputPlanes: Planes;
  readonly outputPlanes: Planes;
  readonly elementType: ElementType;
  readonly windows: WindowRule;
}

/** Names a model's weights: their bytes, and how they are mixed. */
export function weightsKey({ sha256, blend }: Pick<ModelFacts, "sha256" | "blend">): string {
  return blend === undefined ? sha256 : `${sha256}+${blend.share}*${blend.sha256}`;
}

/** Names a model by all that its results depend on: its weights, and how pictures are put into it and read out. */
export function modelKey(model: Omit<ModelFacts, "id" | "file" | "padPx" | "mmacPerSourcePx">): string {
  const { inputName, outputName, range, inputPlanes, outputPlanes, elementType, scale, windows } = model;
  const { multiplePx, leastPx, fixed } = windows;
  return [
    weightsKey(model),
    scale,
    inputName,
    outputName,
    range.join(".."),
    inputPlanes,
    outputPlanes,
    elementType,
    multiplePx,
    leastPx,
    fixed === undefined ? "any" : `${fixed.width}x${fixed.height}`,
  ].join("|");
}

/** One photo to enhance, everything decided. Paths are absolute. */
export interface EnhanceRequest {
  readonly source: string;
  /** SHA-256 of the source's bytes, as hex. */
  readonly sourceSha256: string;
  /** Size and mtime of the source when it was hashed; another by the end of decoding means that it changed. */
  readonly sourceStamp: FileStamp;
  readonly output: string;
  /** Small file that gets the result's SHA-256 just before the result gets its final name. */
  readonly receipt: string;
  /** Folder for the canvas and temporary files, on the same file system as the output. */
  readonly workDir: string;
  readonly model: ModelFacts;
  readonly passes: number;
  readonly target: Size;
  /** 0 is the Lanczos baseline, 1 the model alone. */
  readonly strength: number;
  readonly format: OutputFormat;
  readonly quality: number | undefined;
  readonly stripGps: boolean;
  readonly device: DeviceChoice;
  readonly threads: number;
  /** Spinning threads are faster and make a desktop sluggish. */
  readonly allowSpinning: boolean;
  /** Longest side of a tile's core in source px; `undefined` lets the engine measure. */
  readonly tilePx: number | undefined;
  readonly maxMegapixels: number;
}

/** Enough to notice that a file was written to. */
export interface FileStamp {
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** The steps of one photo, in order; between them it may be `waiting` until another photo is through the next one. */
export const STAGES = ["waiting", "decode", "infer", "check", "encode"] as const;
export type Stage = (typeof STAGES)[number];

/** Where a photo is. Tiles count over all passes; `resumed` of them were there from an earlier run. */
export interface EnhanceProgress {
  readonly stage: Stage;
  readonly tilesDone: number;
  readonly tilesTotal: number;
  readonly resumed: number;
}

/** Something worth saying that is not wrong. */
export const NOTES = [
  "first-page",
  "first-frame",
  "metadata-partial",
  "converted-to-srgb",
  "alpha-flattened",
  "reduced-to-8-bit",
  "tile-halved",
  "resumed",
] as const;
export type Note = (typeof NOTES)[number];

export const NOTE_SENTENCES: Readonly<Record<Note, string>> = {
  "first-page": "the file has several pages; the first was taken",
  "first-frame": "the file is animated; the first frame was taken",
  "metadata-partial": "some of its metadata could not be read and was left out",
  "converted-to-srgb": "its colours (CMYK or Lab, or gray in a format without it) were converted to sRGB",
  "alpha-flattened": "the format holds no transparency; it was put on white",
  "reduced-to-8-bit": "the format holds 8 bits a channel; the photo has 16",
  "tile-halved": "memory ran short; smaller tiles were used",
  resumed: "went on from where an earlier run had stopped",
};

/** What became of one photo. */
export interface EnhanceResult {
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly device: Device;
  readonly tilePx: number;
  /** Tiles inferred in this run, and tiles that were there already. */
  readonly tilesInferred: number;
  readonly tilesResumed: number;
  readonly inferenceMs: number;
  /** Time on this photo; what it waited for others is left out. */
  readonly totalMs: number;
  readonly flags: readonly ResultFlag[];
  readonly notes: readonly Note[];
}

/** What the core needs of an AbortSignal, which is neither the DOM's nor Node's alone. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** How a call is watched and stopped. */
export interface CallControl {
  readonly signal?: StopSignal;
  readonly onProgress?: (progress: EnhanceProgress) => void;
}

/** How one photo is enhanced beside what the request says. */
export interface EnhanceControl extends CallControl {
  /** A photo's second try after the engine died over it: with smaller tiles, on the CPU, with nothing beside it. */
  readonly careful?: boolean;
}

/** The seam: in process, over a channel, or a fake, enhancing a photo is this. Rejects with a SilvergrainError. */
export type Enhance = (request: EnhanceRequest, control: EnhanceControl) => Promise<EnhanceResult>;

/** A part of a photo to be looked at before its turn comes: the model alone, at its own scale. Paths are absolute. */
export interface RegionRequest
  extends Pick<
    EnhanceRequest,
    | "source"
    | "sourceSha256"
    | "sourceStamp"
    | "model"
    | "workDir"
    | "device"
    | "threads"
    | "allowSpinning"
    | "tilePx"
    | "maxMegapixels"
  > {
  /** In whole px of the photo as it is seen; what lies outside the photo is left out. */
  readonly rect: Rect;
  /** The PNG to write. */
  readonly save: string;
}

/** What became of a region. Its tiles stay in the photo's canvas. */
export interface RegionResult {
  /** Size of the PNG in px. */
  readonly width: number;
  readonly height: number;
  readonly tilesInferred: number;
  readonly tilesReused: number;
}

/** A part of a photo as the whole result will have it, to be looked at ahead of it. Paths are absolute. */
export interface LiveRegionRequest
  extends Omit<RegionRequest, "save">,
    Pick<EnhanceRequest, "target" | "strength" | "format"> {
  /** The patch has a px for `2 ** shrink` of the result's in each direction. */
  readonly shrink: number;
  /** Without, only tiles that are done already are shown. */
  readonly infer: boolean;
  /** Gets the patch: raw RGBA samples, 8 bit, sRGB, row by row; transparent where there is nothing yet. */
  readonly save: string;
}

/** What became of it. */
export interface LiveRegionResult {
  /** Whether there is a patch: not where nothing was done and nothing was to be. */
  readonly isThere: boolean;
  /** What the patch covers, in px of the photo as it is seen; a fraction where px of the result are. */
  readonly area: Rect;
  readonly width: number;
  readonly height: number;
  readonly isWhole: boolean;
  readonly tilesInferred: number;
  readonly tilesReused: number;
}

/** What a photo's header says, before anything is decoded. */
export interface PhotoHeader {
  readonly format: string;
  /** Size as it will be seen: orientation applied. */
  readonly size: Size;
  readonly channels: number;
  readonly bits: 8 | 16;
  readonly hasAlpha: boolean;
  readonly space: string;
  readonly orientation: number;
  readonly pages: number;
  readonly hasProfile: boolean;
  readonly wear: Wear;
}

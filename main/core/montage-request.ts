import type { Encoding, SharpenFor } from "./encoding.ts";
import type { FileStamp, StopSignal } from "./enhance.ts";
import type { Rect, Size } from "./geometry.ts";
import type { MontageBaseline, MontageKind, MontagePin } from "./montage-spec.ts";
import type { PinPageSpec, PinStripSpec } from "./pin-sheet.ts";
import type { SheetSpec } from "./sheet.ts";
import type { Split } from "./split-line.ts";

/** Red, green and blue in sRGB, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** A picture of a composite. Its path is absolute. */
export interface MontagePicture {
  readonly path: string;
  /** The file's, where it must be that one. */
  readonly stamp?: FileStamp | undefined;
  /** Whatever the photographer or a file's name says; empty for none. */
  readonly caption: string;
}

/** A composite that is to be made. Lengths are px of the composite; see `MontageSpec`. Paths are absolute. */
export interface MontageRequest {
  readonly kind: MontageKind;
  /** The original and the result, or up to four for a grid. */
  readonly pictures: readonly MontagePicture[];
  readonly baseline: MontageBaseline;
  readonly split: Split;
  readonly area?: Rect | undefined;
  /** A page or a part of one in place of a composite: of the rest only what concerns the file and the baseline counts then. */
  readonly sheet?: SheetSpec | PinStripSpec | PinPageSpec | undefined;
  readonly fit?: Size | undefined;
  readonly marginPx: number;
  readonly dividerPx: number;
  readonly captionPx: number;
  readonly background: Rgb;
  readonly dividerColour: Rgb;
  readonly pins: readonly MontagePin[];
  readonly cropPx: number;
  readonly encoding: Encoding;
  readonly sharpen: SharpenFor;
  /** Whether the EXIF and IPTC of the last picture, which is the result, are kept; and then, whether its place is not. */
  readonly keepMetadata: boolean;
  readonly stripGps: boolean;
  readonly output: string;
  /** Where working files may lie: about 6 bytes for every px of the pictures and the composite, more with 16 bits. */
  readonly workDir: string;
  readonly maxMegapixels: number;
}

/** Something about a composite that is worth saying and not wrong. */
export const MONTAGE_NOTES = ["reduced-to-8-bit", "alpha-on-background", "plain-jpeg", "metadata-partial"] as const;
export type MontageNote = (typeof MONTAGE_NOTES)[number];

/** A composite that was made. */
export interface MontageResult extends Size {
  readonly bytes: number;
  readonly bits: 8 | 16;
  readonly notes: readonly MontageNote[];
}

export const MONTAGE_STAGES = ["decode", "compose", "encode"] as const;
export type MontageStage = (typeof MONTAGE_STAGES)[number];

/** Where a composite is: of the stage, `done` of `total` pictures or rows. Encoding cannot tell. */
export interface MontageProgress {
  readonly stage: MontageStage;
  readonly done: number;
  readonly total: number;
}

/** How a composite is watched and stopped while it is made. */
export interface MontageControl {
  readonly signal?: StopSignal | undefined;
  readonly onProgress?: ((progress: MontageProgress) => void) | undefined;
}

/** What makes composites: an engine in production, a fake in tests. Rejects with a SilvergrainError. */
export interface MontageMaker {
  montage(request: MontageRequest, control?: MontageControl): Promise<MontageResult>;
}

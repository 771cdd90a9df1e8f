import { SilvergrainError } from "./errors.ts";
import { describeSize, type Size } from "./geometry.ts";
import { basename } from "./paths.ts";

/** The formats that results are written in. */
export const OUTPUT_FORMATS = ["jpeg", "png", "webp", "tiff", "avif"] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** What the photographer chooses from; `keep` means the source's own. */
export const FORMAT_CHOICES = ["keep", ...OUTPUT_FORMATS] as const;
export type FormatChoice = (typeof FORMAT_CHOICES)[number];

/** The formats that photos are read in, by the extensions they go by. */
export const INPUT_EXTENSIONS: Readonly<Record<string, string>> = {
  ".jpg": "jpeg",
  ".jpeg": "jpeg",
  ".jpe": "jpeg",
  ".jfif": "jpeg",
  ".png": "png",
  ".webp": "webp",
  ".tif": "tiff",
  ".tiff": "tiff",
  ".avif": "avif",
  ".gif": "gif",
};

interface FormatFacts {
  readonly extension: string;
  /** Longest side that the format, or the encoder at hand, can hold. */
  readonly maxSidePx: number;
  readonly holds16Bit: boolean;
  readonly holdsAlpha: boolean;
  /** One channel, with a profile for it. Where not, gray becomes RGB. */
  readonly holdsGray: boolean;
  readonly defaultQuality?: number;
}

/**
 * JPEG: the format has 16-bit dimensions (ITU T.81, B.2.2), libjpeg's JPEG_MAX_DIMENSION is 65,500. WebP: 14-bit dimensions less one (RFC 9649, 2.5). AVIF: the
 * bound of libvips' heifsave. PNG: libpng's default user limit. TIFF: 32-bit dimensions; libvips' bound is 10⁷.
 */
export const FORMATS: Readonly<Record<OutputFormat, FormatFacts>> = {
  jpeg: {
    extension: ".jpg",
    maxSidePx: 65_500,
    holds16Bit: false,
    holdsAlpha: false,
    holdsGray: true,
    defaultQuality: 92,
  },
  png: { extension: ".png", maxSidePx: 1_000_000, holds16Bit: true, holdsAlpha: true, holdsGray: true },
  webp: {
    extension: ".webp",
    maxSidePx: 16_383,
    holds16Bit: false,
    holdsAlpha: true,
    holdsGray: false,
    defaultQuality: 90,
  },
  tiff: { extension: ".tif", maxSidePx: 10_000_000, holds16Bit: true, holdsAlpha: true, holdsGray: true },
  avif: {
    extension: ".avif",
    maxSidePx: 16_384,
    holds16Bit: false,
    holdsAlpha: true,
    holdsGray: false,
    defaultQuality: 70,
  },
};

/** The format of a result: the source's own where it can be written, else PNG (a GIF becomes one), without loss. */
export function outputFormatFor(choice: FormatChoice, sourceFormat: string): OutputFormat {
  if (choice !== "keep") return choice;
  return OUTPUT_FORMATS.find((format) => format === sourceFormat) ?? "png";
}

/**
 * Refuses a result that the format cannot hold.
 * @param source the photo's path, for the sentence
 * @throws SilvergrainError RESULT_TOO_LARGE
 */
export function refuseUnfit(source: string, format: OutputFormat, target: Size): void {
  const { maxSidePx } = FORMATS[format];
  if (Math.max(target.width, target.height) <= maxSidePx) return;
  throw new SilvergrainError(
    "RESULT_TOO_LARGE",
    `${basename(source)} would become ${describeSize(target)}, and ${format.toUpperCase()} holds ${maxSidePx} px a side at most. Use --format tiff or a smaller --scale.`,
  );
}

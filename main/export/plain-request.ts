import type { MontageRequest } from "../core/montage-request.ts";

/** What a photo of an export has at most. */
export const MOST_MEGAPIXELS = 1000;
const WHITE = [255, 255, 255] as const;

/** What a picture is asked for that has nothing around it: on white, without metadata and the place where it was taken. */
export function plainRequest(
  paths: readonly string[],
  wanted: Pick<MontageRequest, "encoding" | "output" | "workDir"> & Partial<MontageRequest>,
): MontageRequest {
  return {
    kind: "grid",
    pictures: paths.map((path) => ({ path, caption: "" })),
    baseline: "lanczos",
    split: { angle: 0, at: 0.5 },
    marginPx: 0,
    dividerPx: 0,
    captionPx: 0,
    background: WHITE,
    dividerColour: WHITE,
    pins: [],
    cropPx: 1,
    sharpen: "none",
    keepMetadata: false,
    stripGps: true,
    maxMegapixels: MOST_MEGAPIXELS,
    ...wanted,
  };
}

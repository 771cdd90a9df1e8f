import { type EnhanceRequest, modelKey } from "../core/enhance.ts";
import { hashText } from "./hash-file.ts";

/** Bumped when decoding or the canvas changes so that older canvases must not be gone on with. */
const CANVAS_GENERATION = 1;

/** Names a canvas by all that its pixels depend on; strength, format and target do not matter to it. */
export function canvasKey(request: Pick<EnhanceRequest, "sourceSha256" | "model" | "passes">): string {
  const parts = [CANVAS_GENERATION, request.sourceSha256, modelKey(request.model), request.passes].join("|");
  return hashText(parts).slice(0, 32);
}

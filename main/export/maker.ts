import type { StopSignal } from "../core/enhance.ts";
import { expected } from "../core/errors.ts";
import type { MontageMaker } from "../core/montage-request.ts";
import { type CaptionWords, compositeRequest } from "./composite.ts";
import type { ExportTools } from "./export-pairs.ts";

/** Makes the pictures of exports by an engine. @param words of captions */
export function makerFor(engine: MontageMaker, words: CaptionWords, signal: StopSignal): ExportTools["make"] {
  return (options) => async (work, part, workDir) => {
    if (work.kind !== "composite") throw expected("an export", "composites", work.kind);
    await engine.montage(compositeRequest(work.item, options, words, part, workDir), { signal });
  };
}

import type { CaptionMask } from "./captions.ts";
import { drawText } from "./codec.ts";
import { fitText } from "./fit-text.ts";

/** No letter of a face is narrower, as a share of the type's height: more of a text is never looked at than there is room for. */
const NARROWEST = 0.1;

/**
 * Sets a line in the faces of the machine, for scripts that none of ours has; Pango shapes it, and turns what is written
 * from right to left.
 * @returns the whole text, or the longest beginning of it that has room before an ellipsis; `undefined` where nothing has
 */
export function setSystemType(text: string, sizePx: number, roomPx: number): Promise<CaptionMask | undefined> {
  const set = (part: string) => drawText(part, sizePx);
  return fitText(text, roomPx, set, ({ width }) => width, Math.ceil(roomPx / (sizePx * NARROWEST)));
}

import sharp from "sharp";
import type { CaptionMask } from "./captions.ts";

/** No letter of a face is narrower, as a share of the type's height: more of a text is never looked at than there is room for. */
const NARROWEST = 0.1;
const ELLIPSIS = "…";

/**
 * Sets a line in the faces of the machine, for scripts that none of ours has; Pango shapes it, and turns what is written
 * from right to left.
 * @returns the whole text, or the longest beginning of it that has room before an ellipsis; `undefined` where nothing has
 */
export async function setSystemType(text: string, sizePx: number, roomPx: number): Promise<CaptionMask | undefined> {
  const most = Math.ceil(roomPx / (sizePx * NARROWEST));
  const letters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment).slice(0, most);
  const shown = letters.join("");
  const whole = await drawn(shown, sizePx);
  if (whole.width <= roomPx && shown === text) return whole;
  let fitting: CaptionMask | undefined;
  let [low, high] = [1, letters.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const mask = await drawn(letters.slice(0, middle).join("").trimEnd() + ELLIPSIS, sizePx);
    if (mask.width <= roomPx) {
      fitting = mask;
      low = middle + 1;
    } else high = middle - 1;
  }
  return fitting;
}

async function drawn(text: string, sizePx: number): Promise<CaptionMask> {
  // The text is Pango's markup: https://docs.gtk.org/Pango/pango_markup.html
  const plain = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const line = sharp({ text: { text: plain, font: `sans ${sizePx}`, dpi: 72, rgba: true } });
  const { data, info } = await line.extractChannel("alpha").raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, coverage: new Uint8Array(data) };
}

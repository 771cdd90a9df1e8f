import type { Font, GlyphRun } from "fontkit";
import type { Size } from "../core/geometry.ts";
import { OutlineFill, type OutlinePoint } from "../core/outline.ts";
import { shownText } from "../core/text.ts";
import { fitText } from "./fit-text.ts";
import { setSystemType } from "./system-type.ts";
import { faceFor } from "./typeface.ts";

/** How much of each px of a line of type is ink, 0 to 255, row by row. */
export interface CaptionMask extends Size {
  readonly coverage: Uint8Array;
}

/** What stands for a character that no face has, where the machine has none either. */
const UNKNOWN = "?";
/** Room above and below the baseline for the tallest letters and the longest tails, as shares of the type's height. */
const ASCENT = 1.05;
const DESCENT = 0.35;
const PX_BESIDE = 1;

/** A piece of text in one face. */
interface TypeRun {
  readonly font: Font;
  readonly glyphs: GlyphRun;
  /** Px of the page for a unit of the face. */
  readonly scale: number;
  readonly widthPx: number;
}

/**
 * Sets one line of type. The text is whatever a file is called: control characters are left out, and what is too long
 * ends with an ellipsis. A line with a character that none of our faces has is set in those of the machine.
 * @param sizePx height of the type, from ascender to descender about
 * @returns `undefined` where there is nothing to be read, or no room for a single letter
 */
export async function setCaption(raw: string, sizePx: number, maxWidthPx: number): Promise<CaptionMask | undefined> {
  const text = shownText(raw);
  if (text === undefined) return undefined;
  const roomPx = maxWidthPx - 2 * PX_BESIDE;
  const known = await knownPart(text);
  if (known !== text) {
    const mask = await setSystemType(text, sizePx, roomPx).catch(() => undefined);
    if (mask !== undefined) return mask;
  }
  const runs = await fitText(known, roomPx, (part) => runsOf(part, sizePx), widthOf);
  return runs === undefined ? undefined : drawn(runs, sizePx);
}

/** The text with a question mark for each character that no face of ours has. */
async function knownPart(text: string): Promise<string> {
  let known = "";
  for (const character of text) {
    const face = await faceFor(character.codePointAt(0) as number);
    known += face === undefined ? UNKNOWN : character;
  }
  return known;
}

function widthOf(runs: readonly TypeRun[]): number {
  return runs.reduce((sum, { widthPx }) => sum + widthPx, 0);
}

/** Text cut where the face changes. */
async function runsOf(text: string, sizePx: number): Promise<readonly TypeRun[]> {
  const pieces: { readonly font: Font; text: string }[] = [];
  for (const character of text) {
    const font = await faceFor(character.codePointAt(0) as number);
    if (font === undefined) throw new Error(`no face of captions has ${character}`);
    const last = pieces.at(-1);
    if (last?.font === font) last.text += character;
    else pieces.push({ font, text: character });
  }
  return pieces.map(({ font, text: piece }) => {
    const glyphs = font.layout(piece);
    const scale = sizePx / font.unitsPerEm;
    return { font, glyphs, scale, widthPx: glyphs.advanceWidth * scale };
  });
}

function drawn(runs: readonly TypeRun[], sizePx: number): CaptionMask {
  const size = {
    width: Math.ceil(widthOf(runs)) + 2 * PX_BESIDE,
    height: Math.ceil(sizePx * (ASCENT + DESCENT)),
  };
  const fill = new OutlineFill(size);
  const baseline = Math.round(sizePx * ASCENT);
  let x = PX_BESIDE;
  for (const { glyphs, scale } of runs) {
    glyphs.glyphs.forEach((glyph, i) => {
      const { xAdvance, xOffset, yOffset } = glyphs.positions[i] ?? { xAdvance: 0, xOffset: 0, yOffset: 0 };
      drawOutline(fill, glyph.path.commands, (px, py) => ({
        x: x + (xOffset + px) * scale,
        y: baseline - (yOffset + py) * scale,
      }));
      x += xAdvance * scale;
    });
  }
  return { ...size, coverage: fill.coverage() };
}

/** @param onPage where a point of the face lies, in px */
function drawOutline(
  fill: OutlineFill,
  commands: GlyphRun["glyphs"][number]["path"]["commands"],
  onPage: (x: number, y: number) => OutlinePoint,
): void {
  let start: OutlinePoint = { x: 0, y: 0 };
  let pen = start;
  const close = () => fill.line(pen, start);
  for (const { command, args } of commands) {
    const point = (at: number) => onPage(args[at] ?? 0, args[at + 1] ?? 0);
    if (command === "moveTo") {
      close();
      start = point(0);
      pen = start;
    } else if (command === "lineTo") {
      fill.line(pen, point(0));
      pen = point(0);
    } else if (command === "quadraticCurveTo") {
      fill.quadratic(pen, point(0), point(2));
      pen = point(2);
    } else if (command === "closePath") {
      close();
      pen = start;
    } else throw new Error(`the faces of captions have curves of another kind: ${command}`);
  }
  close();
}

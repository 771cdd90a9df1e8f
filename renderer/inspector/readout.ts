import i18next from "i18next";
import type { Picture } from "../../preload/contract.ts";
import { type Colour, deltaE00, labOf } from "./delta-e.ts";
import type { Point } from "./geometry.ts";
import type { Layer, Patch } from "./scene.ts";

/** Gives the colour of a picture's px, where it is there. */
export interface Colours {
  colourAt(picture: Picture, x: number, y: number): Colour | undefined;
}

/** What the loupe reads at an image point. */
export interface Reading {
  readonly point: Point;
  readonly before: Colour | undefined;
  readonly after: Colour | undefined;
  /** ΔE00 between the two. */
  readonly deltaE: number | undefined;
  /** Whether the model has computed what is under the point. */
  readonly isComputed: boolean;
}

/** Reads a point of the source and of what is compared with it: of each, the px that the point lies in. */
export function readAt(point: Point, before: Layer, after: Layer, colours: Colours): Reading {
  const was = colourOf(before.picture, before.source, point, colours);
  const patch = after.patches.findLast((each) => patchColour(each, point) !== undefined);
  const isComputed = after.picture !== before.picture || patch !== undefined;
  const is = patch === undefined ? colourOf(after.picture, after.source, point, colours) : patchColour(patch, point);
  const deltaE = was === undefined || is === undefined ? undefined : deltaE00(labOf(was), labOf(is));
  return { point, before: was, after: is, deltaE, isComputed };
}

/** Lines for the readout, figures under figures. @param zoom device px per source px */
export function readingText({ point, before, after, deltaE }: Reading, zoom: number): string {
  const words = [i18next.t("before", { ns: "inspector" }), i18next.t("after", { ns: "inspector" })] as const;
  const width = Math.max(...words.map((word) => [...word].length));
  const line = (word: string, colour: Colour | undefined) =>
    `${word.padEnd(width)}  ${colour === undefined ? "–" : colour.map((level) => String(level).padStart(3)).join(" ")}`;
  return [
    `x ${point.x.toFixed(1)}  y ${point.y.toFixed(1)}  ${Math.round(zoom * 10) / 10}×`,
    line(words[0], before),
    `${line(words[1], after)}${deltaE === undefined ? "" : `  ΔE ${deltaE.toFixed(1)}`}`,
  ].join("\n");
}

function colourOf(picture: Picture, source: { width: number; height: number }, point: Point, colours: Colours) {
  const x = Math.floor((point.x * picture.width) / source.width);
  const y = Math.floor((point.y * picture.height) / source.height);
  return x < 0 || y < 0 || x >= picture.width || y >= picture.height ? undefined : colours.colourAt(picture, x, y);
}

/** `undefined` beside the patch and where it is transparent. */
function patchColour({ area, width, height, samples }: Patch, point: Point): Colour | undefined {
  const x = Math.floor(((point.x - area.x) * width) / area.width);
  const y = Math.floor(((point.y - area.y) * height) / area.height);
  if (x < 0 || y < 0 || x >= width || y >= height) return undefined;
  const [red = 0, green = 0, blue = 0, alpha = 0] = samples.subarray(4 * (y * width + x), 4 * (y * width + x) + 4);
  return alpha === 0 ? undefined : [red, green, blue];
}

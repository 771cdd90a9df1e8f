import type { Rect } from "../core/geometry.ts";
import type { Rgb } from "../core/montage-request.ts";
import type { MontageCaption, MontageLayout, Placement } from "../core/montage-spec.ts";
import { allocateSamples, type BitDepth, maxSample } from "../core/pixels.ts";
import type { Samples } from "../core/resample.ts";
import { dividerRun, dividerShare, originalRun, resultRun } from "../core/split-line.ts";
import type { CaptionMask } from "./captions.ts";

/** Type that is set, and the room that it has. */
export interface SetCaption extends MontageCaption {
  readonly mask: CaptionMask;
}

/** What the rows of a composite are made of. */
export interface MontageParts {
  readonly layout: MontageLayout;
  readonly bits: BitDepth;
  readonly background: Rgb;
  readonly dividerColour: Rgb;
  readonly captions: readonly SetCaption[];
  /** Strips of whole rows of a placement, from top to bottom. */
  readonly rowsOf: (placement: Placement) => AsyncGenerator<Samples>;
}

/** Strips are some rows only, whatever they measure: a row of 48,000 px is 144 kB. */
const STRIP_ROWS = 16;
const BLACK: Rgb = [24, 24, 24];
const WHITE: Rgb = [235, 235, 235];
/** Beyond it the background is light, and dark type is easier to read. */
const MIDDLE_LUMA = 140;

/** The rows of a composite from top to bottom, in strips: RGB, interleaved. The samples are used again for the next strip. */
export async function* montageRows(parts: MontageParts): AsyncGenerator<Samples> {
  const { layout, bits, background } = parts;
  const { width, height } = layout.size;
  const feeds = layout.placements.map((placement) => new RowFeed(placement, parts.rowsOf));
  const bare = filled(width, colourIn(background, bits), bits);
  const strip = allocateSamples(width * 3 * STRIP_ROWS, bits);
  for (let y = 0; y < height; y += STRIP_ROWS) {
    const rows = Math.min(STRIP_ROWS, height - y);
    for (let i = 0; i < rows; i++) {
      const row = strip.subarray(i * width * 3, (i + 1) * width * 3);
      row.set(bare);
      for (const feed of feeds) if (feed.isIn(y + i)) putPicture(row, y + i, layout, feed.placement, await feed.next());
      putDividers(row, y + i, parts);
      for (const caption of parts.captions) putCaption(row, y + i, caption, parts);
    }
    yield strip.subarray(0, rows * width * 3);
  }
}

/** Gives the rows of a placement one at a time; begins to read when the first is asked for. */
class RowFeed {
  private strips: AsyncGenerator<Samples> | undefined;
  private strip: Samples | undefined;
  private at = 0;

  constructor(
    readonly placement: Placement,
    private readonly open: (placement: Placement) => AsyncGenerator<Samples>,
  ) {}

  isIn(y: number): boolean {
    return y >= this.placement.y && y < this.placement.y + this.placement.part.height;
  }

  async next(): Promise<Samples> {
    if (this.strip === undefined || this.at >= this.strip.length) {
      this.strips ??= this.open(this.placement);
      const { value, done } = await this.strips.next();
      if (done === true) throw new Error("a picture of a composite ended too early");
      this.strip = value;
      this.at = 0;
    }
    const end = this.at + this.placement.part.width * 3;
    const row = this.strip.subarray(this.at, end);
    this.at = end;
    return row;
  }
}

/** Of a split picture, only what is on its side of the line. */
function putPicture(row: Samples, y: number, { split }: MontageLayout, placement: Placement, samples: Samples): void {
  const { x, side, part } = placement;
  if (side === undefined || split === undefined) {
    row.set(samples, x * 3);
    return;
  }
  const { pane, line } = split;
  const run = (side === "original" ? originalRun : resultRun)(line, y - pane.y, pane.width);
  const start = Math.max(x, pane.x + run.start);
  const end = Math.min(x + part.width, pane.x + run.end);
  if (start < end) row.set(samples.subarray((start - x) * 3, (end - x) * 3), start * 3);
}

function putDividers(row: Samples, y: number, { layout, bits, dividerColour }: MontageParts): void {
  const colour = colourIn(dividerColour, bits);
  for (const { x, width, ...rect } of layout.dividers) {
    if (y >= rect.y && y < rect.y + rect.height) fill(row, x, x + width, colour);
  }
  if (layout.split === undefined) return;
  const { pane, line, dividerPx } = layout.split;
  if (y < pane.y || y >= pane.y + pane.height) return;
  // A slanted divider's soft edge goes half a px further than its centres.
  const { start, end } = dividerRun(line, y - pane.y, pane.width, dividerPx + 1);
  for (let column = start; column < end; column++) {
    blendInto(row, pane.x + column, colour, dividerShare(line, y - pane.y, column, dividerPx));
  }
}

function putCaption(
  row: Samples,
  y: number,
  { rect, align, mask }: SetCaption,
  { bits, background }: MontageParts,
): void {
  const line = y - rect.y - Math.floor((rect.height - mask.height) / 2);
  if (line < 0 || line >= mask.height) return;
  const ink = colourIn(inkOn(background), bits);
  const left = startOf(rect, mask.width, align);
  for (let x = 0; x < mask.width; x++) {
    const covered = (mask.coverage[line * mask.width + x] as number) / 255;
    blendInto(row, left + x, ink, covered);
  }
}

/** @param share of the colour, 0 to 1 */
function blendInto(row: Samples, x: number, colour: readonly number[], share: number): void {
  if (share === 0) return;
  for (let channel = 0; channel < 3; channel++) {
    const under = row[x * 3 + channel] as number;
    row[x * 3 + channel] = Math.round(under + ((colour[channel] as number) - under) * share);
  }
}

function startOf({ x, width }: Rect, length: number, align: MontageCaption["align"]): number {
  if (align === "start") return x;
  return align === "end" ? x + width - length : x + Math.floor((width - length) / 2);
}

function inkOn([red, green, blue]: Rgb): Rgb {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > MIDDLE_LUMA ? BLACK : WHITE;
}

function colourIn(colour: Rgb, bits: BitDepth): readonly number[] {
  return colour.map((value) => Math.round((value * maxSample(bits)) / 255));
}

function filled(width: number, colour: readonly number[], bits: BitDepth): Samples {
  const row = allocateSamples(width * 3, bits);
  fill(row, 0, width, colour);
  return row;
}

function fill(row: Samples, start: number, end: number, colour: readonly number[]): void {
  for (let x = start; x < end; x++) {
    for (let channel = 0; channel < 3; channel++) row[x * 3 + channel] = colour[channel] as number;
  }
}

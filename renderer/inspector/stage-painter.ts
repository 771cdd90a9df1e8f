import { type Rect, union } from "./geometry.ts";
import { lensBounds } from "./lens.ts";
import { createPainter } from "./paint/painter.ts";
import type { Painter, Pane, Scene } from "./scene.ts";
import type { StageParts } from "./stage-parts.ts";
import type { TileStore } from "./tiles/tile-store.ts";

/** Px around the lenses that their canvas has: half a px of the circle's edge may lie there. */
const MARGIN_PX = 1;

/** A pane of a lens. */
type RoundPane = Pane & Required<Pick<Pane, "circle">>;

/**
 * Paints the stage. The photo has one canvas for all of its panes, and lenses have a small one over it: when only the
 * pointer moves, nothing but what is under the lens is painted and put on the screen.
 */
export class StagePainter {
  private readonly photo: Painter;
  /** Made when it is needed first. */
  private lens: Painter | undefined;
  /** What is on the photo's canvas: panes that are still the same need no new paint. */
  private painted: { readonly panes: readonly Pane[]; readonly beside: readonly Pane[] } | undefined;
  private paintedLens: readonly Pane[] | undefined;

  constructor(
    private readonly parts: Pick<StageParts, "canvas" | "lens" | "lensCanvas">,
    private readonly tiles: TileStore,
  ) {
    this.photo = createPainter(parts.canvas, tiles);
  }

  /** Everything is painted anew the next time. */
  forget(): void {
    this.painted = undefined;
    this.paintedLens = undefined;
  }

  /**
   * Paints the photo's panes, and those of the loupe: round ones over it, others beside it.
   * @returns whether all of it was sharp
   */
  paint(photo: Scene, loupe: readonly Pane[]): boolean {
    const round = loupe.filter(isRound);
    const beside = loupe.filter((pane) => !isRound(pane));
    const isSame = this.painted !== undefined && sameData(this.painted.panes, photo.panes);
    const dirty = sameData(this.painted?.beside, beside)
      ? []
      : [...(this.painted?.beside ?? []), ...beside].map(({ rect }) => rect);
    const scene = { ...photo, panes: [...photo.panes, ...beside] };
    const isSharp = this.photo.paint(scene, isSame ? dirty : undefined);
    this.painted = { panes: photo.panes, beside };
    return this.paintLens(photo, round) && isSharp;
  }

  close(): void {
    this.photo.close();
    this.lens?.close();
  }

  private paintLens({ background }: Scene, panes: readonly RoundPane[]): boolean {
    const { lens, lensCanvas: canvas } = this.parts;
    const [first, ...others] = panes.map(({ circle }) => lensBounds(circle));
    lens.hidden = first === undefined;
    if (first === undefined) {
      if (this.paintedLens !== undefined) this.lens?.paint({ size: sizeOf(canvas), background, panes: [] }, []);
      this.paintedLens = undefined;
      return true;
    }
    const bounds = grow(others.reduce(union, first));
    const moved = panes.map((pane) => shifted(pane, bounds));
    const { width, height } = bounds;
    this.lens ??= createPainter(canvas, this.tiles);
    const isSame = this.paintedLens !== undefined && sameData(this.paintedLens, moved);
    const isSharp = this.lens.paint({ size: { width, height }, background, panes: moved }, isSame ? [] : undefined);
    this.paintedLens = moved;
    this.place(lens, bounds, moved);
    return isSharp;
  }

  private place({ style }: HTMLElement, { x, y, width, height }: Rect, panes: readonly RoundPane[]): void {
    const css = (px: number) => px / window.devicePixelRatio;
    const size = `${css(width)}px ${css(height)}px`;
    if (this.size !== size) Object.assign(style, { width: `${css(width)}px`, height: `${css(height)}px` });
    this.size = size;
    // A canvas is a rectangle; only the circles on it are to be seen.
    const outline = [...new Set(panes.map(({ circle }) => outlineOf(circle, css)))].join(" ");
    if (this.outline !== outline) style.clipPath = `path("${outline}")`;
    this.outline = outline;
    style.transform = `translate(${css(x)}px, ${css(y)}px)`;
  }
  private size = "";
  private outline = "";
}

function isRound(pane: Pane): pane is RoundPane {
  return pane.circle !== undefined;
}

function outlineOf({ centre, radius }: RoundPane["circle"], css: (px: number) => number): string {
  const r = css(radius);
  return `M${css(centre.x) - r} ${css(centre.y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
}

/** A pane on a canvas of its own, which begins at a corner of `bounds`. */
function shifted(pane: RoundPane, { x, y }: Rect): RoundPane {
  const { rect, circle, halfPlane } = pane;
  return {
    ...pane,
    rect: { ...rect, x: rect.x - x, y: rect.y - y },
    circle: { ...circle, centre: { x: circle.centre.x - x, y: circle.centre.y - y } },
    ...(halfPlane && { halfPlane: { ...halfPlane, least: halfPlane.least - halfPlane.x * x - halfPlane.y * y } }),
  };
}

function grow({ x, y, width, height }: Rect): Rect {
  return { x: x - MARGIN_PX, y: y - MARGIN_PX, width: width + 2 * MARGIN_PX, height: height + 2 * MARGIN_PX };
}

function sizeOf({ width, height }: HTMLCanvasElement) {
  return { width, height };
}

/** Whether two values are the same all the way down. Samples are not looked at: they come with a token of their own. */
function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Uint8Array) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => sameData((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

import type { Rect } from "../../../renderer/inspector/geometry.ts";
import { createPainter, type PainterKind } from "../../../renderer/inspector/paint/painter.ts";
import type { Painter, Scene } from "../../../renderer/inspector/scene.ts";
import type { FetchedTile } from "../../../renderer/inspector/tiles/fetch-tile.ts";
import { type TilePlace, tileSize } from "../../../renderer/inspector/tiles/tile-grid.ts";
import { TileStore } from "../../../renderer/inspector/tiles/tile-store.ts";
import { fakeTile } from "./fake-pictures.ts";

/*
 * A canvas that scenes are painted on, with made-up pictures: window.bench has what a test needs. Samples of patches may
 * come as plain lists, as they do from a test.
 */

/** Pictures from this size on are not made px by px: all of their tiles are of one gray. */
const GRAY_FROM = 10_000;

function tileOf(place: TilePlace): FetchedTile {
  if (Math.max(place.picture.width, place.picture.height) < GRAY_FROM) return fakeTile(place);
  const { width, height } = tileSize(place);
  return { samples: new Uint8Array(width * height * 3).fill(128), isPreview: false };
}

/** The painter, its canvas, and its tiles. */
class Bench {
  /** Which tiles are not given; the others come at once. */
  held: (place: TilePlace) => boolean = () => false;
  /** Keys and places of tiles that were asked for. */
  readonly asked: string[] = [];
  readonly tiles: TileStore;
  canvas: HTMLCanvasElement;
  painter: Painter;
  private readonly release: (() => void)[] = [];

  constructor(kind: PainterKind, limitBytes = 384e6) {
    this.tiles = new TileStore({
      limitBytes,
      fetchTile: async (place, signal) => {
        this.asked.push(`${place.picture.key}/${place.level}/${place.x}/${place.y}`);
        if (this.held(place)) await new Promise<void>((resolve) => this.release.push(resolve));
        signal.throwIfAborted();
        return tileOf(place);
      },
    });
    document.body.replaceChildren();
    this.canvas = document.createElement("canvas");
    document.body.append(this.canvas);
    this.painter = createPainter(this.canvas, this.tiles, { kind });
  }

  /** Gives the tiles that were held. */
  give(): void {
    this.held = () => false;
    for (const release of this.release.splice(0)) release();
  }

  paint(scene: Scene, dirty?: readonly Rect[]): boolean {
    return this.painter.paint(withBytes(scene), dirty);
  }

  /** Paints until all is sharp and nothing more is to come. */
  async settle(scene: Scene, dirty?: readonly Rect[]): Promise<void> {
    let areas = dirty;
    for (let tries = 0; tries < 3000; tries++) {
      const isSharp = this.paint(scene, areas);
      areas = [];
      if (isSharp && this.tiles.counts().pending === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    throw new Error(`Expected a sharp picture, but tiles were missing: ${JSON.stringify(this.tiles.counts())}`);
  }

  /** The px of a part of what is seen, as RGBA in base64. */
  read({ x, y, width, height }: Rect): string {
    const copy = new OffscreenCanvas(width, height);
    const context = copy.getContext("2d");
    const seen = [...document.querySelectorAll("canvas")].find(({ hidden }) => !hidden);
    if (context === null || seen === undefined) throw new Error("Expected a canvas");
    context.drawImage(seen, -x, -y);
    const { data } = context.getImageData(0, 0, width, height);
    let text = "";
    for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
    return btoa(text);
  }

  /** Median ms of paints, until what was painted can be read. */
  time(scenes: readonly Scene[], dirty: readonly Rect[] | undefined, times: number): number {
    const taken: number[] = [];
    for (let i = 0; i < times; i++) {
      const start = performance.now();
      this.paint(scenes[i % scenes.length] as Scene, dirty);
      const gl = this.canvas.getContext("webgl2");
      gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
      taken.push(performance.now() - start);
    }
    return taken.sort((a, b) => a - b)[taken.length >> 1] as number;
  }

  close(): void {
    this.painter.close();
    this.tiles.clear();
  }
}

/** A scene as it came from a test. */
function withBytes(scene: Scene): Scene {
  const layer = <L extends { patches: readonly { samples: Uint8Array }[] }>(from: L): L => ({
    ...from,
    patches: from.patches.map((patch) => ({ ...patch, samples: Uint8Array.from(patch.samples) })),
  });
  const panes = scene.panes.map((pane) => {
    const { content } = pane;
    if (content.kind === "layer") return { ...pane, content: { ...content, layer: layer(content.layer) } };
    if (content.kind !== "difference") return pane;
    return { ...pane, content: { ...content, before: layer(content.before), after: layer(content.after) } };
  });
  return { ...scene, panes };
}

Object.assign(window, {
  openBench: (kind: PainterKind, limitBytes?: number) => {
    window.bench?.close();
    window.bench = new Bench(kind, limitBytes);
  },
});
document.documentElement.dataset.ready = "true";

declare global {
  interface Window {
    bench: Bench;
    openBench(kind: PainterKind, limitBytes?: number): void;
  }
}

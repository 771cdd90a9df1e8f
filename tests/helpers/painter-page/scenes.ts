import type { BaselineFilter, Picture } from "../../../preload/contract.ts";
import type { Rect, Size } from "../../../renderer/inspector/geometry.ts";
import type { Content, Layer, Pane, Patch, Scene } from "../../../renderer/inspector/scene.ts";
import type { View } from "../../../renderer/inspector/view.ts";

/* Scenes for tests of the painter. */

export const SURFACE: Size = { width: 300, height: 200 };
export const WHOLE: Rect = { x: 0, y: 0, ...SURFACE };
export const BACKGROUND = [20, 30, 40] as const;

export function layerOf(picture: Picture, options: Partial<Layer> = {}): Layer {
  const source = options.source ?? { width: picture.width, height: picture.height };
  return { filter: "screen", patches: [], picture, ...options, source };
}

export function sceneOf(panes: readonly Pane[], size: Size = SURFACE): Scene {
  return { size, background: BACKGROUND, panes };
}

export function paneOf(layer: Layer, view: View, rest: Partial<Pane> = {}): Pane {
  return { rect: WHOLE, view, content: { kind: "layer", layer }, ...rest };
}

/** A view that puts the photo's corner at a whole device px of a pane as large as the surface. */
export function viewAt(x: number, y: number, scale: number, pane: Rect = WHOLE): View {
  return { x: (pane.x + pane.width / 2 - x) / scale, y: (pane.y + pane.height / 2 - y) / scale, scale };
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Any scene: up to three panes of any content, clipped in any way, and a part of it that is dirty. */
export function anyScene(seed: number): { readonly scene: Scene; readonly dirty: readonly Rect[] } {
  const random = randomOf(seed);
  const among = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const pick = <T>(of: readonly T[]) => of[among(0, of.length - 1)] as T;
  const source = { width: among(40, 700), height: among(40, 600) };
  const times = pick([1, 2, 4]);
  const original: Picture = { key: `noise-${source.width}x${source.height}`, ...source };
  const result: Picture = {
    key: `noise-${source.width * times}x${source.height * times}`,
    width: source.width * times,
    height: source.height * times,
  };
  const patch = (): Patch => {
    const [width, height] = [among(2, 40), among(2, 40)];
    const samples = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
      i % 4 === 3 ? pick([0, 255]) : among(0, 255),
    );
    const area = { x: random() * source.width * 0.7, y: random() * source.height * 0.7, width: 31.5, height: 20.25 };
    return { token: `patch-${seed}-${random()}`, area, width, height, samples };
  };
  const layer = (): Layer => ({
    source,
    picture: pick([original, result]),
    filter: pick<BaselineFilter | "screen">(["screen", "nearest", "bicubic", "lanczos"]),
    patches: random() < 0.4 ? [patch()] : [],
  });
  const content = (): Content => {
    const kind = random();
    if (kind < 0.7) return { kind: "layer", layer: layer() };
    if (kind < 0.9) {
      return { kind: "difference", before: layer(), after: layer(), gain: among(1, 8), signed: random() < 0.5 };
    }
    const cells = Array.from({ length: 12 }, () => random() * 20);
    const area = { x: 0, y: 0, ...source };
    return { kind: "trust", map: { cellPx: 16, area, across: 4, down: 3, cells }, threshold: 6 };
  };
  const scale = pick([0.2, 0.35, 0.5, 0.73, 1, 1.37, 2, 2.5, 4, 8, 11.3]);
  const pane = (): Pane => {
    const angle = pick([0, Math.PI / 2, Math.PI, random() * 7]);
    const [x, y] = [Math.round(Math.cos(angle) * 1e9) / 1e9, Math.round(Math.sin(angle) * 1e9) / 1e9];
    const isPart = random() < 0.4;
    const rect = isPart ? { x: among(0, 150), y: among(0, 100), width: among(20, 150), height: among(20, 100) } : WHOLE;
    return {
      rect,
      view: { x: random() * source.width, y: random() * source.height, scale },
      content: content(),
      ...(random() < 0.4 && { halfPlane: { x, y, least: x * among(50, 250) + y * among(30, 170) } }),
      ...(random() < 0.4 && {
        circle: { centre: { x: among(50, 250), y: among(50, 150) }, radius: 20 + random() * 60 },
      }),
      hasGrid: random() < 0.5,
    };
  };
  const panes = Array.from({ length: among(1, 3) }, pane);
  const dirty = Array.from({ length: among(1, 3) }, () => ({
    x: random() * 250,
    y: random() * 150,
    width: random() * 120,
    height: random() * 90,
  }));
  return { scene: sceneOf(panes), dirty };
}

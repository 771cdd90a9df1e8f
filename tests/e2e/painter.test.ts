import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Picture } from "../../preload/contract.ts";
import type { Rect } from "../../renderer/inspector/geometry.ts";
import type { PainterKind } from "../../renderer/inspector/paint/painter.ts";
import type { Layer, Pane, Scene } from "../../renderer/inspector/scene.ts";
import { pxOf } from "../helpers/painter-page/fake-pictures.ts";
import { openBench, openPainterPage, painted } from "../helpers/painter-page/open.ts";

const BACKGROUND = [20, 30, 40] as const;
const SURFACE = { width: 300, height: 200 };
const WHOLE: Rect = { x: 0, y: 0, ...SURFACE };

function layerOf(picture: Picture, { source = picture, filter = "screen", patches = [] }: Partial<Layer> = {}): Layer {
  return { source: { width: source.width, height: source.height }, picture, filter, patches };
}

function sceneOf(panes: readonly Pane[], size = SURFACE): Scene {
  return { size, background: BACKGROUND, panes };
}

let page: Page;
let close: () => Promise<void>;
beforeAll(async () => {
  const open = await openPainterPage();
  page = open.page;
  close = open.close;
});
afterAll(() => close());

describe.each<PainterKind>(["webgl2"])("%s", (kind) => {
  test("at 100 % each px is on one device px", async () => {
    await openBench(page, kind);
    const picture = { key: "coords-a", width: 1100, height: 700 };
    const view = { x: 512.4, y: 511.7, scale: 1 };
    const got = await painted(
      page,
      sceneOf([{ rect: WHOLE, view, content: { kind: "layer", layer: layerOf(picture) } }]),
    );
    const left = Math.round(150 - 512.4);
    const top = Math.round(100 - 511.7);
    for (let y = 0; y < 200; y++) {
      for (let x = 0; x < 300; x++) {
        const inside = y - top < 700;
        expect(got.at(x, y)).toEqual(inside ? pxOf(picture.key, x - left, y - top) : BACKGROUND);
      }
    }
  });
});

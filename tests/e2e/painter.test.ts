import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CUBIC, type Kernel, LANCZOS3, resampleStrips } from "../../main/core/resample.ts";
import type { Picture } from "../../preload/contract.ts";
import { differenceLevel } from "../../renderer/inspector/paint/difference.ts";
import type { PainterKind } from "../../renderer/inspector/paint/painter.ts";
import { TRUST_COLOUR, trustAlpha } from "../../renderer/inspector/paint/trust-colour.ts";
import type { Scene } from "../../renderer/inspector/scene.ts";
import { levelPx, pxOf, type Rgb } from "../helpers/painter-page/fake-pictures.ts";
import { openBench, openPainterPage, Painted, painted, plain } from "../helpers/painter-page/open.ts";
import {
  anyScene,
  BACKGROUND,
  layerOf,
  paneOf,
  SURFACE,
  sceneOf,
  viewAt,
  WHOLE,
} from "../helpers/painter-page/scenes.ts";

const KINDS: readonly PainterKind[] = ["webgl2", "canvas2d"];

let page: Page;
let close: () => Promise<void>;
beforeAll(async () => {
  const open = await openPainterPage();
  page = open.page;
  close = open.close;
});
afterAll(() => close());

/** Compares every device px with what it has to be; says the worst one. */
function expectPx(got: Painted, expected: (x: number, y: number) => Rgb | undefined, within = 0): void {
  let worst = { by: -1, x: 0, y: 0, got: [0, 0, 0] as Rgb, expected: [0, 0, 0] as Rgb };
  for (let y = 0; y < got.height; y++) {
    for (let x = 0; x < got.width; x++) {
      const want = expected(x, y);
      if (want === undefined) continue;
      const is = got.at(x, y);
      const by = Math.max(...want.map((level, channel) => Math.abs(level - (is[channel] as number))));
      if (by > worst.by) worst = { by, x, y, got: is, expected: want };
    }
  }
  expect(worst.by, JSON.stringify(worst)).toBeLessThanOrEqual(within);
  expect(worst.by).toBeGreaterThanOrEqual(0);
}

/** A picture enlarged as a whole by the engine's own arithmetic. */
async function enlarged(picture: Picture, times: number, kernel: Kernel): Promise<(x: number, y: number) => Rgb> {
  const to = { width: picture.width * times, height: picture.height * times };
  const read = (y: number) =>
    Uint8Array.from({ length: picture.width * 3 }, (_, i) => pxOf(picture.key, Math.floor(i / 3), y)[i % 3] as number);
  const out = new Float32Array(to.width * to.height * 3);
  for await (const { y, samples } of resampleStrips(picture, to, 3, kernel, read, 16))
    out.set(samples, y * to.width * 3);
  return (x, y) => {
    const at = (y * to.width + x) * 3;
    const level = (channel: number) => Math.max(0, Math.min(255, out[at + channel] as number));
    return [level(0), level(1), level(2)];
  };
}

describe.each(KINDS)("%s", (kind) => {
  const show = async (scene: Scene) => {
    await openBench(page, kind);
    return painted(page, scene);
  };

  test("at 100 % each px is on one device px, and beyond the photo is the background", async () => {
    const picture = { key: "coords-a", width: 1100, height: 700 };
    const view = { x: 512.4, y: 611.7, scale: 1 };
    const [left, top] = [Math.round(150 - 512.4), Math.round(100 - 611.7)];
    const got = await show(sceneOf([paneOf(layerOf(picture), view)]));
    expectPx(got, (x, y) => (y - top < 700 ? pxOf(picture.key, x - left, y - top) : BACKGROUND));
  });

  test("baselines at 100 % are the photo itself", async () => {
    const picture = { key: "noise-a", width: 400, height: 300 };
    for (const filter of ["nearest", "bicubic", "lanczos"] as const) {
      const got = await show(sceneOf([paneOf(layerOf(picture, { filter }), viewAt(-13, -7, 1))]));
      expectPx(got, (x, y) => pxOf(picture.key, x + 13, y + 7));
    }
  });

  test("at 200 % each px is 2 by 2 device px", async () => {
    const picture = { key: "coords-b", width: 1100, height: 700 };
    const got = await show(sceneOf([paneOf(layerOf(picture), viewAt(-2 * 480 + 1, -2 * 500 + 1, 2))]));
    expectPx(got, (x, y) => pxOf(picture.key, 480 + Math.floor((x - 1) / 2), 500 + Math.floor((y - 1) / 2)));
  });

  test("a result shows its own px: at 100 % of it, the source is at a quarter", async () => {
    const source = { width: 301, height: 207 };
    const picture = { key: "coords-c", width: 1204, height: 828 };
    const got = await show(sceneOf([paneOf(layerOf(picture, { source }), viewAt(-500, -510, 4))]));
    expectPx(got, (x, y) => pxOf(picture.key, x + 500, y + 510));
  });

  test.each([2.37, 2.5, 3, 7.1, 32, 128])(
    "at %f device px for a px, each is of the px that it lies in",
    async (scale) => {
      const picture = { key: "coords-d", width: 700, height: 600 };
      const [left, top] = [Math.round(-505 * scale), Math.round(-509.3 * scale)];
      const got = await show(sceneOf([paneOf(layerOf(picture), viewAt(left, top, scale))]));
      // A centre on the border of two px is in the second, whatever the arithmetic leaves of it.
      const px = (place: number, origin: number) => Math.floor((place + 0.5 - origin) / scale + 1e-6);
      expectPx(got, (x, y) => {
        const [column, row] = [px(x, left), px(y, top)];
        return column < 700 && row < 600 ? pxOf(picture.key, column, row) : BACKGROUND;
      });
    },
  );

  test("between 100 % and 200 % a device px lies between its neighbours, where it should", async () => {
    const picture = { key: "coords-e", width: 250, height: 200 };
    const got = await show(sceneOf([paneOf(layerOf(picture), viewAt(0, 0, 1.37))]));
    expectPx(
      got,
      (x, y) => {
        const [column, row] = [(x + 0.5) / 1.37 - 0.5, (y + 0.5) / 1.37 - 0.5];
        return [Math.max(0, Math.min(249, column)), Math.max(0, Math.min(199, row)), 0];
      },
      0.6,
    );
  });

  test.each([1, 2])("at half and quarter size, a device px is the mean of its px", async (level) => {
    const picture = { key: "noise-b", width: 1201, height: 703 };
    const scale = 0.5 ** level;
    const got = await show(sceneOf([paneOf(layerOf(picture), viewAt(7, 5, scale))]));
    const [across, down] = [Math.round(1201 * scale), Math.round(703 * scale)];
    expectPx(got, (x, y) => {
      if (x < 7 || y < 5 || x - 7 >= across || y - 5 >= down) return BACKGROUND;
      return levelPx({ picture }, level, x - 7, y - 5);
    });
  });

  test.each([0.3, 0.45, 0.7, 0.9])("at scale %f a device px is at the right place", async (scale) => {
    const picture = { key: "coords-f", width: 256, height: 256 };
    const got = await show(sceneOf([paneOf(layerOf(picture), viewAt(3, 2, scale))]));
    const end = 3 + 256 * scale;
    expectPx(
      got,
      (x, y) => {
        if (x < 5 || y < 4 || x > end - 4 || y > Math.min(200, end - 5)) return undefined;
        return [(x + 0.5 - 3) / scale - 0.5, (y + 0.5 - 2) / scale - 0.5, 0];
      },
      // The levels of the pyramid are rounded, and so is what is painted.
      1.1,
    );
  });

  test.each([
    [101, 67, 4],
    [97, 61, 2],
    [99, 63, 2.5],
  ])("a photo of %i by %i px and its result at %f line up at all corners", async (width, height, times) => {
    const original = { key: "coords-g", width, height };
    const picture = { key: "coords-h", width: Math.round(width * times), height: Math.round(height * times) };
    const scale = 2.63;
    const half = { x: 1, y: 0, least: 150 };
    const [left, top] = [11, 9];
    const view = viewAt(left, top, scale);
    const result = paneOf(layerOf(picture, { source: original }), view);
    for (const panes of [
      [result],
      [paneOf(layerOf(original), view)],
      [result, paneOf(layerOf(original), view, { halfPlane: half })],
    ]) {
      const got = await show(sceneOf(panes));
      const right = Math.ceil(left + width * scale - 0.5);
      const bottom = Math.ceil(top + height * scale - 0.5);
      const corners = [left, right - 1].flatMap((x) => [top, bottom - 1].map((y) => [x, y] as const));
      for (const [x, y] of corners) {
        const isOriginal = panes.length === 1 ? panes[0] !== result : x >= 150;
        const shown = isOriginal ? original : picture;
        const px = (place: number, from: number, size: number, of: number) =>
          Math.max(0, Math.min(size - 1, ((place + 0.5 - from) / scale) * (size / of) - 0.5));
        const [column, row] = [px(x, left, shown.width, width), px(y, top, shown.height, height)];
        const is = got.at(x, y);
        expect(Math.abs(is[0] - (column % 256))).toBeLessThan(1.01);
        expect(Math.abs(is[1] - (row % 256))).toBeLessThan(1.01);
      }
      for (const x of [left - 1, right]) expect(got.at(x, top + 5)).toEqual(BACKGROUND);
      for (const y of [top - 1, bottom]) if (y < 200) expect(got.at(left + 5, y)).toEqual(BACKGROUND);
    }
  });

  test.each([
    ["upright", 1, 0],
    ["upright, the other side", -1, 0],
    ["level", 0, 1],
    ["level, the other side", 0, -1],
    ["leaning", Math.cos(0.7), Math.sin(0.7)],
  ])("a half plane is exact: %s", async (_, x, y) => {
    const [one, other] = [
      { key: "coords-i", width: 300, height: 200 },
      { key: "flat-a", width: 300, height: 200 },
    ];
    const halfPlane = { x, y, least: x * 140.3 + y * 90.7 };
    const view = viewAt(0, 0, 1);
    const got = await show(sceneOf([paneOf(layerOf(one), view), paneOf(layerOf(other), view, { halfPlane })]));
    expectPx(got, (column, row) =>
      pxOf(x * (column + 0.5) + y * (row + 0.5) >= halfPlane.least ? other.key : one.key, column, row),
    );
  });

  test("a circle keeps what is outside, and shows the background beyond the photo", async () => {
    const picture = { key: "flat-b", width: 300, height: 200 };
    const lens = { key: "coords-j", width: 300, height: 200 };
    const circle = { centre: { x: 120.5, y: 80.25 }, radius: 50 };
    const got = await show(
      sceneOf([paneOf(layerOf(picture), viewAt(0, 0, 1)), paneOf(layerOf(lens), viewAt(110, 60, 4), { circle })]),
    );
    expectPx(got, (x, y) => {
      const distance = Math.hypot(x + 0.5 - 120.5, y + 0.5 - 80.25);
      if (distance > 50.5) return pxOf(picture.key, x, y);
      if (distance > 49.5) return undefined;
      if (x < 110 || y < 60) return BACKGROUND;
      return pxOf(lens.key, Math.floor((x - 110) / 4), Math.floor((y - 60) / 4));
    });
  });

  test.each([
    ["bicubic", CUBIC, 3],
    ["lanczos", LANCZOS3, 3],
    ["bicubic", CUBIC, 8],
    ["lanczos", LANCZOS3, 8],
  ] as const)("a %s baseline is what the engine makes of it", async (filter, kernel, times) => {
    // Its middle is where four tiles meet.
    const picture = { key: "noise-c", width: 541, height: 533 };
    const reference = await enlarged(picture, times, kernel);
    for (const [x, y] of [
      [0, 0],
      [512 * times - 140, 512 * times - 90],
      [541 * times - 300, 533 * times - 200],
    ] as const) {
      const got = await show(sceneOf([paneOf(layerOf(picture, { filter }), viewAt(-x, -y, times))]));
      expectPx(
        got,
        (column, row) =>
          x + column < 541 * times && y + row < 533 * times ? reference(x + column, y + row) : BACKGROUND,
        1,
      );
    }
  });

  test("a baseline at any scale is evaluated at the centres of device px", async () => {
    const picture = { key: "noise-d", width: 90, height: 70 };
    const scale = 2.713;
    const got = await show(sceneOf([paneOf(layerOf(picture, { filter: "lanczos" }), viewAt(6, 4, scale))]));
    const weights = (place: number) => {
      const all = Array.from({ length: 8 }, (_, i) => Math.floor(place) - 3 + i);
      const values = all.map((px) => LANCZOS3.at(px - place));
      const sum = values.reduce((a, b) => a + b);
      return all.map((px, i) => ({ px, weight: (values[i] as number) / sum }));
    };
    expectPx(
      got,
      (x, y) => {
        const [column, row] = [(x + 0.5 - 6) / scale, (y + 0.5 - 4) / scale];
        if (column < 0 || row < 0 || column >= 90 || row >= 70) return BACKGROUND;
        const sum = [0, 0, 0];
        for (const down of weights(row - 0.5)) {
          for (const across of weights(column - 0.5)) {
            const px = pxOf(picture.key, Math.max(0, Math.min(89, across.px)), Math.max(0, Math.min(69, down.px)));
            for (const i of [0, 1, 2]) sum[i] = (sum[i] as number) + across.weight * down.weight * (px[i] as number);
          }
        }
        return sum.map((level) => Math.max(0, Math.min(255, level))) as unknown as Rgb;
      },
      1,
    );
  });

  test.each([
    [4, false],
    [4, true],
    [1, true],
    [32, false],
  ])("a difference times %i, signed: %s, is as its formula says", async (gain, signed) => {
    const [a, b] = [
      { key: "noise-e", width: 200, height: 150 },
      { key: "coords-k", width: 200, height: 150 },
    ];
    const content = { kind: "difference", before: layerOf(a), after: layerOf(b), gain, signed } as const;
    const got = await show(sceneOf([{ rect: WHOLE, view: viewAt(20, 10, 1), content }]));
    expectPx(
      got,
      (x, y) => {
        if (x < 20 || y < 10 || x >= 220 || y >= 160) return BACKGROUND;
        const [from, to] = [pxOf(a.key, x - 20, y - 10), pxOf(b.key, x - 20, y - 10)];
        return from.map((level, i) => differenceLevel(level, to[i] as number, gain, signed)) as unknown as Rgb;
      },
      1,
    );
  });

  test("patches lie over the photo, and nothing of what is transparent shows", async () => {
    const picture = { key: "flat-c", width: 100, height: 80 };
    const samples = new Uint8Array(16 * 8 * 4);
    for (let i = 0; i < 16 * 8; i++) samples.set(i % 16 < 8 ? [i * 2, 200, 10, 255] : [255, 0, 255, 0], i * 4);
    const patch = { token: "a", area: { x: 10, y: 20, width: 8, height: 4 }, width: 16, height: 8, samples };
    const scene = (scale: number, patches = [patch]) =>
      sceneOf([paneOf(layerOf(picture, { patches }), viewAt(0, 0, scale))]);
    for (const [scale, by] of [
      [2, 1],
      [8, 4],
    ] as const) {
      const got = await show(scene(scale));
      expectPx(got, (x, y) => {
        const [column, row] = [Math.floor(x / by) - 20, Math.floor(y / by) - 40];
        if (column >= 0 && row >= 0 && column < 8 && row < 8) return [(row * 16 + column) * 2, 200, 10];
        return x < 100 * scale && y < 80 * scale ? pxOf(picture.key, 0, 0) : BACKGROUND;
      });
    }
    // Between its px, and none of the hidden magenta.
    const got = await show(scene(3));
    for (let x = 30; x < 54; x++) expect(got.at(x, 65)[2]).toBeLessThanOrEqual(151);
    const without = await painted(page, scene(3, []));
    expect(without.at(35, 65)).toEqual(pxOf(picture.key, 0, 0));
  });

  test("squares of the trust map above the threshold are coloured by what is above it", async () => {
    const picture = { key: "flat-d", width: 70, height: 40 };
    const cells = [0, 6, 7, 9, 12, 40, 3, 8, 6.5, 0, 0, 200, 5, 6, 100];
    const map = { cellPx: 16, area: { x: 0, y: 0, width: 70, height: 40 }, across: 5, down: 3, cells };
    const view = viewAt(9, 3, 3);
    const trust = { rect: WHOLE, view, content: { kind: "trust", map, threshold: 6 } } as const;
    const got = await show(sceneOf([paneOf(layerOf(picture), view), trust]));
    const below = pxOf(picture.key, 0, 0);
    expectPx(
      got,
      (x, y) => {
        if (x < 9 || y < 3 || x >= 219 || y >= 123) return BACKGROUND;
        const cell = Math.floor((y - 3) / 48) * 5 + Math.floor((x - 9) / 48);
        const alpha = trustAlpha(cells[cell] as number, 6);
        return below.map((level, i) => level + ((TRUST_COLOUR[i] as number) - level) * alpha) as unknown as Rgb;
      },
      1,
    );
  });

  test("grid lines are where px of the source begin, one device px wide, from eight device px on", async () => {
    const picture = { key: "flat-e", width: 40, height: 30 };
    const plainPx = pxOf(picture.key, 0, 0);
    const lines = async (scale: number) => {
      const got = await show(sceneOf([paneOf(layerOf(picture), viewAt(0, 0, scale), { hasGrid: true })]));
      return Array.from({ length: 100 }, (_, x) => x).filter((x) => got.at(x, 3)[0] !== plainPx[0]);
    };
    expect(await lines(8)).toEqual(Array.from({ length: 13 }, (_, i) => i * 8));
    expect(await lines(9.5)).toEqual(Array.from({ length: 11 }, (_, i) => Math.ceil(i * 9.5 - 0.5) + 0));
    expect(await lines(7.9)).toEqual([]);
  });

  test("a dirty part painted anew is the same as all of it", async () => {
    for (let seed = 1; seed <= 12; seed++) {
      await openBench(page, kind);
      const [first, second] = [anyScene(seed), anyScene(seed)];
      const whole = await painted(page, first.scene);
      const part = await painted(page, second.scene, second.dirty);
      expect(part.samples.equals(whole.samples), `seed ${seed}`).toBe(true);
      // What is dirty of another scene is painted, and nothing else.
      const other = anyScene(seed + 1000).scene;
      await painted(page, other);
      const mixed = await painted(page, first.scene, first.dirty);
      await openBench(page, kind);
      const wholeOther = await painted(page, other);
      const isDirty = (x: number, y: number) =>
        first.dirty.some(
          (rect) =>
            x >= Math.floor(rect.x) &&
            y >= Math.floor(rect.y) &&
            x < Math.ceil(rect.x + rect.width) &&
            y < Math.ceil(rect.y + rect.height),
        );
      expectPx(mixed, (x, y) => (isDirty(x, y) ? whole.at(x, y) : wholeOther.at(x, y)));
    }
  });

  test("coarser tiles stand in for those that are missing, until they come", async () => {
    await openBench(page, kind);
    const picture = { key: "coords-l", width: 2048, height: 2048 };
    const scene = sceneOf([paneOf(layerOf(picture), viewAt(-900, -900, 1))]);
    const early = await page.evaluate(async (what) => {
      const { bench } = window;
      bench.held = ({ level }) => level < 2;
      let isSharp = bench.paint(what);
      for (let i = 0; i < 20; i++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        isSharp = bench.paint(what, []);
      }
      return { isSharp, text: bench.read({ x: 0, y: 0, ...what.size }) };
    }, plain(scene));
    expect(early.isSharp).toBe(false);
    const got = new Painted(SURFACE.width, SURFACE.height, Buffer.from(early.text, "base64"));
    // Away from where the coordinates start anew.
    expectPx(got, (x, y) => (x > 130 && y > 130 ? [(x + 900) & 255, (y + 900) & 255, 0x44] : undefined), 3);
    const sharp = await page.evaluate(async (what) => {
      window.bench.give();
      await window.bench.settle(what, []);
      return window.bench.read({ x: 0, y: 0, ...what.size });
    }, plain(scene));
    const later = new Painted(SURFACE.width, SURFACE.height, Buffer.from(sharp, "base64"));
    expectPx(later, (x, y) => pxOf(picture.key, x + 900, y + 900));
  });

  test("panning over a picture of 384 megapixels keeps to the limit, and shows no hole", async () => {
    const limit = 60e6;
    await openBench(page, kind, limit);
    const picture = { key: "coords-m", width: 24_000, height: 16_000 };
    const size = { width: 700, height: 500 };
    const rect = { x: 0, y: 0, ...size };
    const views = Array.from({ length: 60 }, (_, i) => ({ x: 500 + i * 380, y: 400 + ((i * 997) % 15_000), scale: 1 }));
    const scenes = views.map((view) => sceneOf([paneOf(layerOf(picture), view, { rect })], size));
    const seen = await page.evaluate(async (all) => {
      const found: { bytes: number; isSharp: boolean; hasHole: boolean }[] = [];
      for (const [i, scene] of all.entries()) {
        window.bench.paint(scene);
        const hole = atob(window.bench.read({ x: 0, y: 0, ...scene.size }));
        // Every fourth view is waited for, the others go by.
        if (i % 4 === 0) await window.bench.settle(scene);
        const [red, green, blue] = scene.background;
        const hasHole = i > 0 && hole.includes(String.fromCharCode(red, green, blue, 255).repeat(50));
        found.push({ bytes: window.bench.tiles.counts().bytes, isSharp: window.bench.paint(scene), hasHole });
      }
      return found;
    }, scenes.map(plain));
    expect(Math.max(...seen.map(({ bytes }) => bytes))).toBeLessThanOrEqual(limit);
    expect(Math.max(...seen.map(({ bytes }) => bytes))).toBeGreaterThan(limit / 2);
    expect(seen.filter(({ hasHole }) => hasHole)).toEqual([]);
    expect(seen.filter(({ isSharp }, i) => i % 4 === 0 && !isSharp)).toEqual([]);
  });
});

test("both painters show the same", async () => {
  for (let seed = 200; seed < 212; seed++) {
    const { scene } = anyScene(seed);
    await openBench(page, "webgl2");
    const one = await painted(page, scene);
    await openBench(page, "canvas2d");
    const other = await painted(page, scene);
    const gain = Math.max(1, ...scene.panes.map(({ content }) => (content.kind === "difference" ? content.gain : 1)));
    let far = 0;
    for (let i = 0; i < one.samples.length; i++) {
      const by = Math.abs((one.samples[i] as number) - (other.samples[i] as number));
      if (by > 1 + gain * 2) far++;
    }
    expect(far, `seed ${seed}`).toBe(0);
  }
});

describe("a lost context", () => {
  const picture = { key: "noise-z", width: 300, height: 200 };
  const scene = sceneOf([paneOf(layerOf(picture), viewAt(0, 0, 1))]);

  test.each([
    ["comes back", true],
    ["does not come back", false],
  ])("that %s: the photo is there again", async (_, comesBack) => {
    await openBench(page, "webgl2");
    await painted(page, scene);
    const text = await page.evaluate(
      async ([what, isGivenBack]) => {
        const { bench } = window;
        const lost = bench.canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context");
        const told = new Promise<void>((resolve) => bench.tiles.onTiles(resolve));
        lost?.loseContext();
        await new Promise((resolve) => setTimeout(resolve, 50));
        bench.paint(what);
        if (isGivenBack) lost?.restoreContext();
        await told;
        await bench.settle(what, []);
        return bench.read({ x: 0, y: 0, ...what.size });
      },
      [plain(scene), comesBack] as const,
    );
    const got = new Painted(SURFACE.width, SURFACE.height, Buffer.from(text, "base64"));
    expectPx(got, (x, y) => pxOf(picture.key, x, y));
    expect(await page.locator("canvas:visible").count()).toBe(1);
  });
});

test("where a driver refuses a shader, the photo is painted without it", async () => {
  const picture = { key: "noise-y", width: 300, height: 200 };
  const scene = sceneOf([paneOf(layerOf(picture), viewAt(0, 0, 1))]);
  await openBench(page, "webgl2");
  await page.evaluate(() => {
    const gl = window.bench.canvas.getContext("webgl2");
    if (gl !== null) gl.getProgramParameter = () => false;
  });
  expectPx(await painted(page, scene), (x, y) => pxOf(picture.key, x, y));
  expect(await page.locator("canvas:visible").count()).toBe(1);
});

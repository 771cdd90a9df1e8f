import { describe, expect, test } from "vitest";
import type { Inspection } from "../../../preload/contract.ts";
import { lensPaint, photoPanes, type SceneParts } from "../../../renderer/inspector/build-scene.ts";
import { dividerStep } from "../../../renderer/inspector/divider-step.ts";
import { type InspectorFacts, inspectorStore } from "../../../renderer/inspector/inspector-store.ts";
import { LensWheel, nextLensZoom } from "../../../renderer/inspector/lens-zooms.ts";
import { panesOf } from "../../../renderer/inspector/panes.ts";
import { readAt, readingText } from "../../../renderer/inspector/readout.ts";
import type { Content, Layer, Patch } from "../../../renderer/inspector/scene.ts";
import { tagsOf } from "../../../renderer/inspector/tags.tsx";

const original = { key: "o", width: 100, height: 60 };
const result = { key: "r", width: 400, height: 240, model: "m", scale: 4, strength: 1, realism: 0, madeMs: 0 };
const inspection: Inspection = {
  photo: 1,
  original,
  results: [result],
  lost: 0,
  waiting: undefined,
  pins: [],
  tests: [],
};

function parts(facts: Partial<InspectorFacts>): SceneParts {
  const view = { x: 50, y: 30, scale: 4 };
  const whole = {
    ...inspectorStore.getState(),
    photo: 1,
    inspection,
    view,
    surface: { width: 400, height: 240 },
    ...facts,
  };
  return { facts: whole, baseline: "lanczos", patchesOf: () => [] };
}

const keyOf = (content: Content) => (content.kind === "layer" ? content.layer.picture.key : content.kind);
const keys = (facts: Partial<InspectorFacts>) => photoPanes(parts(facts)).map(({ content }) => keyOf(content));

describe("the panes", () => {
  test("show in each mode what it is called after", () => {
    expect(keys({ mode: "original" })).toEqual(["o"]);
    expect(keys({ mode: "result" })).toEqual(["r"]);
    expect(keys({ mode: "split" })).toEqual(["o", "r"]);
    expect(keys({ mode: "side" })).toEqual(["o", "r"]);
    expect(keys({ mode: "stacked" })).toEqual(["o", "r"]);
    expect(keys({ mode: "blink", blinkPhase: "before" })).toEqual(["o"]);
    expect(keys({ mode: "blink" })).toEqual(["r"]);
    expect(keys({ mode: "difference" })).toEqual(["difference"]);
    expect(keys({ mode: "slots", slots: [{ kind: "original" }, { kind: "result", key: "r" }] })).toEqual(["o", "r"]);
  });

  test("show the original everywhere while its key is held", () => {
    for (const mode of ["result", "split", "side", "stacked", "blink", "difference"] as const) {
      expect(new Set(keys({ mode, showsBefore: true }))).toEqual(new Set(["o"]));
    }
  });

  test("of a split share the surface without a gap and without an overlap", () => {
    const [before, after] = photoPanes(parts({ mode: "split", divider: { at: 0.3, angle: 20 } }));
    const { x = 0, y = 0, least = 0 } = after?.halfPlane ?? {};
    expect(before?.halfPlane).toEqual({ x: -x, y: -y, least: -least });
  });

  test("show one side of a blind test, and neither name nor loupe", () => {
    const blindTest = {
      a: { kind: "original" },
      b: { kind: "result", key: "r" },
      looksAt: "x",
      xIs: "b",
      trials: 0,
      correct: 0,
    } as const;
    // The other one lies wholly under it, so that its tiles are there as soon.
    const shown = photoPanes(parts({ blindTest, mode: "side" }));
    expect(shown.map(({ content }) => keyOf(content))).toEqual(["o", "r"]);
    expect(shown.map(({ rect }) => rect)).toEqual(Array(2).fill({ x: 0, y: 0, width: 400, height: 240 }));
    expect(keys({ blindTest: { ...blindTest, looksAt: "a" } })).toEqual(["r", "o"]);
    expect(tagsOf(parts({ blindTest }).facts)).toEqual(["blind-x 0 left"]);
    expect(lensPaint(parts({ blindTest, showsLens: true }), { x: 10, y: 10 })).toBeUndefined();
  });

  test("have a view of their own where a slot was moved apart", () => {
    const own = { x: 10, y: 10, scale: 8 };
    const slots = [{ kind: "original" }, { kind: "result", key: "r" }] as const;
    const panes = photoPanes(parts({ mode: "slots", slots, slotViews: [undefined, own] }));
    expect(panes.map(({ view }) => view.scale)).toEqual([4, 8]);
  });
});

describe("the loupe", () => {
  test("looks at the image point under the pointer, and shows it in its middle", () => {
    const paint = lensPaint(parts({ showsLens: true, mode: "result" }), { x: 121, y: 81 });
    expect(paint?.point).toEqual({ x: 121 / 4, y: 81 / 4 });
    expect(paint?.panes[0]?.view).toMatchObject({ x: 121 / 4, y: 81 / 4, scale: 8 });
    expect(paint?.panes[0]?.circle?.centre).toEqual({ x: 121, y: 81 });
    expect(paint?.panes.map(({ content }) => keyOf(content))).toEqual(["o", "r"]);
  });

  test("has a grid from eight device px to a px on", () => {
    const at = (zoom: number) => {
      const lens = { ...inspectorStore.getState().lens, zoom };
      return lensPaint(parts({ showsLens: true, lens }), { x: 100, y: 100 })?.panes[0]?.hasGrid;
    };
    expect([at(6), at(8), at(32)]).toEqual([false, true, true]);
  });

  test("that is pinned stays on its image point when the photo is moved", () => {
    const lens = { ...inspectorStore.getState().lens, pinned: { x: 30, y: 20, pane: 0 } };
    const paint = lensPaint(parts({ showsLens: true, lens, view: { x: 40, y: 30, scale: 4 } }), { x: 3, y: 3 });
    expect(paint?.point).toEqual({ x: 30, y: 20 });
    expect(paint?.panes[0]?.circle?.centre).toEqual({ x: 200 + (30 - 40) * 4, y: 120 + (20 - 30) * 4 });
  });

  test("that is pinned in a slot stays there, on the view of that slot", () => {
    const lens = { ...inspectorStore.getState().lens, pinned: { x: 30, y: 20, pane: 1 } };
    const slots = [{ kind: "original" }, { kind: "result", key: "r" }] as const;
    const own = { x: 30, y: 22, scale: 8 };
    const { facts, ...rest } = parts({ showsLens: true, lens, mode: "slots", slots, slotViews: [undefined, own] });
    const rect = panesOf(facts)[1] ?? { x: 0, y: 0, width: 0, height: 0 };
    const paint = lensPaint({ facts, ...rest }, { x: 3, y: 3 });
    const y = rect.y + rect.height / 2 - 2 * 8;
    expect(paint?.panes[0]?.circle?.centre).toEqual({ x: Math.round(rect.x + rect.width / 2), y: Math.round(y) });
  });

  test("goes through whole scales, by the wheel and back", () => {
    expect(nextLensZoom(8, 1)).toBe(12);
    expect(nextLensZoom(32, 1)).toBe(32);
    expect(nextLensZoom(1, -1)).toBe(1);
    const wheel = new LensWheel();
    expect(wheel.turn(8, -30)).toBe(8);
    expect(wheel.turn(8, -30)).toBe(12);
    expect(wheel.turn(12, 30)).toBe(12);
    expect(wheel.turn(12, 30)).toBe(8);
  });
});

describe("the readout", () => {
  const layer = (picture: Layer["picture"], patches: readonly Patch[] = []): Layer => ({
    source: original,
    picture,
    filter: "screen",
    patches,
  });
  const colours = {
    colourAt: ({ key }: { key: string }, x: number, y: number) => [key === "o" ? 10 : 20, x, y] as const,
  };

  test("reads the px that the point lies in, of either picture", () => {
    const reading = readAt({ x: 12.9, y: 7.2 }, layer(original), layer(result), colours);
    expect(reading.before).toEqual([10, 12, 7]);
    expect(reading.after).toEqual([20, 51, 28]);
    expect(reading.isComputed).toBe(true);
  });

  test("reads what came ahead of the batch, and says where nothing came", () => {
    const samples = new Uint8Array(4 * 4 * 4).fill(255);
    const patch = { token: "t", area: { x: 10, y: 6, width: 1, height: 1 }, width: 4, height: 4, samples };
    const inside = readAt({ x: 10.5, y: 6.5 }, layer(original), layer(original, [patch]), colours);
    expect(inside).toMatchObject({ after: [255, 255, 255], isComputed: true });
    const outside = readAt({ x: 20, y: 6.5 }, layer(original), layer(original, [patch]), colours);
    expect(outside).toMatchObject({ after: [10, 20, 6], isComputed: false });
  });

  test("has nothing to say beside the photo", () => {
    const reading = readAt({ x: -1, y: 7 }, layer(original), layer(result), colours);
    expect(reading).toMatchObject({ before: undefined, after: undefined, deltaE: undefined });
    expect(readingText({ ...reading, point: { x: -1, y: 7 } }, 8)).toContain("x -1.0  y 7.0  8×");
  });
});

test("the divider has the keys of a slider", () => {
  const to = (key: string, isLarge = false) => dividerStep(key, 0.5, isLarge);
  expect([to("ArrowLeft"), to("ArrowUp"), to("ArrowRight"), to("ArrowDown")]).toEqual([0.49, 0.49, 0.51, 0.51]);
  expect([to("PageUp"), to("PageDown"), to("Home"), to("End")]).toEqual([0.4, 0.6, 0, 1]);
  expect([to("ArrowRight", true), to("a")]).toEqual([0.6, undefined]);
});

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { describe, expect, test } from "vitest";
import type { OpenApp } from "../helpers/app.ts";
import { readShot, type Shot, writeCoordinates } from "../helpers/coordinate-picture.ts";
import { addStyles, bare, inspect, settled, stageBox, stageShot } from "../helpers/inspector.ts";
import { startApp } from "../helpers/start-app.ts";
import { tempDir } from "../helpers/temp.ts";

/** The app with one photo in the inspector, shown as it is. */
async function openPhoto(width = 1201, height = 803, deviceScale?: number): Promise<OpenApp> {
  const home = tempDir();
  mkdirSync(join(home, "in"));
  const photo = join(home, "in", "coordinates.png");
  await writeCoordinates(photo, width, height);
  const open = await startApp({ home, paths: [photo], ...(deviceScale === undefined ? {} : { deviceScale }) });
  await inspect(open.page, "coordinates.png");
  await open.page.getByRole("button", { name: "Original", exact: true }).click();
  return open;
}

interface Sample {
  readonly pointer: { readonly x: number; readonly y: number };
  readonly isOver: boolean;
  /** Middle of the lens; `undefined` where it is not there. */
  readonly lens: { readonly x: number; readonly y: number } | undefined;
}

/** Notes in every frame, after it was painted, where the pointer and the lens are. */
async function sampleFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const samples: unknown[] = [];
    let pointer: { x: number; y: number } | undefined;
    const stage = document.querySelector(".stage");
    // As the browser says it, whatever is done to events later on.
    const readX = Object.getOwnPropertyDescriptor(MouseEvent.prototype, "clientX")?.get;
    const readY = Object.getOwnPropertyDescriptor(MouseEvent.prototype, "clientY")?.get;
    let moves = 0;
    const seen = (event: PointerEvent) => {
      moves++;
      pointer = { x: readX?.call(event), y: readY?.call(event) };
    };
    addEventListener("pointermove", seen, true);
    let isInWindow = true;
    addEventListener("pointerover", () => (isInWindow = true), true);
    document.documentElement.addEventListener("pointerleave", () => (isInWindow = false));
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => {
      // It moved on since this frame was painted: that belongs to the next one.
      if (data !== moves) return;
      const ring = document.querySelector<HTMLElement>(".lens-ring:not([hidden])")?.getBoundingClientRect();
      const box = stage?.getBoundingClientRect();
      if (pointer !== undefined && box !== undefined) {
        const isOver =
          isInWindow &&
          pointer.x >= box.left &&
          pointer.y >= box.top &&
          pointer.x < box.right &&
          pointer.y < box.bottom;
        // Its px have an element of their own, which is to be there as well.
        const px = document.querySelector<HTMLElement>(".lens-canvas:not([hidden])")?.getBoundingClientRect();
        const isWhole =
          ring !== undefined &&
          px !== undefined &&
          Math.abs(px.x + px.width / 2 - ring.x - ring.width / 2) <= 0.5 &&
          Math.abs(px.y + px.height / 2 - ring.y - ring.height / 2) <= 0.5;
        const lens =
          ring === undefined || !isWhole ? undefined : { x: ring.x + ring.width / 2, y: ring.y + ring.height / 2 };
        samples.push({ pointer, isOver, lens });
      }
    };
    const frame = () => {
      channel.port2.postMessage(moves);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    Object.assign(window, { samples });
  });
}

async function samplesOf(page: Page): Promise<readonly Sample[]> {
  return page.evaluate(() => (window as unknown as { samples: Sample[] }).samples);
}

/** Two hundred steps over the stage and across each of its edges, out and in again. */
async function walk(page: Page): Promise<void> {
  const { x, y, width, height } = await stageBox(page);
  const [cx, cy] = [x + width / 2, y + height / 2];
  const corners: readonly (readonly [number, number])[] = [
    [x - 30, cy],
    [cx, cy],
    [cx, y - 20],
    [cx + 60, cy],
    [x + width + 40, cy + 40],
    [cx, cy + 30],
    [cx - 40, y + height + 30],
    [cx, cy],
    [x + width - 4, y + height - 4],
    [x + 3, y + 3],
  ];
  await page.mouse.move(cx, cy);
  for (const [toX, toY] of corners) await page.mouse.move(toX, toY, { steps: 20 });
  await page.waitForTimeout(100);
}

/** What is wrong with the lens in the frames: where it was not where the pointer was. */
function flickers(samples: readonly Sample[]): readonly Sample[] {
  return samples.filter(({ pointer, isOver, lens }) => {
    if (!isOver) return false;
    return lens === undefined || Math.hypot(lens.x - pointer.x, lens.y - pointer.y) > 1.001;
  });
}

describe("the loupe", () => {
  test("is where the pointer is, in every frame, across every edge", async () => {
    const { page } = await openPhoto();
    await page.keyboard.press("l");
    await sampleFrames(page);
    await walk(page);
    const samples = await samplesOf(page);
    const over = samples.filter(({ isOver }) => isOver);
    expect(over.length).toBeGreaterThan(100);
    expect(samples.some(({ isOver }) => !isOver)).toBe(true);
    expect(flickers(samples)).toEqual([]);
  });

  test("that reads offsetX from whatever was hit does not pass the same test", async () => {
    const { page } = await openPhoto();
    await page.keyboard.press("l");
    await sampleFrames(page);
    // The twin: what lies over the photo hears pointers, and places are read relative to it.
    await addStyles(page, ".stage > * { pointer-events: auto !important; }");
    await page.evaluate(() => {
      const { left, top } = (document.querySelector(".stage") as HTMLElement).getBoundingClientRect();
      const twin = (name: "clientX" | "clientY", from: "offsetX" | "offsetY", start: number) =>
        Object.defineProperty(MouseEvent.prototype, name, {
          get(this: MouseEvent) {
            return this[from] + start;
          },
        });
      twin("clientX", "offsetX", left);
      twin("clientY", "offsetY", top);
    });
    await walk(page);
    expect(flickers(await samplesOf(page)).length).toBeGreaterThan(20);
  });

  test("draws nothing by React while the pointer moves", async () => {
    const { page } = await openPhoto();
    await page.addInitScript(() => {
      const counter = { commits: 0 };
      Object.assign(window, {
        counter,
        __REACT_DEVTOOLS_GLOBAL_HOOK__: {
          supportsFiber: true,
          renderers: new Map(),
          inject: () => 1,
          onCommitFiberRoot: () => counter.commits++,
          onCommitFiberUnmount: () => {},
          onPostCommitFiberRoot: () => {},
          checkDCE: () => {},
        },
      });
    });
    await page.reload();
    await inspect(page, "coordinates.png");
    await page.getByRole("button", { name: "Split", exact: true }).click();
    await page.keyboard.press("l");
    const { x, y, width, height } = await stageBox(page);
    await page.mouse.move(x + 300, y + 300);
    await page.waitForTimeout(1500);
    const commits = () => page.evaluate(() => (window as unknown as { counter: { commits: number } }).counter.commits);
    expect(await commits()).toBeGreaterThan(0);

    // The live loupe tells when it begins and ends: here the photo is shown as it is, and nothing is computed.
    await page.getByRole("button", { name: "Original", exact: true }).click();
    await page.keyboard.press("Control+1");
    await page.mouse.move(x + 300, y + 300);
    await page.waitForTimeout(1000);
    const before = await commits();
    for (let i = 0; i < 100; i++) {
      await page.mouse.move(x + 200 + ((i * 37) % (width - 400)), y + 100 + ((i * 23) % (height - 200)));
    }
    expect((await commits()) - before).toBe(0);

    // Nor while the photo is dragged, or the divider.
    await page.mouse.down();
    for (let i = 0; i < 50; i++) await page.mouse.move(x + 300 + i * 3, y + 300 + i);
    await page.mouse.up();
    // Letting go of the mouse where it was pressed would be a click; this is none.
    expect((await commits()) - before).toBe(0);
  });
});

/** The image point of a pin that is set by a click there, in source px. */
async function pinAt(page: Page, x: number, y: number, size: { width: number; height: number }) {
  const pins = async () => {
    const all = await page.evaluate(async () => {
      const photos = await window.silvergrain.photos({ offset: 0, limit: 10 });
      const id = photos.ok ? (photos.value[0]?.id ?? 0) : 0;
      const answer = await window.silvergrain.inspect(id, "now");
      return answer.ok ? answer.value.pins : [];
    });
    return all;
  };
  const before = new Set((await pins()).map(({ uid }) => uid));
  await page.keyboard.press("m");
  await page.mouse.click(x, y);
  let found: { x: number; y: number } | undefined;
  await expect
    .poll(async () => {
      found = (await pins()).find(({ uid }) => !before.has(uid));
      return found !== undefined;
    })
    .toBe(true);
  return { x: (found?.x ?? 0) * size.width, y: (found?.y ?? 0) * size.height };
}

/**
 * The image point that is seen at a place of a screenshot, told by the colours: where the left and the upper edge of the px
 * there are tells where in it the place is.
 */
function gridIn(shot: Shot, at: { x: number; y: number }, scale: number) {
  const middle = shot.placeAt(at.x, at.y);
  let left = Math.floor(at.x);
  while (left > 0 && shot.placeAt(left - 1, at.y).x === middle.x) left--;
  let upper = Math.floor(at.y);
  while (upper > 0 && shot.placeAt(at.x, upper - 1).y === middle.y) upper--;
  return { x: middle.x + (at.x - left) / scale, y: middle.y + (at.y - upper) / scale };
}

/** The window as it is on the screen, in device px, whatever the zoom of its page. */
async function windowShot({ app }: OpenApp): Promise<Shot> {
  const png = await app.evaluate(async ({ BrowserWindow }) => {
    const image = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
    return image?.toPNG({ scaleFactor: image.getScaleFactors().at(-1) ?? 1 }).toString("base64") ?? "";
  });
  return readShot(Buffer.from(png, "base64"));
}

describe("the point that is meant", () => {
  const size = { width: 1201, height: 803 };

  for (const deviceScale of [1, 1.25, 2]) {
    test(`is the one that is seen, at ${deviceScale} device px to a CSS px and at every zoom of the page`, async () => {
      const open = await openPhoto(size.width, size.height, deviceScale);
      const { page } = open;
      // The ring of a pin would lie on the place of the next.
      await bare(page);
      await page.keyboard.press("Control+1");
      for (const zoom of [0.8, 1, 1.25]) {
        await open.app.evaluate(({ BrowserWindow }, factor) => {
          BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(factor);
        }, zoom);
        await page.waitForTimeout(300);
        // Sixteen device px to a px of the photo: its edges tell a place to a sixteenth.
        await page.keyboard.press("Control+1");
        for (let i = 0; i < 4; i++) await page.keyboard.press("=");
        await settled(page);
        const ratio = await page.evaluate(() => devicePixelRatio);
        expect(ratio).toBeCloseTo(deviceScale * zoom, 2);
        const stage = await page.evaluate(() => {
          const { x, y, width, height } = (document.querySelector(".stage") as HTMLElement).getBoundingClientRect();
          return { x, y, width, height };
        });
        const client = {
          x: Math.round(stage.x + stage.width * 0.4) + 0.5,
          y: Math.round(stage.y + stage.height * 0.3) + 0.5,
        };
        const shot = await windowShot(open);
        const seen = gridIn(shot, { x: client.x * ratio, y: client.y * ratio }, 16);
        const pin = await pinAt(page, client.x, client.y, size);
        // Half a CSS px, in px of the photo.
        expect(Math.abs(pin.x - seen.x)).toBeLessThanOrEqual((0.5 * ratio) / 16);
        expect(Math.abs(pin.y - seen.y)).toBeLessThanOrEqual((0.5 * ratio) / 16);

        // The lens shows the same point in its middle; to the left of it is the original, eight device px to each px.
        await page.keyboard.press("l");
        const removeStyles = await addStyles(page, ".stage > .lens-canvas { visibility: visible !important; }");
        await page.mouse.move(client.x, client.y);
        await settled(page);
        const lens = await windowShot(open);
        // Lines between the px, at eight, are no px; most of these lie beside them.
        const places = Array.from({ length: 24 }, (_, k) => ({ x: -28 + (k % 8), y: Math.floor(k / 8) }));
        const right = places.filter(({ x, y }) => {
          const is = lens.placeAt(client.x * ratio + x, client.y * ratio + y);
          return Math.abs(is.x + 0.5 - (seen.x + x / 8)) <= 1 && Math.abs(is.y + 0.5 - (seen.y + y / 8)) <= 1;
        });
        expect(right.length).toBeGreaterThanOrEqual(12);
        await page.keyboard.press("l");
        await removeStyles();
      }
    });
  }

  test("is the same when what lies around is scaled, turned and scrolled", async () => {
    const { page } = await openPhoto(size.width, size.height);
    await page.keyboard.press("Control+1");
    for (let i = 0; i < 4; i++) await page.keyboard.press("=");
    await settled(page);
    const stage = await stageBox(page);
    const local = { x: Math.round(stage.width * 0.45), y: Math.round(stage.height * 0.4) };
    const seen = gridIn(await stageShot(page), local, 16);
    for (const [scale, degrees, scroll] of [
      [0.7, 0, 0],
      [1.3, 0, 0],
      [0.8, 12, 0],
      [0.6, -160, 0],
      [1, 0, 60],
      [0.9, 33, 40],
    ] as const) {
      await page.evaluate(
        ([factor, angle, far]) => {
          const room = document.querySelector(".room") as HTMLElement;
          const app = document.querySelector(".app") as HTMLElement;
          room.style.transform = `rotate(${angle}deg) scale(${factor})`;
          room.style.transformOrigin = "50% 50%";
          app.style.height = `${innerHeight}px`;
          const page = document.scrollingElement as HTMLElement;
          // Without bars, which would make the room narrower.
          page.style.overflow = "hidden";
          document.body.style.overflow = "visible";
          document.body.style.height = `calc(100vh + ${far}px)`;
          page.scrollTop = far;
          if (page.scrollTop !== far) throw new Error("The page does not scroll");
        },
        [scale, degrees, scroll] as const,
      );
      await settled(page);
      // Where the point has gone is worked out from the transform, not asked of the page.
      const now = await page.evaluate(() => {
        const room = document.querySelector(".room") as HTMLElement;
        const stage = document.querySelector(".stage") as HTMLElement;
        const { transform } = room.style;
        room.style.transform = "none";
        const whole = room.getBoundingClientRect();
        const part = stage.getBoundingClientRect();
        room.style.transform = transform;
        return {
          cx: whole.x + whole.width / 2,
          cy: whole.y + whole.height / 2,
          x: part.x,
          y: part.y,
          width: part.width,
        };
      });
      if (now.width !== stage.width) throw new Error("The stage has another size");
      const turn = (degrees * Math.PI) / 180;
      const from = { x: now.x + local.x - now.cx, y: now.y + local.y - now.cy };
      const client = {
        x: now.cx + scale * (from.x * Math.cos(turn) - from.y * Math.sin(turn)),
        y: now.cy + scale * (from.x * Math.sin(turn) + from.y * Math.cos(turn)),
      };
      const pin = await pinAt(page, client.x, client.y, size);
      const least = 0.5 / scale / 16 + 1e-3;
      expect(Math.abs(pin.x - seen.x), `${scale} ${degrees} ${scroll}`).toBeLessThanOrEqual(least);
      expect(Math.abs(pin.y - seen.y), `${scale} ${degrees} ${scroll}`).toBeLessThanOrEqual(least);
    }
  });

  test("stays under the pointer through fifty turns of the wheel, and all comes back", async () => {
    const { page } = await openPhoto();
    await page.keyboard.press("Control+1");
    for (let i = 0; i < 2; i++) await page.keyboard.press("=");
    await settled(page);
    await bare(page);
    const { x, y, width, height } = await stageBox(page);
    const at = { x: Math.round(width * 0.37), y: Math.round(height * 0.61) };
    await page.mouse.move(x + at.x, y + at.y);
    const begin = await stageShot(page);
    const exact = gridIn(begin, at, 8);
    const meant = begin.placeAt(at.x, at.y);
    let seed = 7;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    // Between two device px and sixty-four to a px of the photo.
    let level = 3;
    const turns: number[] = [];
    for (let i = 0; i < 50; i++) {
      let turn = Math.round(random() * 4) - 2;
      if (level - turn * 0.4 > 6 || level - turn * 0.4 < 1.5) turn = -turn;
      level -= turn * 0.4;
      turns.push(turn);
      await page.mouse.wheel(0, turn * 120);
      if (i % 10 !== 9) continue;
      await page.waitForTimeout(150);
      const shot = await stageShot(page);
      // The px is still there; and to half a device px: where its edges are tells where in it the pointer is.
      expect(shot.placeAt(at.x, at.y)).toEqual(meant);
    }
    await page.mouse.wheel(0, -turns.reduce((sum, turn) => sum + turn, 0) * 120);
    await settled(page);
    expect(gridIn(await stageShot(page), at, 8)).toEqual(exact);
    const end = await stageShot(page);
    for (const [px, py] of [
      [10, 10],
      [500, 300],
      [width - 20, height - 20],
    ] as const) {
      expect(end.placeAt(px, py)).toEqual(begin.placeAt(px, py));
    }
  });
});

describe("a drag that is lost", () => {
  const losses: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    "to another window": (page) => page.evaluate(() => void window.dispatchEvent(new Event("blur"))),
    "to pointercancel": (page) =>
      page.evaluate(() => {
        document.querySelector(".stage")?.dispatchEvent(new PointerEvent("pointercancel", { pointerId: 1 }));
      }),
    "as its capture is taken": (page) =>
      page.evaluate(() => {
        const stage = document.querySelector(".stage");
        for (let id = 0; id < 20; id++) if (stage?.hasPointerCapture(id)) stage.releasePointerCapture(id);
      }),
    "as the room is left and entered again": async (page) => {
      await page.keyboard.press("g");
      await page.waitForSelector('[role="gridcell"]');
      await page.keyboard.press("Enter");
      await page.waitForSelector(".stage");
      await settled(page);
    },
  };
  for (const [name, lose] of Object.entries(losses)) {
    test(`${name} is over: the next move does not drag`, async () => {
      const { page } = await openPhoto();
      await page.keyboard.press("Control+1");
      await settled(page);
      const { x, y } = await stageBox(page);
      await page.mouse.move(x + 400, y + 300);
      const before = (await stageShot(page)).placeAt(200, 200);
      await page.mouse.down();
      await page.mouse.move(x + 448, y + 320, { steps: 4 });
      await page.waitForTimeout(200);
      const dragged = (await stageShot(page)).placeAt(200, 200);
      // 100 % of the result to be is four device px for a px of the photo.
      expect(dragged).toEqual({ x: before.x - 12, y: before.y - 5 });
      await lose(page);
      await page.mouse.move(x + 600, y + 500, { steps: 4 });
      await page.waitForTimeout(200);
      const left = (await stageShot(page)).placeAt(200, 200);
      await page.mouse.up();
      expect(left).toEqual(dragged);
    });
  }
});

describe("the mask", () => {
  for (const [format, width, height] of [
    ["wide", 1201, 403],
    ["tall", 403, 1201],
  ] as const) {
    test(`on a ${format} photo stays inside it, and what is beside is what is under it`, async () => {
      const { page } = await openPhoto(width, height);
      await page.keyboard.press("l");
      await page.getByRole("button", { name: /loupe options/i }).click();
      await page.getByRole("button", { name: "Beside", exact: true }).click();
      // From eight on there are lines between px, and no px at an edge has its own colour.
      await page.getByRole("button", { name: "4×", exact: true }).click();
      await page.keyboard.press("Escape");
      const { x, y, width: wide, height: high } = await stageBox(page);
      await settled(page);
      // The photo as it is fitted: where it begins, and how large its px are.
      const areaWide = Math.round(wide * 0.55);
      const scale = Math.min(areaWide / width, high / height);
      const corner = {
        x: Math.round(areaWide / 2 - (width / 2) * scale),
        y: Math.round(high / 2 - (height / 2) * scale),
      };
      const places = [
        [0.28, 0.5],
        [0.01, 0.01],
        [0.54, 0.01],
        [0.01, 0.99],
        [0.54, 0.99],
        [0.2, 0.4],
        [0.35, 0.62],
      ] as const;
      for (const [u, v] of places) {
        await page.mouse.move(x + u * wide, y + v * high);
        await settled(page);
        const mask = await page.locator(".stage-mask").boundingBox();
        if (mask === null) throw new Error("There is no mask");
        const show = await bare(page);
        const shot = await stageShot(page);
        await show();
        const besideLeft = areaWide + 2;
        const first = shot.placeAt(besideLeft, 0);
        const last = shot.placeAt(shot.width - 1, shot.height - 1);
        const under = {
          left: (mask.x - x - corner.x) / scale,
          upper: (mask.y - y - corner.y) / scale,
          right: (mask.x - x - corner.x + mask.width) / scale,
          lower: (mask.y - y - corner.y + mask.height) / scale,
        };
        // The px at the edges of what is beside are cut there, so the mask's edges lie in them.
        for (const [edge, px] of [
          [under.left, first.x],
          [under.upper, first.y],
          [under.right, last.x],
          [under.lower, last.y],
        ] as const) {
          expect(edge, `${u}, ${v}`).toBeGreaterThanOrEqual(px - 0.05);
          expect(edge, `${u}, ${v}`).toBeLessThanOrEqual(px + 1.05);
        }
        expect(under.left >= -0.05 && under.upper >= -0.05).toBe(true);
        expect(under.right <= width + 0.05 && under.lower <= height + 0.05).toBe(true);
      }
    });
  }
});

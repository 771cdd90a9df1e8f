import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright";
import type { Rect } from "../../../renderer/inspector/geometry.ts";
import type { PainterKind } from "../../../renderer/inspector/paint/painter.ts";
import type { Scene } from "../../../renderer/inspector/scene.ts";
import { electronArgs, findElectron } from "../../../scripts/electron.js";
import { environmentIn, launchElectron } from "../launch.ts";
import { buildPainterPage } from "./build.ts";
import type {} from "./page.ts";

/** What was painted. */
export class Painted {
  constructor(
    readonly width: number,
    readonly height: number,
    readonly samples: Buffer,
  ) {}

  /** RGB of a device px. */
  at(x: number, y: number): readonly [number, number, number] {
    const at = (y * this.width + x) * 4;
    return [this.samples[at] as number, this.samples[at + 1] as number, this.samples[at + 2] as number];
  }
}

/** The painter's page in a real Electron. */
export async function openPainterPage() {
  const home = mkdtempSync(join(tmpdir(), "silvergrain-painter-"));
  const folder = join(home, "page");
  mkdirSync(folder);
  await buildPainterPage(folder);
  const { path } = await findElectron();
  const args = electronArgs([], { app: folder });
  const app = await launchElectron({ executablePath: path, args, env: environmentIn(home) });
  const page = await app.firstWindow();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  return {
    page,
    close: async () => {
      await app.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A new painter with tiles of its own. */
export function openBench(page: Page, kind: PainterKind, limitBytes?: number): Promise<void> {
  return page.evaluate(([which, limit]) => window.openBench(which, limit), [kind, limitBytes] as const);
}

/** Paints a scene until it is sharp. */
export async function painted(page: Page, scene: Scene, dirty?: readonly Rect[]): Promise<Painted> {
  const { width, height } = scene.size;
  const text = await page.evaluate(
    async ([what, areas]) => {
      await window.bench.settle(what, areas);
      return window.bench.read({ x: 0, y: 0, ...what.size });
    },
    [plain(scene), dirty] as const,
  );
  return new Painted(width, height, Buffer.from(text, "base64"));
}

/** A scene as it can go to the page. */
export function plain(scene: Scene): Scene {
  return JSON.parse(JSON.stringify(scene, (_, value) => (value instanceof Uint8Array ? [...value] : value)));
}

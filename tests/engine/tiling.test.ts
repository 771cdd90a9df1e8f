import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ModelFacts } from "../../main/core/enhance.ts";
import type { Rect, Size } from "../../main/core/geometry.ts";
import type { Samples } from "../../main/core/resample.ts";
import { planTiles } from "../../main/core/tiles.ts";
import { Canvas } from "../../main/engine/canvas.ts";
import { inferTiles } from "../../main/engine/infer.ts";
import { openSession, type Session } from "../../main/engine/session.ts";
import { model } from "../helpers/models.ts";
import { apart, testCard } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

const TAGS = { icc: undefined, iptc: undefined, density: undefined };
let session: Session;

beforeAll(async () => {
  session = await openSession(model("srgan-x4"), "cpu", { threads: 2, allowSpinning: true });
  return () => session.release();
});

/** A card in memory as a source of windows. */
function source(size: Size) {
  const samples = testCard(size.width, size.height);
  return {
    readRect: (rect: Rect): Samples => {
      const out = new Uint8Array(rect.width * rect.height * 3);
      for (let y = 0; y < rect.height; y++) {
        const from = ((rect.y + y) * size.width + rect.x) * 3;
        out.set(samples.subarray(from, from + rect.width * 3), y * rect.width * 3);
      }
      return out;
    },
  };
}

/** Runs the model over a card in tiles of at most `corePx` and gives the whole result. */
async function enhance(size: Size, corePx: number, facts: ModelFacts, partPx = corePx): Promise<Samples> {
  const shape = { source: size, scale: facts.scale, channels: 3, bits: 8, padPx: facts.padPx } as const;
  const plan = planTiles(size, corePx, facts.padPx, facts.scale);
  const canvas = Canvas.openOrCreate(join(tempDir(), "c"), shape, plan, TAGS);
  await inferTiles(source(size), 3, 8, canvas, session, facts, partPx, { signal: undefined, onTile: () => {} });
  const result = canvas.readRect({ x: 0, y: 0, ...canvas.size });
  canvas.close();
  return result;
}

describe("a tiled run of srgan-x4 equals an untiled one", () => {
  test.each([
    [{ width: 1, height: 1 }, 16],
    [{ width: 3, height: 500 }, 96],
    [{ width: 127, height: 255 }, 48],
    [{ width: 641, height: 479 }, 192],
  ])("%j in tiles of %i px", async (size, corePx) => {
    const facts = model("srgan-x4");
    const untiled = await enhance(size, 4096, facts);
    const { largest, equal } = apart(await enhance(size, corePx, facts), untiled);
    console.log(
      `${size.width} × ${size.height}: largest difference ${largest}/255, equal samples ${(equal * 100).toFixed(4)} %`,
    );
    expect(largest).toBeLessThanOrEqual(1);
    expect(equal).toBeGreaterThanOrEqual(0.999);
  });

  test("tiles that are inferred in parts, for want of memory, give the same result", async () => {
    const size = { width: 127, height: 155 };
    const facts = model("srgan-x4");
    const { largest, equal } = apart(await enhance(size, 96, facts, 30), await enhance(size, 4096, facts));
    expect(largest).toBeLessThanOrEqual(1);
    expect(equal).toBeGreaterThanOrEqual(0.999);
  });

  test("the broken twin with no pad is caught", async () => {
    const size = { width: 127, height: 255 };
    const facts = model("srgan-x4");
    const untiled = await enhance(size, 4096, facts);
    const { largest, equal } = apart(await enhance(size, 48, { ...facts, padPx: 0 }), untiled);
    console.log(`no pad: largest difference ${largest}/255, equal samples ${(equal * 100).toFixed(2)} %`);
    expect(largest).toBeGreaterThan(8);
    expect(equal).toBeLessThan(0.999);
  });
});

describe("the manifest's receptive half-width", () => {
  test.each(["srgan-x4", "srresnet-x4"] as const)("%s looks exactly as far as it says", async (id) => {
    const facts = model(id);
    const opened = await openSession(facts, "cpu", { threads: 2, allowSpinning: true });
    const px = 2 * facts.padPx + 17;
    const size = { width: px, height: px };
    const centre = Math.floor(px / 2);
    const window = Float32Array.from(
      { length: 3 * px * px },
      (_, i) => 0.5 + 0.4 * Math.sin(i * 0.37) * Math.cos(i * 0.011),
    );
    const before = Float32Array.from(await opened.run(window, size));
    for (let channel = 0; channel < 3; channel++)
      window[(channel * px + centre) * px + centre] = 1 - (window[(channel * px + centre) * px + centre] as number);
    const after = await opened.run(window, size);
    await opened.release();
    const wide = px * facts.scale;
    let reach = 0;
    before.forEach((value, i) => {
      if (value !== after[i]) reach = Math.max(reach, Math.abs(Math.floor((i % wide) / facts.scale) - centre));
    });
    expect(reach).toBeLessThanOrEqual(facts.padPx);
    // Far weights are tiny, and what they change can vanish in the last bit of a float: a few px short is still the same reach.
    expect(reach).toBeGreaterThanOrEqual(facts.padPx - 12);
    console.log(`${id}: a disturbed pixel changes the result as far as ${reach} px away; pad ${facts.padPx}`);
  });
});

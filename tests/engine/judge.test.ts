import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { judgedWindows, realismOf, squaresOf } from "../../main/core/evaluation.ts";
import { Judge } from "../../main/engine/judge.ts";
import { CATALOGUE } from "../helpers/models.ts";
import { testCard } from "../helpers/photos.ts";

const { discriminator } = CATALOGUE;
const facts = { ...discriminator, file: join(CATALOGUE.folder, discriminator.file) };

describe("the discriminator's score", () => {
  test("is the mean of what it thinks of each square, by region", () => {
    const high = Number.POSITIVE_INFINITY;
    const logits = Float32Array.of(high, high, high, high, -high, -high);
    const score = realismOf(logits, { width: 6, height: 1 }, 16);
    expect(score).toEqual({
      score: expect.closeTo(4 / 6, 6),
      regions: { across: 2, down: 1, regionPx: 64, scores: [1, 0] },
    });
  });

  test("windows cover every square once, with their margin, and begin at squares", () => {
    const picture = { width: 701, height: 333 };
    const squares = squaresOf(picture, 16);
    const seen = new Uint8Array(squares.width * squares.height);
    for (const { window, kept } of judgedWindows(picture, 16, 128, 48)) {
      expect([window.x % 16, window.y % 16]).toEqual([0, 0]);
      expect(window.x + window.width).toBeLessThanOrEqual(picture.width);
      expect(kept.x * 16 - window.x).toBe(Math.min(48, kept.x * 16));
      for (let y = 0; y < kept.height; y++) {
        for (let x = 0; x < kept.width; x++) {
          const at = (kept.y + y) * squares.width + kept.x + x;
          seen[at] = (seen[at] as number) + 1;
        }
      }
    }
    expect(seen.every((count) => count === 1)).toBe(true);
  });

  test("a picture that is judged in windows gets the score of its parts; odd sizes and one pixel do too", async () => {
    const judge = await Judge.open(facts, { threads: 2, allowSpinning: true });
    const size = { width: 1100, height: 90 };
    const samples = testCard(size.width, size.height);
    const whole = await judge.judge({ samples, size, channels: 3 });
    expect(whole.regions).toMatchObject({ across: 18, down: 2 });
    // Its left part alone: away from the cut, every region is what it was.
    const left = { width: 640, height: 90 };
    const cut = new Uint8Array(left.width * left.height * 3);
    for (let y = 0; y < 90; y++) cut.set(samples.subarray(y * 3300, y * 3300 + left.width * 3), y * left.width * 3);
    const part = await judge.judge({ samples: cut, size: left, channels: 3 });
    expect(part.regions.scores.slice(0, 9)).toEqual(whole.regions.scores.slice(0, 9));
    const pixel = await judge.judge({ samples: Uint8Array.of(1), size: { width: 1, height: 1 }, channels: 1 });
    expect(pixel.score).toBeGreaterThan(0);
    expect(pixel.score).toBeLessThan(1);
    await judge.release();
  });
});

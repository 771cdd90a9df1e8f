import { describe, expect, test } from "vitest";
import type { Size } from "../../main/core/geometry.ts";
import { halveRows, levelsOf, PyramidRows, TILE_STRIDE_BYTES, tileOffset, tileSize } from "../../main/core/pyramid.ts";
import { levelCount, TILE_APRON_PX, TILE_PX } from "../../preload/contract.ts";

interface Pixels extends Size {
  readonly at: (x: number, y: number, channel: number) => number;
}

function picture({ width, height }: Size): Uint8Array {
  const samples = new Uint8Array(width * height * 3);
  for (let i = 0; i < samples.length; i++) samples[i] = (i * 37 + (i >> 7) * 11 + (i >> 13)) & 255;
  return samples;
}

/** The levels as the words say them, a px at a time. */
function naiveLevels(size: Size, samples: Uint8Array): readonly Pixels[] {
  const levels: Pixels[] = [{ ...size, at: (x, y, channel) => samples[(y * size.width + x) * 3 + channel] as number }];
  while (levels.length < levelCount(size)) {
    const upper = levels.at(-1) as Pixels;
    const width = Math.ceil(upper.width / 2);
    const height = Math.ceil(upper.height / 2);
    const made = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let channel = 0; channel < 3; channel++) {
          const there: number[] = [];
          for (const [dx, dy] of [
            [0, 0],
            [1, 0],
            [0, 1],
            [1, 1],
          ] as const) {
            if (2 * x + dx < upper.width && 2 * y + dy < upper.height)
              there.push(upper.at(2 * x + dx, 2 * y + dy, channel));
          }
          const sum = there.reduce((all, one) => all + one, 0);
          made[(y * width + x) * 3 + channel] = Math.floor(sum / there.length + 0.5);
        }
      }
    }
    levels.push({ width, height, at: (x, y, channel) => made[(y * width + x) * 3 + channel] as number });
  }
  return levels;
}

async function tilesOf(size: Size, samples: Uint8Array, rowsAtATime: number) {
  const tiles = new Map<string, Uint8Array>();
  const rows: string[] = [];
  const pyramid = new PyramidRows(
    size,
    async (level, x, y, tile) => {
      tiles.set(`${level}/${x}/${y}`, tile.slice());
    },
    (level, y) => rows.push(`${level}/${y}`),
  );
  const step = rowsAtATime * size.width * 3;
  for (let at = 0; at < samples.length; at += step) await pyramid.add(samples.subarray(at, at + step));
  return { tiles, rows };
}

const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value));

describe("the tiles of a pyramid", () => {
  test.each([
    { width: 1, height: 1 },
    { width: 1, height: 5000 },
    { width: 4097, height: 3 },
    { width: 513, height: 511 },
    { width: 512, height: 514 },
    { width: 1027, height: 1025 },
  ])("of $width × $height are the means of the px they cover, aprons and edges included", async (size) => {
    const samples = picture(size);
    const { tiles, rows } = await tilesOf(size, samples, 7);
    const levels = naiveLevels(size, samples);
    let count = 0;
    for (const [number, level] of levelsOf(size).entries()) {
      const exact = levels[number] as Pixels;
      expect(level.size).toEqual({ width: exact.width, height: exact.height });
      for (let y = 0; y < level.down; y++) {
        expect(rows).toContain(`${number}/${y}`);
        for (let x = 0; x < level.across; x++) {
          count++;
          const { width, height } = tileSize(level, x, y) as Size;
          const wanted = new Uint8Array(width * height * 3);
          for (let row = 0; row < height; row++) {
            for (let column = 0; column < width; column++) {
              const px = clamp(x * TILE_PX + column - TILE_APRON_PX, exact.width - 1);
              const py = clamp(y * TILE_PX + row - TILE_APRON_PX, exact.height - 1);
              for (let channel = 0; channel < 3; channel++) {
                wanted[(row * width + column) * 3 + channel] = exact.at(px, py, channel);
              }
            }
          }
          const made = tiles.get(`${number}/${x}/${y}`) as Uint8Array;
          expect(Buffer.compare(made, wanted), `level ${number}, tile ${x}, ${y}`).toBe(0);
        }
      }
    }
    expect(tiles.size).toBe(count);
  });

  test("lie at places of their own, and there are no others", () => {
    const [level] = levelsOf({ width: 1100, height: 600 });
    if (level === undefined) throw new Error("no level");
    expect([level.across, level.down]).toEqual([3, 2]);
    expect(tileOffset(level, 1, 1)).toBe(4 * TILE_STRIDE_BYTES);
    expect(tileSize(level, 2, 1)).toEqual({ width: 1100 - 1024 + 8, height: 600 - 512 + 8 });
    expect(tileSize(level, 3, 0)).toBeUndefined();
    expect(tileSize(level, 0, 2)).toBeUndefined();
    expect(tileSize(level, -1, 0)).toBeUndefined();
  });

  test("a px of level n covers exactly 2^n px", async () => {
    const size = { width: 2048, height: 1536 };
    const samples = new Uint8Array(size.width * size.height * 3);
    // One white px: on every level exactly one px knows of it, the one that covers it.
    const [x, y] = [1037, 771];
    samples.fill(255, (y * size.width + x) * 3, (y * size.width + x + 1) * 3);
    const { tiles } = await tilesOf(size, samples, 64);
    const seen = [1, 2].map((level) => {
      const cover = 2 ** level;
      const tile = { x: Math.floor(x / cover / TILE_PX), y: Math.floor(y / cover / TILE_PX) };
      const made = tiles.get(`${level}/${tile.x}/${tile.y}`) as Uint8Array;
      const { width } = tileSize(levelsOf(size)[level] as never, tile.x, tile.y) as Size;
      const found = made.findIndex((sample) => sample > 0) / 3;
      return [
        (found % width) - TILE_APRON_PX + tile.x * TILE_PX,
        Math.floor(found / width) - TILE_APRON_PX + tile.y * TILE_PX,
      ];
    });
    expect(seen).toEqual([
      [Math.floor(x / 2), Math.floor(y / 2)],
      [Math.floor(x / 4), Math.floor(y / 4)],
    ]);
  });
});

test("two rows are halved without a look beyond the width", () => {
  const target = new Uint8Array(6);
  halveRows(Uint8Array.of(0, 10, 20, 1, 11, 21, 255, 0, 3), Uint8Array.of(2, 10, 20, 3, 12, 22, 255, 0, 4), 3, target);
  expect([...target]).toEqual([2, 11, 21, 255, 0, 4]);
});

import { describe, expect, test } from "vitest";
import { outputFormatFor } from "../../main/core/formats.ts";
import { planScale } from "../../main/core/scale.ts";

const photo = { width: 600, height: 400 };

describe("planScale", () => {
  test.each([
    [{ kind: "native" } as const, 2400, 1600, 1],
    [{ kind: "scale", scale: 1 } as const, 600, 400, 1],
    [{ kind: "scale", scale: 2.5 } as const, 1500, 1000, 1],
    [{ kind: "scale", scale: 8 } as const, 4800, 3200, 2],
    [{ kind: "long-edge", px: 1920 } as const, 1920, 1280, 1],
    [{ kind: "megapixels", megapixels: 6 } as const, 3000, 2000, 2],
  ])("%j of 600 × 400 with a 4× model", (request, width, height, passes) => {
    expect(planScale(photo, request, 4)).toEqual({ target: { width, height }, passes });
  });

  test("a photo that is large enough already is left alone", () => {
    expect(planScale(photo, { kind: "long-edge", px: 600 }, 4)).toBeUndefined();
    expect(planScale(photo, { kind: "megapixels", megapixels: 0.2 }, 4)).toBeUndefined();
  });

  test("a long edge of exactly four times does not cost a second pass for a rounded side", () => {
    expect(planScale({ width: 601, height: 401 }, { kind: "long-edge", px: 2404 }, 4)?.passes).toBe(1);
  });

  test("a scale out of range is refused with what was expected", () => {
    expect(() => planScale(photo, { kind: "scale", scale: 9 }, 4)).toThrow(
      "Expected a number from 1 to 8 for --scale, but received 9.",
    );
  });

  test("a 2× model reaches 8× in three passes", () => {
    expect(planScale(photo, { kind: "scale", scale: 8 }, 2)?.passes).toBe(3);
  });

  test("keep writes the source's format where it can be written, and PNG for a GIF", () => {
    expect(outputFormatFor("keep", "tiff")).toBe("tiff");
    expect(outputFormatFor("keep", "gif")).toBe("png");
    expect(outputFormatFor("webp", "gif")).toBe("webp");
  });
});

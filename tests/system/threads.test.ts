import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { physicalCores, threadPolicy } from "../../main/system/threads.ts";

test("the command line takes every core and spins, a window leaves one free and does not", () => {
  expect(threadPolicy("command-line", 8)).toEqual({ threads: 8, allowSpinning: true });
  expect(threadPolicy("desktop", 8)).toEqual({ threads: 7, allowSpinning: false });
  expect(threadPolicy("desktop", 1)).toEqual({ threads: 1, allowSpinning: false });
});

test("there is a core at least, and no more than this process may use", () => {
  expect(physicalCores()).toBeGreaterThanOrEqual(1);
  expect(physicalCores()).toBeLessThanOrEqual(availableParallelism());
});

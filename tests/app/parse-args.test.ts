import fc from "fast-check";
import { expect, test } from "vitest";
import { parseArgs } from "../../main/app/parse-args.ts";
import { SilvergrainError } from "../../main/core/errors.ts";
import { CALLS, type CallName } from "../../preload/contract.ts";

test("what the contract says is taken", () => {
  expect(parseArgs("photos", [{ offset: 0, limit: 500 }])).toEqual([{ offset: 0, limit: 500 }]);
  expect(parseArgs("judge", [[1, 2], { stars: 3 }])).toEqual([[1, 2], { stars: 3 }]);
  expect(parseArgs("move", [[5], undefined])).toEqual([[5], undefined]);
});

test.each<[CallName, unknown]>([
  ["photos", [{ offset: -1, limit: 500 }]],
  ["photos", [{ offset: 0, limit: 1e9 }]],
  ["photos", { 0: { offset: 0, limit: 1 } }],
  ["judge", [[1.5], { stars: 3 }]],
  ["judge", [[1], { stars: 6 }]],
  ["judge", [[1], { path: "/etc" }]],
  ["enhance", [{ photos: ["/etc/passwd"], recipe: {} }]],
  ["saveSettings", [{ target: "/etc" }]],
  ["saveSettings", [{ looksForUpdates: true }]],
  ["letLookForUpdates", ["yes"]],
  ["savePreset", ["   ", {}]],
  ["open", [1]],
  ["cancel", ["some"]],
])("%s refuses %j", (name, args) => {
  expect(() => parseArgs(name, args)).toThrow(SilvergrainError);
});

test("whatever comes is taken or refused with a sentence", () => {
  const names = Object.keys(CALLS) as CallName[];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.anything({ maxDepth: 3 }), (name, args) => {
      try {
        parseArgs(name, args);
      } catch (error) {
        expect(error).toBeInstanceOf(SilvergrainError);
        expect((error as SilvergrainError).code).toBe("USAGE");
      }
    }),
    { numRuns: 2000 },
  );
});

import { describe, expect, test } from "vitest";
import type { EnhancePlan } from "../../../preload/contract.ts";
import { fits, type PanelFacts, panelState } from "../../../renderer/enhance/panel-state.ts";

const PLAN: EnhancePlan = {
  todo: 3,
  skipped: [],
  failed: [],
  ms: 240_000,
  device: "cpu",
  outputBytes: 1e9,
  workingBytes: 2e9,
  freeBytes: 10e9,
  largest: { width: 15_360, height: 10_240 },
  worn: 0,
};
const READY: PanelFacts = {
  photos: 3,
  isSizeValid: true,
  target: "/home/ana/Enhanced",
  plan: PLAN,
  planFailure: undefined,
  isBusy: false,
};

describe("the button", () => {
  test("enhances when all is there", () => {
    expect(panelState(READY)).toEqual({ action: "enhance", held: undefined });
  });

  test("asks for a folder where there is none", () => {
    expect(panelState({ ...READY, target: undefined })).toEqual({ action: "choose-and-enhance", held: undefined });
  });

  test("waits for no plan", () => {
    expect(panelState({ ...READY, plan: undefined }).held).toBeUndefined();
  });

  test.each<[string, Partial<PanelFacts>]>([
    ["nothing", { photos: 0 }],
    ["size", { isSizeValid: false }],
    ["plan", { plan: undefined, planFailure: "MODEL_UNKNOWN" }],
    ["done", { plan: { ...PLAN, todo: 0 } }],
    ["room", { plan: { ...PLAN, freeBytes: 2.9e9 } }],
    ["busy", { isBusy: true }],
  ])("is held back: %s", (held, facts) => {
    expect(panelState({ ...READY, ...facts }).held).toBe(held);
  });

  test("is not held back for room on a disk that is not chosen yet", () => {
    expect(panelState({ ...READY, target: undefined, plan: { ...PLAN, freeBytes: 1 } }).held).toBeUndefined();
  });
});

test("a plan fits when the disk holds results and working files, to the byte", () => {
  expect(fits({ ...PLAN, freeBytes: 3e9 })).toBe(true);
  expect(fits({ ...PLAN, freeBytes: 3e9 - 1 })).toBe(false);
  expect(fits({ ...PLAN, freeBytes: undefined })).toBe(true);
});

import type { BlindTest, Inspection, Pin, Recipe, ResultPicture, TrustMap } from "../../../preload/contract.ts";

/** What the inspector is to be shown with. */
export const STATES = ["done", "several", "none", "waiting", "failed", "slow", "empty"] as const;
export type State = (typeof STATES)[number];

const PINS: readonly Pin[] = [
  { uid: "pin-00000001", name: "whiskers", x: 0.2714, y: 0.2829 },
  { uid: "pin-00000002", name: "水面的倒影与远处的树", x: 0.101, y: 0.6898 },
  { uid: "pin-00000003", name: "", x: 0.5, y: 0.5 },
  { uid: "pin-00000004", name: "the third rock from the left, behind the second otter", x: 0.9, y: 0.95 },
];

const TESTS: readonly BlindTest[] = [
  { a: "Original · Lanczos", b: "Realistic · 4×", trials: 10, correct: 9, madeMs: 1_715_523_780_000 },
];

const MODELS = ["silvergrain-x4", "srresnet-x4", "srgan-x4"] as const;

/** What there is to be compared with a photo. */
export function fakeInspection(photo: number, state: State, recipe: Recipe): Inspection {
  const results = state === "done" ? 1 : state === "several" ? 3 : 0;
  return {
    photo,
    original: { key: `o${photo}`, width: 3840, height: 2160 },
    results: MODELS.slice(0, results).map((model, at) => fakeResult(photo, model, at)),
    lost: state === "several" ? 1 : 0,
    waiting: state === "waiting" ? recipe : undefined,
    pins: state === "none" ? [] : PINS,
    tests: state === "several" ? TESTS : [],
  };
}

function fakeResult(photo: number, model: string, at: number): ResultPicture {
  return {
    key: `r${photo}-${at}`,
    width: 15_360,
    height: 8640,
    model,
    scale: 4,
    strength: 0.9,
    realism: model === "silvergrain-x4" ? 0.7 : undefined,
    madeMs: 1_715_523_780_000 - at,
  };
}

/** Little differs, but in two places. */
export function fakeTrust(): TrustMap {
  const across = 120;
  const down = 68;
  const near = (at: number, x: number, y: number) => Math.hypot((at % across) - x, Math.floor(at / across) - y) < 6;
  const cells = Array.from({ length: across * down }, (_, at) =>
    near(at, 30, 20) ? 9 : near(at, 90, 50) ? 6 : (at * 7919) % 3,
  );
  return { cellPx: 32, area: { x: 0, y: 0, width: 3840, height: 2160 }, across, down, cells };
}

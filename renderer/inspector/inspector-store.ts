import { createStore } from "zustand/vanilla";
import type { Inspection, LivePatch, Recipe, TrustMap } from "../../preload/contract.ts";
import type { Point, Size } from "./geometry.ts";
import type { View } from "./view.ts";

/** How before and after are shown. */
export const MODES = ["original", "result", "split", "side", "stacked", "blink", "difference", "slots"] as const;
export type Mode = (typeof MODES)[number];

/** What a slot, or the after side of a comparison, shows. */
export type Shown =
  | { readonly kind: "original" }
  /** A finished result, by its key. */
  | { readonly kind: "result"; readonly key: string }
  /** What a recipe gives, ahead of the batch. */
  | { readonly kind: "live"; readonly recipe: Recipe };

/** Where the divider is, and how it leans. */
export interface Divider {
  /** 0 to 1: the share of the surface that shows the original, along the divider's normal. */
  readonly at: number;
  /** Of the line's normal, in degrees: 0 parts left from right, 90 upper from lower. */
  readonly angle: number;
}

export const LENS_FORMS = ["halves", "double", "beside"] as const;

/** The loupe. */
export interface Lens {
  /** One lens in halves; two of them; a mask on the photo with what is in it beside. */
  readonly form: (typeof LENS_FORMS)[number];
  /** Device px per source px: 1 to 32. */
  readonly zoom: number;
  /** In CSS px. */
  readonly radius: number;
  /** The image point that it was pinned to, and the pane; else it follows the pointer. */
  readonly pinned: (Point & { readonly pane: number }) | undefined;
}

/** How the map of what the source does not say is shown. */
export interface Trust {
  readonly kind: "source" | "models";
  readonly map: TrustMap | undefined;
  readonly isLoading: boolean;
  /** Levels of 255 above which a square is marked. */
  readonly threshold: number;
}

/** What is inspected, and how. */
export interface InspectorFacts {
  readonly photo: number | undefined;
  /** `undefined` until it is known. */
  readonly inspection: Inspection | undefined;
  /** Why the photo cannot be shown. */
  readonly failure: { readonly code: string; readonly message: string } | undefined;
  readonly mode: Mode;
  /** What is compared with the original. `undefined` takes the latest result, or the live recipe where there is none. */
  readonly after: Shown | undefined;
  readonly slots: readonly Shown[];
  /** How far a slot was moved away from the shared view, by holding Shift; `undefined` for not at all. */
  readonly slotViews: readonly (View | undefined)[];
  readonly divider: Divider;
  /** Held down: before in place of after. */
  readonly showsBefore: boolean;
  /** The side that blinking shows. */
  readonly blinkPhase: "before" | "after";
  /** Whether it blinks by itself, once a second. */
  readonly blinksByItself: boolean;
  readonly difference: { readonly gain: number; readonly signed: boolean };
  /** `undefined` until the first photo was fitted. */
  readonly view: View | undefined;
  /** Whether the view was not touched since it was fitted: it stays so when the window changes. */
  readonly isFitted: boolean;
  /** The surface in device px. */
  readonly surface: Size;
  readonly devicePixelRatio: number;
  readonly lens: Lens;
  readonly showsLens: boolean;
  /** Marked among the pins. */
  readonly pin: string | undefined;
  /** The next click sets a pin. */
  readonly isPinning: boolean;
  readonly trust: Trust | undefined;
  /** What is computed live with the recipe of the panel, told by the lane. */
  readonly live: { readonly isBusy: boolean; readonly latest: LivePatch | undefined };
  /** Held down: the whole visible part is computed. */
  readonly isLiveView: boolean;
  /** Two pictures that are told apart blindly, while a test goes on. */
  readonly blindTest: BlindTestState | undefined;
}

/** A blind test that goes on: A, B and X are looked at as often as one likes, then it is said which one X is. */
export interface BlindTestState {
  readonly a: Shown;
  readonly b: Shown;
  readonly looksAt: "a" | "b" | "x";
  readonly xIs: "a" | "b";
  readonly trials: number;
  readonly correct: number;
}

export const inspectorStore = createStore<InspectorFacts>(() => ({
  photo: undefined,
  inspection: undefined,
  failure: undefined,
  mode: "split",
  after: undefined,
  slots: [],
  slotViews: [],
  divider: { at: 0.5, angle: 0 },
  showsBefore: false,
  blinkPhase: "after",
  blinksByItself: false,
  difference: { gain: 4, signed: false },
  view: undefined,
  isFitted: true,
  surface: { width: 0, height: 0 },
  devicePixelRatio: 1,
  lens: { form: "halves", zoom: 8, radius: 150, pinned: undefined },
  showsLens: false,
  pin: undefined,
  isPinning: false,
  trust: undefined,
  live: { isBusy: false, latest: undefined },
  isLiveView: false,
  blindTest: undefined,
}));

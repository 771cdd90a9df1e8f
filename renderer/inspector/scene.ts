import type { BaselineFilter, Picture, TrustMap } from "../../preload/contract.ts";
import type { Point, Rect, Size } from "./geometry.ts";
import type { View } from "./view.ts";

/*
 * What is to be painted, as data: made by the stage from the inspector's state, painted by the painter. Sizes and places
 * are in device px of the surface; views speak of source px.
 */

/** Part of a result that came ahead of the batch, see `LivePatch`. */
export interface Patch {
  /** Names its samples; a new one where anything of it changed. */
  readonly token: string;
  /** In source px; edges need not be whole. */
  readonly area: Rect;
  readonly width: number;
  readonly height: number;
  /** RGBA, 8 bit, row by row. */
  readonly samples: Uint8Array;
}

/** A picture as it is shown: tiles, with patches over them. */
export interface Layer {
  /** Of the photo, which the view speaks of. */
  readonly source: Size;
  readonly picture: Picture;
  /**
   * How it is enlarged: `screen` is for what is looked at px by px: smooth below two device px for each of the picture's,
   * squares from there on. The others are baselines, and are computed as such at every size.
   */
  readonly filter: BaselineFilter | "screen";
  /** Painted in their order, over the picture; they are results and enlarged as `screen`. */
  readonly patches: readonly Patch[];
}

export type Content =
  | { readonly kind: "layer"; readonly layer: Layer }
  /** After less before: `signed` about middle gray, else as its amount on black. */
  | {
      readonly kind: "difference";
      readonly before: Layer;
      readonly after: Layer;
      /** 1 to 32. */
      readonly gain: number;
      readonly signed: boolean;
    }
  /** Squares above the threshold, coloured; over what lies below. */
  | { readonly kind: "trust"; readonly map: TrustMap; readonly threshold: number };

/** A part of the surface that shows something. */
export interface Pane {
  readonly rect: Rect;
  readonly view: View;
  readonly content: Content;
  /** Only where `x * place.x + y * place.y >= least`. */
  readonly halfPlane?: { readonly x: number; readonly y: number; readonly least: number };
  /** Only within this circle; what lies outside keeps what was painted before. */
  readonly circle?: { readonly centre: Point; readonly radius: number };
  /** Lines between the source's px. */
  readonly hasGrid?: boolean;
  /** The image point whose colours are read, at whatever size it is shown. */
  readonly point?: Point;
}

/** All that is on the surface, in the order in which it is painted. */
export interface Scene {
  readonly size: Size;
  /** RGB, 0 to 255, where there is no photo. */
  readonly background: readonly [number, number, number];
  readonly panes: readonly Pane[];
}

/** Paints scenes on a canvas. */
export interface Painter {
  /**
   * Paints a scene with what tiles there are; missing ones are asked for, those in sight first, and are stood in for by coarser
   * ones. `onTiles` of the tile store tells when more have come.
   * @param dirty what has changed since the last scene; all of it where it is left out
   * @returns whether everything was sharp
   */
  paint(scene: Scene, dirty?: readonly Rect[]): boolean;
  /** Frees everything that was given to the graphics card. */
  close(): void;
}

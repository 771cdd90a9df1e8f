import type { Failure } from "../../../preload/contract.ts";
import { type FetchTile, sizeFailure, TileFailure } from "./fetch-tile.ts";
import { type Tile, tileSize } from "./tile-grid.ts";
import type { WantedTile } from "./wanted-tile.ts";

export type Order = WantedTile;

/** Runs something after so many ms. @returns what calls it off */
export type Later = (ms: number, run: () => void) => () => void;

/**
 * Tiles that are on their way at a time, at most: enough to keep the main process busy, few enough to change one's mind, and
 * for the first ones not to wait for the others, with which they share the way.
 */
export const MAX_IN_FLIGHT = 4;
/** Ms until the exact tile is asked for after a preview came; half as much again every time. */
const PREVIEW_AGAIN_MS = 300;
const PREVIEW_AGAIN_MOST_MS = 3000;
/** Ms until a tile that failed is tried again; twice as much every time. */
const FAILED_AGAIN_MS = 2000;
const FAILED_AGAIN_MOST_MS = 60_000;

interface Options {
  readonly fetchTile: FetchTile;
  readonly later?: Later;
  readonly onTile: (tile: Tile) => void;
  readonly onFailure: (key: string, failure: Failure) => void;
}

/** Gets tiles in the order in which they are needed, and calls off what no longer is. */
export class TileFetches {
  private orders: readonly Order[] = [];
  private readonly inFlight = new Map<string, { readonly order: Order; readonly abort: AbortController }>();
  /** Those that are asked for again after a while; how long it was the last time. */
  private readonly waiting = new Map<string, { readonly ms: number; cancel: (() => void) | undefined }>();
  private readonly later: Later;

  constructor(private readonly options: Options) {
    this.later = options.later ?? laterByTimer;
  }

  get pending(): number {
    return this.inFlight.size;
  }

  /** Takes the place of all orders before. */
  order(orders: readonly Order[]): void {
    this.orders = orders;
    const ids = new Set(orders.map(({ id }) => id));
    for (const [id, wait] of this.waiting) {
      if (ids.has(id)) continue;
      wait.cancel?.();
      this.waiting.delete(id);
    }
    for (const id of [...this.inFlight.keys()]) if (!ids.has(id)) this.abort(id);
    this.makeRoom();
    this.pump();
  }

  /** What is out of sight gives way to what is in sight and has no place. */
  private makeRoom(): void {
    const next = this.orders.filter(({ id }) => !this.isWaiting(id)).slice(0, MAX_IN_FLIGHT);
    const places = MAX_IN_FLIGHT - this.inFlight.size;
    let short = next.filter(({ id, isInSight }) => isInSight && !this.inFlight.has(id)).length - places;
    const inNext = new Set(next.map(({ id }) => id));
    const current = new Map(this.orders.map((order) => [order.id, order]));
    for (const id of [...this.inFlight.keys()].reverse()) {
      if (short <= 0) return;
      if (inNext.has(id) || current.get(id)?.isInSight === true) continue;
      this.abort(id);
      short--;
    }
  }

  private abort(id: string): void {
    const found = this.inFlight.get(id);
    this.inFlight.delete(id);
    found?.abort.abort();
  }

  private isWaiting(id: string): boolean {
    return this.waiting.get(id)?.cancel !== undefined;
  }

  private pump(): void {
    for (const order of this.orders) {
      if (this.inFlight.size >= MAX_IN_FLIGHT) return;
      if (!this.inFlight.has(order.id) && !this.isWaiting(order.id)) void this.start(order);
    }
  }

  private async start(order: Order): Promise<void> {
    const abort = new AbortController();
    const mine = { order, abort };
    this.inFlight.set(order.id, mine);
    const outcome = await this.get(order, abort.signal);
    // Called off meanwhile, or called off and ordered anew.
    if (this.inFlight.get(order.id) !== mine) return;
    this.inFlight.delete(order.id);
    if (outcome instanceof TileFailure) {
      this.again(order, FAILED_AGAIN_MS, 2, FAILED_AGAIN_MOST_MS);
      this.options.onFailure(order.picture.key, outcome.failure);
    } else {
      if (outcome.isPreview) this.again(order, PREVIEW_AGAIN_MS, 1.5, PREVIEW_AGAIN_MOST_MS);
      else this.done(order.id);
      this.options.onTile(outcome);
    }
    this.pump();
  }

  private async get(order: Order, signal: AbortSignal): Promise<Tile | TileFailure> {
    try {
      const { samples, isPreview } = await this.options.fetchTile(order, signal);
      const { id, picture, level, x, y } = order;
      return sizeFailure(order, samples) ?? { id, picture, level, x, y, ...tileSize(order), samples, isPreview };
    } catch (error) {
      if (error instanceof TileFailure) return error;
      return new TileFailure({
        code: "INTERNAL",
        message: "Expected a part of the photo, but no answer came. Open the photo again.",
      });
    }
  }

  private again({ id }: Order, firstMs: number, growth: number, mostMs: number): void {
    const before = this.waiting.get(id)?.ms;
    const ms = before === undefined ? firstMs : Math.min(mostMs, before * growth);
    const wait: { ms: number; cancel: (() => void) | undefined } = { ms, cancel: undefined };
    wait.cancel = this.later(ms, () => {
      wait.cancel = undefined;
      this.pump();
    });
    this.waiting.set(id, wait);
  }

  private done(id: string): void {
    this.waiting.delete(id);
    this.orders = this.orders.filter((order) => order.id !== id);
  }
}

function laterByTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

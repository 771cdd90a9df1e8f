import type { TilePlace } from "./tile-grid.ts";

/** A tile that is to be there soon. */
export interface WantedTile extends TilePlace {
  readonly id: string;
  /** Whether it is what is to be painted now, or stands in for all of its picture. */
  readonly isInSight: boolean;
}

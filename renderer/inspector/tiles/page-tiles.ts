import { TileStore } from "./tile-store.ts";

/** Of tiles; patches, which are kept beside them, have the rest of 384 MB. */
const LIMIT_BYTES = 288e6;

/** The page's tiles. They stay when the inspector is left: whoever comes back sees at once what was there. */
export const pageTiles = new TileStore({ limitBytes: LIMIT_BYTES });

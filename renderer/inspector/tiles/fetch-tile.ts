import { type Failure, tileUrl } from "../../../preload/contract.ts";
import { type TilePlace, tileSize } from "./tile-grid.ts";

/** What came for a tile. */
export interface FetchedTile {
  /** RGB, 8 bit, row by row, apron included. */
  readonly samples: Uint8Array;
  readonly isPreview: boolean;
}

/** Gets a tile. @throws TileFailure where it cannot be made; anything else where it was aborted */
export type FetchTile = (place: TilePlace, signal: AbortSignal) => Promise<FetchedTile>;

/** Why a tile cannot be shown. */
export class TileFailure extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
    this.name = "TileFailure";
  }
}

/** Marks an answer whose exact tile is still being made. */
export const PREVIEW_HEADER = "x-preview";

/** Gets a tile from the main process. */
export const fetchTile: FetchTile = async (place, signal) => {
  const response = await fetch(tileUrl(place.picture.key, place.level, place.x, place.y), { signal });
  if (!response.ok) throw new TileFailure(await failureIn(response));
  return {
    samples: new Uint8Array(await response.arrayBuffer()),
    isPreview: response.headers.get(PREVIEW_HEADER) === "1",
  };
};

/** What is wrong with a tile's samples; `undefined` when they are as many as they should be. */
export function sizeFailure(place: TilePlace, samples: Uint8Array): TileFailure | undefined {
  const { width, height } = tileSize(place);
  const expected = width * height * 3;
  if (samples.length === expected) return undefined;
  return new TileFailure({
    code: "INTERNAL",
    message: `Expected ${expected} bytes for a part of the photo, but ${samples.length} came. Open the photo again.`,
  });
}

async function failureIn(response: Response): Promise<Failure> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isFailure(body)) return body;
  return {
    code: "INTERNAL",
    message: `Expected a part of the photo, but the answer was ${response.status}. Open the photo again.`,
  };
}

function isFailure(value: unknown): value is Failure {
  if (typeof value !== "object" || value === null) return false;
  return "code" in value && typeof value.code === "string" && "message" in value && typeof value.message === "string";
}

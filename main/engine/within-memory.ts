import { SilvergrainError } from "../core/errors.ts";

/** No tile's core is smaller: a TIFF tile of a model that keeps the size. */
export const MIN_TILE_PX = 16;

/**
 * Infers with tiles of this size, and with half of it each time that memory runs out.
 * @param onHalved told before each further try
 * @returns what `infer` gave, and the size of the tiles that did it
 * @throws SilvergrainError OUT_OF_MEMORY where the smallest tile is still too large; whatever `infer` throws
 */
export async function withinMemory<T>(
  tilePx: number,
  infer: (tilePx: number) => Promise<T>,
  onHalved: () => void = () => {},
): Promise<{ readonly value: T; readonly tilePx: number }> {
  for (let px = tilePx; ; px = Math.max(MIN_TILE_PX, Math.floor(px / 2))) {
    try {
      return { value: await infer(px), tilePx: px };
    } catch (error) {
      const isShort = error instanceof SilvergrainError && error.code === "OUT_OF_MEMORY";
      if (!isShort || px <= MIN_TILE_PX) throw error;
      onHalved();
    }
  }
}

import sharp from "sharp";

/*
 * Pictures whose every px says where it is: red and green carry the low eight bits of x and y, blue the high four of each.
 * Any px of a screenshot tells then which px of the picture it shows. Only without loss, and up to 4096 px a side.
 */

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** RGB samples, row by row. */
export function coordinateSamples(width: number, height: number): Buffer {
  const samples = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) samples.set(colourOf({ x, y }), (y * width + x) * 3);
  }
  return samples;
}

/** The colour of a px. */
export function colourOf({ x, y }: Place): readonly [number, number, number] {
  return [x & 255, y & 255, (x >> 8) | ((y >> 8) << 4)];
}

/** The px that a colour stands for. */
export function placeOf([red, green, blue]: readonly [number, number, number]): Place {
  return { x: red | ((blue & 15) << 8), y: green | ((blue >> 4) << 8) };
}

/** Writes the picture as PNG. @param orientation of EXIF, which is not applied to the samples */
export async function writeCoordinates(path: string, width: number, height: number, orientation = 1): Promise<void> {
  const raw = { raw: { width, height, channels: 3 } } as const;
  const picture = sharp(coordinateSamples(width, height), raw);
  await (orientation === 1 ? picture : picture.withMetadata({ orientation })).png().toFile(path);
}

/** Px of a screenshot. */
export interface Shot {
  readonly width: number;
  readonly height: number;
  colourAt(x: number, y: number): readonly [number, number, number];
  /** The px of the picture that is seen there. */
  placeAt(x: number, y: number): Place;
}

/** Reads a PNG as Playwright gives it. */
export async function readShot(png: Buffer): Promise<Shot> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const colourAt = (x: number, y: number) => {
    if (x < 0 || y < 0 || x >= info.width || y >= info.height) throw new Error(`${x}, ${y} is beside the screenshot`);
    const at = (Math.floor(y) * info.width + Math.floor(x)) * 3;
    return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0] as const;
  };
  return { width: info.width, height: info.height, colourAt, placeAt: (x, y) => placeOf(colourAt(x, y)) };
}

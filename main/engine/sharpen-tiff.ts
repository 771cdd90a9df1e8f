import type { SharpenFor } from "../core/encoding.ts";
import type { Samples } from "../core/resample.ts";
import { SHARPENING, sharpenStrips } from "../core/sharpen.ts";
import { numbersOf, TYPE } from "../core/tiff-ifd.ts";
import { turnsEvery } from "../system/next-turn.ts";
import { TIFF, TiffPixels } from "./tiff-pixels.ts";
import { TiffRowWriter, type TiffTags } from "./tiff-writer.ts";

const STRIP_ROWS = 64;
const SLICE_MS = 100;

/** Writes a working TIFF once more, sharpened, with its profile, IPTC and density. @throws the file system's error */
export async function sharpenTiff(
  workingTiff: string,
  output: string,
  purpose: Exclude<SharpenFor, "none">,
): Promise<void> {
  const pixels = TiffPixels.open(workingTiff);
  try {
    const { size, channels, bits } = pixels.layout;
    const writer = new TiffRowWriter(output, size, channels, bits, tagsOf(pixels));
    const giveWay = turnsEvery(SLICE_MS);
    try {
      const sharp = sharpenStrips(stripsOf(pixels), size.width, channels, bits, SHARPENING[purpose]);
      for await (const rows of sharp) {
        writer.write(rows);
        await giveWay();
      }
    } finally {
      writer.close();
    }
  } finally {
    pixels.close();
  }
}

async function* stripsOf(pixels: TiffPixels): AsyncGenerator<Samples> {
  const { width, height } = pixels.size;
  for (let y = 0; y < height; y += STRIP_ROWS) {
    yield pixels.readRect({ x: 0, y, width, height: Math.min(STRIP_ROWS, height - y) });
  }
}

function tagsOf({ entries }: TiffPixels): TiffTags {
  const opaque = (tag: number) => entries.find((entry) => entry.tag === tag)?.data;
  // A rational is two longs.
  const asLongs = entries.map((entry) => (entry.type === TYPE.rational ? { ...entry, type: TYPE.long } : entry));
  const [density, per] = numbersOf(asLongs, TIFF.xResolution);
  return {
    icc: opaque(TIFF.iccProfile),
    iptc: opaque(TIFF.iptc),
    density: density === undefined ? undefined : density / (per ?? 1),
  };
}

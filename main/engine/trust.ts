import { type FileHandle, open } from "node:fs/promises";
import type { Size } from "../core/geometry.ts";
import { levelsOf, TILE_APRON_PX, TILE_PX, tileOffset, tileSize } from "../core/pyramid.ts";
import { LANCZOS3, resampleStrips } from "../core/resample.ts";
import { boxMeans, type CellMap, CellMeans, cellSide, wholeRatio } from "../core/trust.ts";
import type { PatchFile, PyramidFiles, TrustParts } from "../core/viewing.ts";
import { turnsEvery } from "../system/next-turn.ts";
import { levelFile } from "../system/pyramid-files.ts";
import { systemError } from "../system/system-error.ts";

const CHANNELS = 3;
const SLICE_MS = 50;
const STRIP_ROWS = 64;

/**
 * What a result says that its source does not: the result made as small as the source, by the mean of what a px covers
 * where the ratio is whole and by Lanczos-3 else, less the source; or what two results of one part differ in. The mean
 * absolute difference of each square, in levels of 255.
 * @throws SilvergrainError INTERNAL, …
 */
export async function measureTrust(parts: TrustParts): Promise<CellMap> {
  try {
    return parts.kind === "source" ? await againstSource(parts.source, parts.result) : await betweenModels(parts);
  } catch (error) {
    throw systemError(error, parts.kind === "source" ? parts.result.folder : parts.faithful.path);
  }
}

async function againstSource(source: PyramidFiles, result: PyramidFiles): Promise<CellMap> {
  const means = new CellMeans(source, cellSide(source));
  const giveWay = turnsEvery(SLICE_MS);
  const sourceRows = new RecordRows(source);
  const resultRows = new RecordRows(result);
  try {
    for await (const { y, row } of shrunkRows(result, resultRows, source)) {
      means.add(y, await sourceRows.read(y, 1), row, CHANNELS);
      await giveWay();
    }
    return means.map();
  } finally {
    await Promise.all([sourceRows.close(), resultRows.close()]);
  }
}

async function* shrunkRows(
  from: Size,
  rows: RecordRows,
  to: Size,
): AsyncGenerator<{ readonly y: number; readonly row: Float32Array }> {
  const ratio = wholeRatio(from, to);
  if (ratio === undefined) {
    const read = (y: number, count: number) => rows.read(y, count);
    const size = to.width * CHANNELS;
    for await (const strip of resampleStrips(from, to, CHANNELS, LANCZOS3, read, STRIP_ROWS)) {
      for (let i = 0; i < strip.rows; i++) {
        const row = strip.samples.subarray(i * size, (i + 1) * size);
        // The kernel overshoots, as no picture can.
        for (let sample = 0; sample < size; sample++) {
          row[sample] = Math.max(0, Math.min(255, row[sample] as number));
        }
        yield { y: strip.y + i, row };
      }
    }
    return;
  }
  const row = new Float32Array(to.width * CHANNELS);
  for (let y = 0; y < to.height; y++) {
    boxMeans(await rows.read(y * ratio, ratio), ratio, CHANNELS, row);
    yield { y, row };
  }
}

/** Raw RGBA patches, compared where both are wanted. */
async function betweenModels(parts: Extract<TrustParts, { kind: "models" }>): Promise<CellMap> {
  const { faithful, realistic, scale } = parts;
  const area = { width: faithful.part.width / scale, height: faithful.part.height / scale };
  const means = new CellMeans(area, cellSide(area), scale);
  const giveWay = turnsEvery(SLICE_MS);
  const [one, other] = [await PatchRows.open(faithful), await PatchRows.open(realistic)];
  try {
    for (let y = 0; y < faithful.part.height; y++) {
      means.add(y, await one.read(y), await other.read(y), 4, CHANNELS);
      await giveWay();
    }
    return means.map();
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
}

class PatchRows {
  private readonly row: Uint8Array;

  private constructor(
    private readonly patch: PatchFile,
    private readonly file: FileHandle,
  ) {
    this.row = new Uint8Array(patch.part.width * 4);
  }

  static async open(patch: PatchFile): Promise<PatchRows> {
    return new PatchRows(patch, await open(patch.path, "r"));
  }

  async read(y: number): Promise<Uint8Array> {
    const { part, size } = this.patch;
    await readFully(this.file, this.row, ((part.y + y) * size.width + part.x) * 4);
    return this.row;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** The rows of a pyramid's first level, read a row of tiles at a time and in order. */
class RecordRows {
  private file: FileHandle | undefined;
  private readonly band: Uint8Array;
  private tileRow = -1;
  private readonly rowBytes: number;

  constructor(private readonly picture: PyramidFiles) {
    this.rowBytes = picture.width * CHANNELS;
    this.band = new Uint8Array(this.rowBytes * Math.min(TILE_PX, picture.height));
  }

  /** Packed RGB. What was read before may be another's by then. */
  async read(y: number, count: number): Promise<Uint8Array> {
    const { rowBytes } = this;
    const first = Math.floor(y / TILE_PX);
    if (Math.floor((y + count - 1) / TILE_PX) === first) {
      await this.fill(first);
      const at = (y - first * TILE_PX) * rowBytes;
      return this.band.subarray(at, at + count * rowBytes);
    }
    const rows = new Uint8Array(count * rowBytes);
    for (let i = 0; i < count; i++) rows.set(await this.read(y + i, 1), i * rowBytes);
    return rows;
  }

  async close(): Promise<void> {
    await this.file?.close();
  }

  private async fill(tileRow: number): Promise<void> {
    const [level] = levelsOf(this.picture);
    if (tileRow === this.tileRow || level === undefined) return;
    this.file ??= await open(levelFile(this.picture.folder, 0), "r");
    for (let x = 0; x < level.across; x++) {
      const size = tileSize(level, x, tileRow);
      if (size === undefined) throw new Error("a picture has no such tile");
      const record = new Uint8Array(size.width * size.height * CHANNELS);
      await readFully(this.file, record, tileOffset(level, x, tileRow));
      const bytes = (size.width - 2 * TILE_APRON_PX) * CHANNELS;
      for (let y = 0; y < size.height - 2 * TILE_APRON_PX; y++) {
        const from = ((y + TILE_APRON_PX) * size.width + TILE_APRON_PX) * CHANNELS;
        this.band.set(record.subarray(from, from + bytes), y * this.rowBytes + x * TILE_PX * CHANNELS);
      }
    }
    this.tileRow = tileRow;
  }
}

async function readFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
  if (bytesRead !== bytes.length) throw new Error("a file ended too early");
}

import { rmSync } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import { crc32 } from "node:zlib";
import type { FileStamp, PhotoHeader, StopSignal } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import type { Size } from "../core/geometry.ts";
import { levelsOf, PyramidRows, tileOffset } from "../core/pyramid.ts";
import type { PyramidRequest, TileRow } from "../core/viewing.ts";
import { writeFileAtomically } from "../system/atomic-file.ts";
import { failPoint } from "../system/fail-point.ts";
import { levelFile, manifestFile, manifestText, previewFile } from "../system/pyramid-files.ts";
import { systemError } from "../system/system-error.ts";
import { decodeForViewing, probePhoto, readForViewing } from "./codec.ts";
import { growingRows } from "./growing-rows.ts";
import { LevelFiles } from "./level-files.ts";

/** Longest side of the first level that there is a preview of: a large window's. */
const PREVIEW_PX = 2048;
/** Formats of which libvips decodes no more than a smaller size takes. */
const QUICK_FORMATS = new Set(["jpeg", "webp"]);

/** How a pyramid is watched and stopped while it is made. */
export interface PyramidControl {
  readonly signal?: StopSignal | undefined;
  /** Called when a row of tiles can be read. */
  readonly onTiles?: ((row: TileRow) => void) | undefined;
}

/**
 * Makes the pyramid of a picture file in a folder of its own: upright, in sRGB, 8 bits, a file for each level. The
 * picture is decoded to a file beside the folder, which is read while it grows: the tiles at the top are there long
 * before the last ones, and memory does not grow with the picture. Of formats that allow it there is a preview of the
 * coarse levels first, which is not exact. The list of tiles is written last: a folder without one was not finished.
 * @throws SilvergrainError SOURCE_*, DISK_FULL, TARGET_UNWRITABLE, CANCELLED
 */
export async function makePyramid(request: PyramidRequest, control: PyramidControl = {}): Promise<Size> {
  const { path, folder } = request;
  const { header } = await probePhoto(path, request.maxMegapixels);
  const { size } = header;
  const stamp = request.stamp ?? (await stampOf(path));
  const decoded = `${folder}.${process.pid}-${decodings++}.v`;
  const files = new LevelFiles();
  let decoding: Promise<void> | undefined;
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    await mkdir(folder, { recursive: true });
    const preview = makePreview(request, header, control);
    decoding = decodeForViewing(path, basename(path), header, decoded);
    // Whichever fails first says so; the other one must not be missed by Node.
    preview.catch(() => {});
    decoding.catch(() => {});
    const cutter = new Cutter(size, 0, (level) => levelFile(folder, level), files, false, control);
    for await (const rows of growingRows(decoded, size, decoding, control.signal)) await cutter.add(rows);
    await preview;
    await refuseChanged(path, stamp);
    await files.sync();
    failPoint("mid-pyramid", basename(path));
    writeFileAtomically(manifestFile(folder), manifestText({ ...size, checks: cutter.checks }));
    // From now on the exact tiles are there.
    for (const level of levelsOf(size).keys()) await rm(previewFile(folder, level), { force: true });
    return size;
  } catch (error) {
    await files.close();
    await rm(folder, { recursive: true, force: true });
    throw inWords(error, request);
  } finally {
    await files.close();
    const clean = () => rmSync(decoded, { force: true });
    // libvips cannot be stopped: what nobody waits for is deleted when it is through with it.
    decoding?.then(clean, clean);
  }
}

function inWords(thrown: unknown, { path, folder }: PyramidRequest): SilvergrainError {
  const error = systemError(thrown, folder);
  if (error.code !== "DISK_FULL") return error;
  return new SilvergrainError(
    "DISK_FULL",
    `The disk is full: there is no room for the cache that ${basename(path)} is shown from. Free some space, then open it again.`,
    { cause: thrown },
  );
}

/** Tells the decoded pictures of this process apart. */
let decodings = 0;

async function makePreview({ path, folder }: PyramidRequest, header: PhotoHeader, control: PyramidControl) {
  const levels = levelsOf(header.size);
  const first = levels.findIndex(({ size }) => Math.max(size.width, size.height) <= PREVIEW_PX);
  const size = levels[first]?.size;
  if (first <= 0 || size === undefined || !QUICK_FORMATS.has(header.format)) return;
  const files = new LevelFiles();
  try {
    const rows = await readForViewing(path, basename(path), header, size);
    await new Cutter(size, first, (level) => previewFile(folder, level), files, true, control).add(rows);
  } finally {
    await files.close();
  }
}

/** Writes the tiles of rows, and tells of each row of tiles. */
class Cutter {
  /** For every level, the CRC-32 of its tiles so far. */
  readonly checks: readonly number[][];
  private readonly rows: PyramidRows;

  /** @param first level of the picture that the rows are of */
  constructor(
    size: Size,
    first: number,
    fileOf: (level: number) => string,
    files: LevelFiles,
    isPreview: boolean,
    { signal, onTiles }: PyramidControl,
  ) {
    const levels = levelsOf(size);
    this.checks = levels.map(() => []);
    this.rows = new PyramidRows(
      size,
      async (index, x, y, samples) => {
        const level = levels[index];
        if (level === undefined || signal?.aborted === true) return;
        await files.write(fileOf(first + index), samples, tileOffset(level, x, y));
        this.checks[index]?.push(crc32(samples));
      },
      (index, row) => {
        const checks = this.checks[index]?.slice(row * (levels[index]?.across ?? 0)) ?? [];
        if (signal?.aborted !== true) onTiles?.({ level: first + index, row, checks, isPreview });
      },
    );
  }

  add(rows: Uint8Array): Promise<void> {
    return this.rows.add(rows);
  }
}

async function stampOf(path: string): Promise<FileStamp> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, mtimeMs };
  } catch (error) {
    throw systemError(error, path, "source");
  }
}

async function refuseChanged(path: string, stamp: FileStamp): Promise<void> {
  const now = await stampOf(path);
  if (now.bytes === stamp.bytes && now.mtimeMs === stamp.mtimeMs) return;
  throw new SilvergrainError(
    "SOURCE_CHANGED",
    `${basename(path)} was changed while it was being read. It can be looked at again when that is done.`,
  );
}

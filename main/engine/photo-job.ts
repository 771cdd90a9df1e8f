import { renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type EnhanceRequest, type Note, type StopSignal, weightsKey } from "../core/enhance.ts";
import { FORMATS } from "../core/formats.ts";
import { checkWhole, comparisonSize, difference, type ResultFlag } from "../core/self-check.ts";
import { tileCount } from "../core/tiles.ts";
import { makeFolder, syncFile, syncFolder, writeFileAtomically } from "../system/atomic-file.ts";
import { failPoint } from "../system/fail-point.ts";
import { hashFile } from "../system/hash-file.ts";
import type { CallProgress } from "./call-progress.ts";
import type { Canvas } from "./canvas.ts";
import { encodeResult, readSmall } from "./codec.ts";
import { compose, compositionOf, needsComposing } from "./compose.ts";
import { flagsOf, inferTiles, type WindowSource } from "./infer.ts";
import type { Release } from "./lanes.ts";
import { exifReserveFor, prepareMetadata, type ResultMetadata, writeMetadata } from "./metadata.ts";
import { type OpenPhoto, refuseNewStamp } from "./open-photos.ts";
import type { Session } from "./session.ts";
import { TiffPixels } from "./tiff-pixels.ts";

/** One photo on its way from its decoded pixels to its result. */
export class PhotoJob {
  private readonly notes: Note[] = [];
  private readonly metadata: ResultMetadata;
  private canvases: readonly Canvas[] = [];
  private tilesInferred = 0;

  constructor(
    private readonly request: EnhanceRequest,
    private readonly photo: OpenPhoto,
    version: string,
    private readonly progress: CallProgress,
  ) {
    const { probed, decoded } = photo;
    const enhancement = {
      model: request.model.id,
      modelSha256: weightsKey(request.model),
      scale: round(request.target.width / probed.header.size.width),
      strength: request.strength,
      version,
      sourceSha256: request.sourceSha256,
    };
    const edit = { size: request.target, stripGps: request.stripGps };
    this.metadata = prepareMetadata(request.source, probed, enhancement, edit, request.format);
    // The metadata of a TIFF is read from the file once more, which may have changed since its pixels were.
    refuseNewStamp(request);
    if (this.metadata.partial) this.note("metadata-partial");
    for (const note of decoded.notes) this.note(note);
    const { format } = request;
    if (decoded.bits === 16 && !FORMATS[format].holds16Bit) this.note("reduced-to-8-bit");
    if (decoded.alphaPath !== undefined && !FORMATS[format].holdsAlpha) this.note("alpha-flattened");
  }

  get allNotes(): readonly Note[] {
    return this.notes;
  }

  note(note: Note): void {
    if (!this.notes.includes(note)) this.notes.push(note);
  }

  /** @param takeTurn waits until the next window may be inferred */
  async infer(session: Session, tilePx: number, takeTurn: () => Promise<Release>, signal: StopSignal | undefined) {
    const { photo, request } = this;
    const { channels, bits } = photo.decoded;
    this.openCanvases(tilePx);
    let source: WindowSource = photo.colour;
    let inferenceMs = 0;
    for (const canvas of this.canvases) {
      const onTile = () => {
        this.tilesInferred++;
        this.tellTiles();
      };
      const control = { signal, onTile, takeTurn };
      const outcome = await inferTiles(source, channels, bits, canvas, session, request.model, tilePx, control);
      inferenceMs += outcome.inferenceMs;
      source = canvas;
    }
    photo.removeEarlierPasses();
    failPoint("after-tiles");
    this.tellTiles();
    return { tilesInferred: this.tilesInferred, tilesResumed: this.tilesResumed, inferenceMs };
  }

  /** Compares the result with the photo. */
  async check(): Promise<readonly ResultFlag[]> {
    const { canvas, photo } = this;
    const { channels } = photo.decoded;
    this.progress.enter("check");
    const size = comparisonSize(photo.probed.header.size);
    const small = await readSmall(canvas.path, size, channels);
    const wanted = await readSmall(photo.colourPath, size, channels);
    failPoint("after-check");
    return [...flagsOf(canvas), ...checkWhole(difference(small, wanted))];
  }

  /** Encodes the result under its final name. */
  async write(signal: StopSignal | undefined): Promise<{ readonly bytes: number; readonly sha256: string }> {
    const { request, metadata, canvas, photo } = this;
    const { channels, bits, icc, alphaPath } = photo.decoded;
    this.progress.enter("encode");
    const alpha = alphaPath === undefined ? undefined : TiffPixels.open(alphaPath);
    const temporary = join(request.workDir, `${basename(photo.stem)}.part`);
    try {
      const { target, format, quality } = request;
      const composition = compositionOf(photo, canvas, alpha, request);
      let finalTiff = canvas.path;
      if (needsComposing(composition)) {
        finalTiff = this.composedPath;
        await compose(composition, finalTiff, signal);
      }
      const hasAlpha = alpha !== undefined;
      const convertToSrgb = channels === 1 && icc !== undefined && !FORMATS[format].holdsGray;
      if (convertToSrgb) this.note("converted-to-srgb");
      await encodeResult(finalTiff, temporary, {
        format,
        quality,
        bits,
        gray: channels === 1,
        hasAlpha,
        convertToSrgb,
        xmp: metadata.xmp,
        exifReserve: exifReserveFor(metadata, format),
        rawBytes: target.width * target.height * (channels + (hasAlpha ? 1 : 0)) * (bits / 8),
      });
      writeMetadata(temporary, metadata, format);
      failPoint("after-encode");
      await syncFile(temporary);
      failPoint("after-fsync");
      const sha256 = await hashFile(temporary);
      writeFileAtomically(request.receipt, sha256);
      const { size: bytes } = statSync(temporary);
      makeFolder(dirname(request.output));
      renameSync(temporary, request.output);
      failPoint("after-rename");
      syncFolder(dirname(request.output));
      failPoint("after-folder-fsync");
      return { bytes, sha256 };
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    } finally {
      alpha?.close();
    }
  }

  /** Deletes what only this job needed. */
  close(): void {
    rmSync(this.composedPath, { force: true });
  }

  private get composedPath(): string {
    return `${this.photo.stem}.final.tif`;
  }

  private get canvas(): Canvas {
    const canvas = this.canvases.at(-1);
    if (canvas === undefined) throw new Error("the photo is not inferred yet");
    return canvas;
  }

  /** A second call, with a smaller tile, goes on with the same ones. */
  private openCanvases(tilePx: number): void {
    if (this.canvases.length > 0) return;
    this.canvases = this.photo.openCanvases(tilePx);
    if (this.tilesResumed > 0) this.note("resumed");
    this.tellTiles();
  }

  private get tilesDone(): number {
    return this.canvases.reduce((sum, canvas) => sum + canvas.doneCount, 0);
  }

  /** Tiles of an earlier run, and of those who looked at a region of the photo before or meanwhile. */
  private get tilesResumed(): number {
    return this.tilesDone - this.tilesInferred;
  }

  private tellTiles(): void {
    const tilesTotal = this.canvases.reduce((sum, { grid }) => sum + tileCount(grid), 0);
    const { tilesDone } = this;
    this.progress.update({ tilesDone, tilesTotal, resumed: tilesDone - this.tilesInferred });
  }
}

function round(scale: number): number {
  return Math.round(scale * 1000) / 1000;
}

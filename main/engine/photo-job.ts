import { mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  type EnhanceProgress,
  type EnhanceRequest,
  modelKey,
  type Note,
  type Stage,
  type StopSignal,
  weightsKey,
} from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { FORMATS } from "../core/formats.ts";
import { bleedColour } from "../core/pixels.ts";
import { checkWhole, comparisonSize, difference, type ResultFlag } from "../core/self-check.ts";
import { planTiles, tileCount } from "../core/tiles.ts";
import { syncFile, syncFolder, writeFileAtomically } from "../system/atomic-file.ts";
import { failPoint } from "../system/fail-point.ts";
import { hashFile, hashText } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";
import { Canvas } from "./canvas.ts";
import { type DecodedPhoto, decodePhoto, encodeResult, type ProbedPhoto, readSmall } from "./codec.ts";
import { type Composition, compose, needsComposing } from "./compose.ts";
import { flagsOf, inferTiles } from "./infer.ts";
import { exifReserveFor, prepareMetadata, type ResultMetadata, writeMetadata } from "./metadata.ts";
import type { Session } from "./session.ts";
import { TiffPixels } from "./tiff-pixels.ts";
import { TiffRowWriter, type TiffTags } from "./tiff-writer.ts";

/** Bumped when decoding or the canvas changes so that older canvases must not be gone on with. */
const CANVAS_GENERATION = 1;

/** One photo on its way; owns its working files. */
export class PhotoJob {
  private readonly stem: string;
  private readonly notes: Note[] = [];
  private readonly metadata: ResultMetadata;
  private readonly tags: TiffTags;
  private decoded: DecodedPhoto | undefined;
  private colour: TiffPixels | undefined;
  private colourPath = "";
  private readonly canvases: Canvas[] = [];
  private tilesTotal = 0;
  private tilesResumed = 0;

  constructor(
    private readonly request: EnhanceRequest,
    private readonly photo: ProbedPhoto,
    version: string,
    private readonly onProgress: (progress: EnhanceProgress) => void,
  ) {
    this.stem = join(request.workDir, canvasKey(request));
    const note = {
      model: request.model.id,
      modelSha256: weightsKey(request.model),
      scale: round(request.target.width / photo.header.size.width),
      strength: request.strength,
      version,
      sourceSha256: request.sourceSha256,
    };
    const edit = { size: request.target, stripGps: request.stripGps };
    this.metadata = prepareMetadata(request.source, photo, note, edit, request.format);
    if (this.metadata.partial) this.note("metadata-partial");
    this.tags = { icc: undefined, iptc: this.metadata.iptc, density: photo.density };
  }

  get allNotes(): readonly Note[] {
    return this.notes;
  }

  note(note: Note): void {
    if (!this.notes.includes(note)) this.notes.push(note);
  }

  async decode(): Promise<void> {
    const { request, photo } = this;
    this.report("decode", 0);
    mkdirSync(request.workDir, { recursive: true });
    const decoded = await decodePhoto(request.source, photo, `${this.stem}.src`);
    refuseWhatChanged(request);
    for (const note of decoded.notes) this.note(note);
    const { format } = request;
    if (decoded.bits === 16 && !FORMATS[format].holds16Bit) this.note("reduced-to-8-bit");
    if (decoded.alphaPath !== undefined && !FORMATS[format].holdsAlpha) this.note("alpha-flattened");
    this.decoded = decoded;
    this.colourPath = decoded.alphaPath === undefined ? decoded.colourPath : bleedUnderAlpha(decoded, this.stem);
    this.colour = TiffPixels.open(this.colourPath);
    failPoint("after-decode");
  }

  async infer(session: Session, tilePx: number, signal: StopSignal | undefined) {
    const { model, passes } = this.request;
    const { channels, bits, icc } = this.ready();
    const canvases = this.openCanvases(tilePx, icc);
    let source: { readRect: TiffPixels["readRect"] } = this.ready().colour;
    let tilesInferred = 0;
    let inferenceMs = 0;
    let before = 0;
    for (const canvas of canvases) {
      const onTile = (done: number) => this.report("infer", before + done);
      onTile(canvas.doneCount);
      const outcome = await inferTiles(source, channels, bits, canvas, session, model, tilePx, { signal, onTile });
      tilesInferred += outcome.inferred;
      inferenceMs += outcome.inferenceMs;
      before += tileCount(canvas.grid);
      source = canvas;
    }
    for (let pass = 1; pass < passes; pass++) Canvas.remove(this.passStem(pass));
    failPoint("after-tiles");
    return { tilesInferred, tilesResumed: this.tilesResumed, inferenceMs };
  }

  async check(): Promise<readonly ResultFlag[]> {
    const { canvas, channels } = this.ready();
    this.report("check", this.tilesTotal);
    const size = comparisonSize(this.photo.header.size);
    const small = await readSmall(canvas.path, size, channels);
    const wanted = await readSmall(this.colourPath, size, channels);
    failPoint("after-check");
    return [...flagsOf(canvas), ...checkWhole(difference(small, wanted))];
  }

  async write(signal: StopSignal | undefined): Promise<{ readonly bytes: number; readonly sha256: string }> {
    const { request, metadata } = this;
    const { canvas, colour, channels, bits, icc, alphaPath } = this.ready();
    this.report("encode", this.tilesTotal);
    const alpha = alphaPath === undefined ? undefined : TiffPixels.open(alphaPath);
    const temporary = join(request.workDir, `${basename(this.stem)}.part`);
    try {
      const { target, strength, format, quality } = request;
      const composition: Composition = {
        canvas,
        colour,
        alpha,
        channels,
        bits,
        target,
        strength,
        tags: { ...this.tags, icc },
      };
      let finalTiff = canvas.path;
      if (needsComposing(composition)) {
        finalTiff = `${this.stem}.final.tif`;
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
      syncFile(temporary);
      failPoint("after-fsync");
      const sha256 = await hashFile(temporary);
      writeFileAtomically(request.receipt, sha256);
      const { size: bytes } = statSync(temporary);
      mkdirSync(dirname(request.output), { recursive: true });
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

  /** Closes and deletes what only this photo needed; its canvas stays, for another strength or format. */
  close(): void {
    this.colour?.close();
    for (const canvas of this.canvases.splice(0)) canvas.close();
    for (const part of ["src.tif", "src.alpha.tif", "bled.tif", "final.tif"])
      rmSync(`${this.stem}.${part}`, { force: true });
  }

  private ready() {
    const { decoded, colour } = this;
    const canvas = this.canvases.at(-1);
    if (decoded === undefined || colour === undefined) throw new Error("the photo is not decoded yet");
    return {
      ...decoded,
      colour,
      get canvas(): Canvas {
        if (canvas === undefined) throw new Error("the photo is not inferred yet");
        return canvas;
      },
    };
  }

  /**
   * Opens the canvas of every pass that is still wanted: none before a last one that is finished already. A second
   * call, with a smaller tile, goes on with the same ones.
   */
  private openCanvases(tilePx: number, icc: Uint8Array | undefined): readonly Canvas[] {
    if (this.canvases.length > 0) return this.canvases;
    const { passes } = this.request;
    this.canvases.push(this.openCanvas(passes, tilePx, icc));
    if (!this.ready().canvas.isFinished) {
      for (let pass = passes - 1; pass >= 1; pass--) this.canvases.unshift(this.openCanvas(pass, tilePx, icc));
    }
    this.tilesTotal = this.canvases.reduce((sum, canvas) => sum + tileCount(canvas.grid), 0);
    this.tilesResumed = this.canvases.reduce((sum, canvas) => sum + canvas.doneCount, 0);
    if (this.tilesResumed > 0) this.note("resumed");
    return this.canvases;
  }

  private openCanvas(pass: number, tilePx: number, icc: Uint8Array | undefined): Canvas {
    const { scale, padPx, windows } = this.request.model;
    const { channels, bits, colour } = this.ready();
    const factor = scale ** (pass - 1);
    const source = { width: colour.size.width * factor, height: colour.size.height * factor };
    const plan = planTiles(source, tilePx, padPx, scale, windows);
    const shape = { source, scale, channels, bits, padPx, rule: windows };
    return Canvas.openOrCreate(this.passStem(pass), shape, plan, { ...this.tags, icc });
  }

  private passStem(pass: number): string {
    return pass === this.request.passes ? this.stem : `${this.stem}.pass${pass}`;
  }

  private report(stage: Stage, tilesDone: number): void {
    this.onProgress({ stage, tilesDone, tilesTotal: this.tilesTotal, resumed: this.tilesResumed });
  }
}

/** Names a canvas by all that its pixels depend on; strength, format and target do not matter to it. */
export function canvasKey(request: Pick<EnhanceRequest, "sourceSha256" | "model" | "passes">): string {
  const parts = [CANVAS_GENERATION, request.sourceSha256, modelKey(request.model), request.passes].join("|");
  return hashText(parts).slice(0, 32);
}

function bleedUnderAlpha(decoded: DecodedPhoto, stem: string): string {
  const colour = TiffPixels.open(decoded.colourPath);
  const alpha = TiffPixels.open(decoded.alphaPath as string);
  try {
    const { size } = colour;
    const whole = { x: 0, y: 0, ...size };
    const samples = colour.readRect(whole);
    bleedColour(samples, decoded.channels, alpha.readRect(whole), size);
    const path = `${stem}.bled.tif`;
    const writer = new TiffRowWriter(path, size, decoded.channels, decoded.bits, {
      icc: undefined,
      iptc: undefined,
      density: undefined,
    });
    writer.write(samples);
    writer.close();
    return path;
  } finally {
    colour.close();
    alpha.close();
  }
}

function refuseWhatChanged({ source, sourceStamp }: EnhanceRequest): void {
  let stamp: { readonly size: number; readonly mtimeMs: number };
  try {
    stamp = statSync(source);
  } catch (error) {
    throw systemError(error, source, "source");
  }
  if (stamp.size === sourceStamp.bytes && stamp.mtimeMs === sourceStamp.mtimeMs) return;
  throw new SilvergrainError(
    "SOURCE_CHANGED",
    `${basename(source)} was changed while it was being read. Run the same command again to take it as it is now.`,
  );
}

function round(scale: number): number {
  return Math.round(scale * 1000) / 1000;
}

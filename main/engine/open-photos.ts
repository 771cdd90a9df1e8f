import { mkdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { EnhanceRequest, StopSignal } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { bleedColour } from "../core/pixels.ts";
import { planTiles } from "../core/tiles.ts";
import { canvasKey } from "../system/canvas-key.ts";
import { failPoint } from "../system/fail-point.ts";
import { hashFile } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";
import { Canvas } from "./canvas.ts";
import { type DecodedPhoto, decodePhoto, type ProbedPhoto, probePhoto } from "./codec.ts";
import { KeyedLanes, once, type Release, stopped, unlessStopped } from "./lanes.ts";
import { iptcOf } from "./metadata.ts";
import { TiffPixels } from "./tiff-pixels.ts";
import { TiffRowWriter, type TiffTags } from "./tiff-writer.ts";

/** What a photo's pixels and canvases depend on, and where they are kept. */
export type PhotoRequest = Pick<
  EnhanceRequest,
  "source" | "sourceSha256" | "sourceStamp" | "workDir" | "model" | "passes" | "maxMegapixels"
>;

/** Where the working files of a photo begin. */
export function stemOf(request: Pick<EnhanceRequest, "workDir" | "sourceSha256" | "model" | "passes">): string {
  return join(request.workDir, canvasKey(request));
}

/** A decoded photo with its canvases, open for everybody who works on it at the moment. */
export class OpenPhoto {
  private canvases: readonly Canvas[] = [];
  /** Those whose files are gone, until nobody looks at them. */
  private deleted: readonly Canvas[] = [];

  private constructor(
    readonly stem: string,
    private readonly request: PhotoRequest,
    readonly probed: ProbedPhoto,
    readonly decoded: DecodedPhoto,
    /** The colours as the model is to see them: bled under what is transparent. */
    readonly colourPath: string,
    readonly colour: TiffPixels,
    readonly tags: TiffTags,
  ) {}

  /**
   * Decodes a photo to working files.
   * @throws SilvergrainError SOURCE_*, DISK_FULL; whatever making its folder threw
   */
  static async open(request: PhotoRequest): Promise<OpenPhoto> {
    const stem = stemOf(request);
    const probed = await probePhoto(request.source, request.maxMegapixels);
    failPoint("after-probe");
    try {
      makeWorkDir(request.workDir);
      const decoded = await decodePhoto(request.source, probed, `${stem}.src`);
      const tags = { icc: decoded.icc, iptc: iptcOf(request.source, probed), density: probed.density };
      await refuseWhatChanged(request);
      const colourPath = decoded.alphaPath === undefined ? decoded.colourPath : bleedUnderAlpha(decoded, stem);
      const colour = TiffPixels.open(colourPath);
      failPoint("after-decode");
      return new OpenPhoto(stem, request, probed, decoded, colourPath, colour, tags);
    } catch (error) {
      removeWorkingFiles(stem);
      throw error;
    }
  }

  /**
   * The canvas of every pass that is still wanted: none before a last one that is finished already. Whoever asks first
   * opens them; a later call, with another tile, gets the same ones.
   */
  openCanvases(tilePx: number): readonly Canvas[] {
    // A finished one may have been deleted to make room, while somebody was only looking at it.
    if (this.canvases.length > 0 && this.canvases.every(({ stem }) => Canvas.isAt(stem))) return this.canvases;
    this.deleted = [...this.deleted, ...this.canvases];
    const { passes } = this.request;
    const last = this.openCanvas(passes, tilePx);
    this.canvases = [last];
    if (!last.isFinished) {
      for (let pass = passes - 1; pass >= 1; pass--) {
        this.canvases = [this.openCanvas(pass, tilePx), ...this.canvases];
      }
    }
    return this.canvases;
  }

  /** The last pass's canvas, where it is open or on the disk; none is begun. */
  canvasIfThere(): Canvas | undefined {
    if (this.canvases.length > 0) return this.canvases.at(-1);
    const { passes } = this.request;
    const found = Canvas.openIfThere(this.passStem(passes), this.shapeOf(passes));
    if (found !== undefined && passes === 1) this.canvases = [found];
    else found?.close();
    return passes === 1 ? found : undefined;
  }

  /** Deletes the canvases of all passes but the last. */
  removeEarlierPasses(): void {
    for (let pass = 1; pass < this.request.passes; pass++) Canvas.remove(this.passStem(pass));
  }

  /** Closes everything and deletes the decoded pixels; the canvas stays, for another strength or format. */
  close(): void {
    this.colour.close();
    for (const canvas of [...this.canvases, ...this.deleted]) canvas.close();
    this.canvases = [];
    this.deleted = [];
    removeWorkingFiles(this.stem);
  }

  private openCanvas(pass: number, tilePx: number): Canvas {
    const shape = this.shapeOf(pass);
    const plan = planTiles(shape.source, tilePx, shape.padPx, shape.scale, shape.rule);
    return Canvas.openOrCreate(this.passStem(pass), shape, plan, this.tags);
  }

  private shapeOf(pass: number) {
    const { scale, padPx, windows } = this.request.model;
    const { channels, bits } = this.decoded;
    const factor = scale ** (pass - 1);
    const source = { width: this.colour.size.width * factor, height: this.colour.size.height * factor };
    return { source, scale, channels, bits, padPx, rule: windows };
  }

  private passStem(pass: number): string {
    return pass === this.request.passes ? this.stem : `${this.stem}.pass${pass}`;
  }
}

/** A photo that stays open until it is given back. */
export interface LentPhoto {
  readonly photo: OpenPhoto;
  readonly giveBack: Release;
}

interface Entry {
  readonly opening: Promise<OpenPhoto>;
  readonly stop: AbortController;
  users: number;
}

/** The photos that are open. Those who ask for one photo at a time share it; the last of them closes it. */
export class OpenPhotos {
  private readonly entries = new Map<string, Entry>();
  /** One photo's files are made again only when they were deleted. */
  private readonly files = new KeyedLanes();

  /** Decodes a photo, or joins those who have it open. @throws SilvergrainError SOURCE_*, CANCELLED, … */
  async lend(request: PhotoRequest, signal: StopSignal | undefined): Promise<LentPhoto> {
    const stem = stemOf(request);
    for (;;) {
      const found = this.entries.get(stem);
      const entry = found ?? this.begin(stem, request);
      entry.users++;
      const giveBack = once(() => this.giveBack(stem, entry));
      try {
        return { photo: await unlessStopped(entry.opening, signal), giveBack };
      } catch (error) {
        giveBack();
        // Another's file of the same bytes may have failed where this one does not.
        if (found === undefined || signal?.aborted === true) throw error;
      }
    }
  }

  /** Whether somebody has the photo open. */
  isOpen(request: Parameters<typeof stemOf>[0]): boolean {
    return this.entries.has(stemOf(request));
  }

  private begin(stem: string, request: PhotoRequest): Entry {
    const stop = new AbortController();
    const opening = this.open(stem, request, stop.signal);
    const entry: Entry = { opening, stop, users: 0 };
    this.entries.set(stem, entry);
    opening.catch(() => this.forget(stem, entry));
    return entry;
  }

  /** The photo is closed here, whoever gave it back, and only then may its files be made again. */
  private async open(stem: string, request: PhotoRequest, stop: AbortSignal): Promise<OpenPhoto> {
    const release = await this.files.take(stem, { signal: stop });
    try {
      const photo = await OpenPhoto.open(request);
      const close = () => {
        photo.close();
        release();
      };
      if (stop.aborted) {
        close();
        throw stopped();
      }
      stop.addEventListener("abort", close, { once: true });
      return photo;
    } catch (error) {
      release();
      throw error;
    }
  }

  private giveBack(stem: string, entry: Entry): void {
    entry.users--;
    if (entry.users > 0) return;
    this.forget(stem, entry);
    entry.stop.abort();
  }

  private forget(stem: string, entry: Entry): void {
    if (this.entries.get(stem) === entry) this.entries.delete(stem);
  }
}

/**
 * Refuses a file that is not any more the one that was hashed. One of the same size and mtime is found out by its bytes.
 * @throws SilvergrainError SOURCE_CHANGED, SOURCE_MISSING, SOURCE_UNREADABLE
 */
async function refuseWhatChanged(request: PhotoRequest): Promise<void> {
  refuseNewStamp(request);
  let sha256: string;
  try {
    sha256 = await hashFile(request.source);
  } catch (error) {
    throw systemError(error, request.source, "source");
  }
  if (sha256 !== request.sourceSha256) throw changed(request.source);
}

/** The cheap half of it, for who reads from a file that was found to be the same before. @throws SilvergrainError */
export function refuseNewStamp({ source, sourceStamp }: Pick<EnhanceRequest, "source" | "sourceStamp">): void {
  let stamp: { readonly size: number; readonly mtimeMs: number };
  try {
    stamp = statSync(source);
  } catch (error) {
    throw systemError(error, source, "source");
  }
  if (stamp.size !== sourceStamp.bytes || stamp.mtimeMs !== sourceStamp.mtimeMs) throw changed(source);
}

function changed(source: string): SilvergrainError {
  return new SilvergrainError(
    "SOURCE_CHANGED",
    `${basename(source)} was changed while it was being read. Run the same command again to take it as it is now.`,
  );
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

function removeWorkingFiles(stem: string): void {
  for (const part of ["src.tif", "src.alpha.tif", "bled.tif"]) rmSync(`${stem}.${part}`, { force: true });
}

/** Only the folder itself: where what is above it is gone, its disk is, and nothing may be written in its place. */
function makeWorkDir(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw systemError(error, join(path, "canvas"));
  }
}

import { rmSync } from "node:fs";
import type {
  CallControl,
  DeviceChoice,
  Enhance,
  EnhanceRequest,
  LiveRegionRequest,
  LiveRegionResult,
  ModelFacts,
  PhotoHeader,
  RegionRequest,
  RegionResult,
  StopSignal,
} from "../core/enhance.ts";
import { expected, type SilvergrainError } from "../core/errors.ts";
import type { Evaluation } from "../core/evaluation.ts";
import { refuseUnfit } from "../core/formats.ts";
import { clipTo, describeSize, type Rect } from "../core/geometry.ts";
import { planLive } from "../core/live.ts";
import type { ModelTraits } from "../core/model-traits.ts";
import { basename } from "../core/paths.ts";
import { type Tile, tilesOf, tilesTouching } from "../core/tiles.ts";
import { failPoint } from "../system/fail-point.ts";
import { systemError } from "../system/system-error.ts";
import { CallProgress } from "./call-progress.ts";
import { Canvas } from "./canvas.ts";
import { codecVersions, probePhoto, setCodecThreads, writePart } from "./codec.ts";
import { evaluatePicture } from "./evaluate.ts";
import { inferTiles } from "./infer.ts";
import { Judge } from "./judge.ts";
import { KeptOpen } from "./kept-open.ts";
import { Holdings, KeyedLanes, Lane, type Priority, stopped } from "./lanes.ts";
import { refuseLargePatch, writePatch } from "./live-region.ts";
import { type OpenPhoto, OpenPhotos, stemOf } from "./open-photos.ts";
import { PhotoJob } from "./photo-job.ts";
import { probeModel } from "./probe-model.ts";
import type { EvaluateParams } from "./protocol.ts";
import type { Refusal, SurveyedDevice } from "./providers.ts";
import {
  inferenceVersions,
  type OpenSession,
  openNetwork,
  openSession,
  readModel,
  type Session,
  type SessionOptions,
} from "./session.ts";
import { type LentSession, Sessions } from "./sessions.ts";
import type { Tuning } from "./tuning.ts";
import { MIN_TILE_PX, withinMemory } from "./within-memory.ts";

/** What an enhancer takes from its surroundings. */
export interface EnhancerOptions {
  readonly cacheDir: string;
  readonly version: string;
  /** A fake in tests. */
  readonly open?: OpenSession;
}

/** What `auto` makes of this machine's devices, and what the engine consists of. */
export interface DeviceSurvey {
  readonly devices: readonly SurveyedDevice[];
  readonly versions: Readonly<Record<string, string>>;
}

/** How a model runs on this machine. */
export interface DeviceReport extends Tuning {
  readonly device: Session["device"];
  readonly refusals: readonly Refusal[];
}

/** How a call that has no progress is watched and stopped. */
export interface LaneControl {
  readonly signal?: StopSignal | undefined;
  /** Called when the call's turn has come. */
  readonly onBegin?: (() => void) | undefined;
}

/**
 * Enhances photos in this process. Calls may overlap: while one photo is inferred the next one is decoded and the last
 * one checked and encoded, each step by one photo at a time; the model stays loaded from photo to photo.
 */
export class Enhancer {
  /** Two jobs with one canvas would write over each other's working files. */
  private readonly canvasLanes = new KeyedLanes();
  private readonly decodeLane = new Lane();
  private readonly inferLane = new Lane();
  private readonly writeLane = new Lane();
  /** Every window waits here. */
  private readonly turns = new Lane();
  private readonly photos = new OpenPhotos();
  private readonly keptOpen = new KeptOpen(this.photos);
  private readonly sessions: Sessions;
  private judge: Judge | undefined;
  private lastLook: { readonly asked: string; readonly patch: Uint8Array } | undefined;

  constructor(private readonly options: EnhancerOptions) {
    this.sessions = new Sessions(options.open ?? openSession, options.cacheDir, this.turns);
  }

  /** Reads a photo's header. @throws SilvergrainError SOURCE_* */
  async probe(path: string, maxMegapixels: number): Promise<PhotoHeader> {
    return (await probePhoto(path, maxMegapixels)).header;
  }

  /** Runs a model to find out what it is. @throws SilvergrainError MODEL_* */
  async inspectModel(
    model: { readonly file: string; readonly sha256: string; readonly name: string },
    options: SessionOptions,
    control: LaneControl = {},
  ): Promise<ModelTraits> {
    return this.inferring(control, async () => {
      await this.releaseAll();
      failPoint("inspecting");
      const bytes = readModel({ ...model, id: model.name, blend: undefined });
      const network = await openNetwork(bytes, model.name, "cpu", options);
      try {
        return await probeModel(network, model.name);
      } finally {
        await network.release();
      }
    });
  }

  /** Chooses a device for the model and measures it. */
  async describeDevice(
    model: ModelFacts,
    device: DeviceChoice,
    threads: number,
    allowSpinning: boolean,
    control: LaneControl = {},
  ): Promise<DeviceReport> {
    return this.inferring(control, async () => {
      const wanted = { model, device, threads, allowSpinning };
      const lent = await this.sessions.lend(wanted, "batch", true, control.signal);
      lent.giveBack();
      return { device: lent.session.device, refusals: lent.refusals, ...(lent.tuning as Tuning) };
    });
  }

  /** What `auto` makes of the devices here; for an engine that has nothing else to do. @throws SilvergrainError MODEL_CORRUPT */
  async surveyDevices(model: ModelFacts, options: SessionOptions, control: LaneControl = {}): Promise<DeviceSurvey> {
    const devices = await this.inferring(control, () => this.sessions.survey({ model, ...options }));
    const { sharp, vips } = codecVersions();
    const versions = { Node: process.versions.node, ...inferenceVersions(), sharp, libvips: vips };
    return { devices, versions };
  }

  /** Measures one picture. See `evaluatePicture`. */
  async evaluate(params: EvaluateParams, control: LaneControl = {}): Promise<Evaluation> {
    const { discriminator, device, threads, allowSpinning, low, save, ...request } = params;
    return this.inferring(control, async () => {
      setCodecThreads(threads);
      this.judge ??= await Judge.open(discriminator, { threads, allowSpinning });
      const held = new Holdings();
      const load = async (model: ModelFacts) => {
        const wanted = { model, device, threads, allowSpinning };
        const lent = await this.sessions.lend(wanted, "batch", true, control.signal);
        held.keep(lent.giveBack);
        return {
          session: lent.session,
          tilePx: lent.tuning?.corePx ?? MIN_TILE_PX,
          takeTurn: this.turnsFor("batch", control.signal),
        };
      };
      try {
        return await evaluatePicture({ ...request, low, save }, load, this.judge);
      } finally {
        held.releaseAll();
      }
    });
  }

  /** See `Enhance`. */
  readonly enhance: Enhance = async (request, { signal, onProgress }) => {
    const start = performance.now();
    setCodecThreads(request.threads);
    refuseUnfit(request.source, request.format, request.target);
    const progress = new CallProgress(onProgress);
    const wait = { signal, onWait: () => progress.enter("waiting") };
    const held = new Holdings();
    try {
      held.keep(await this.canvasLanes.take(stemOf(request), wait));
      // Kept until this photo can be inferred: one photo is decoded ahead, not all of them.
      const endDecode = held.keep(await this.decodeLane.take(wait));
      progress.enter("decode");
      const { photo, giveBack } = await this.photos.lend(request, signal);
      held.keep(giveBack);
      const job = new PhotoJob(request, photo, this.options.version, progress);
      held.keep(() => job.close());
      const endInfer = held.keep(await this.inferLane.take(wait));
      endDecode();
      progress.enter("infer");
      const inferred = await this.inferJob(request, job, signal);
      endInfer();
      held.keep(await this.writeLane.take(wait));
      const flags = await job.check();
      const written = await job.write(signal);
      return {
        width: request.target.width,
        height: request.target.height,
        ...written,
        ...inferred,
        flags,
        notes: job.allNotes,
        totalMs: performance.now() - start - progress.waitedMs,
      };
    } catch (error) {
      throw systemError(error, request.output);
    } finally {
      held.releaseAll();
    }
  };

  /**
   * Infers the tiles that a rectangle of a photo touches, before the next window of any batch call, and writes the
   * pixels of the rectangle as PNG. The tiles stay in the canvas of the photo's own job, with one pass.
   * @throws SilvergrainError SOURCE_*, MODEL_*, CANCELLED between two windows; USAGE for a rectangle beside the photo
   */
  async region(request: RegionRequest, { signal, onProgress }: CallControl = {}): Promise<RegionResult> {
    setCodecThreads(request.threads);
    const progress = new CallProgress(onProgress);
    const held = new Holdings();
    try {
      // Decoding and loading take several turns of the loop: the batch stands still meanwhile, not only in between.
      held.keep(this.turns.hold());
      progress.enter("decode");
      const { photo, giveBack } = await this.photos.lend({ ...request, passes: 1 }, signal);
      held.keep(giveBack);
      const rect = clipTo(request.rect, photo.colour.size);
      if (rect.width === 0 || rect.height === 0) throw beside(request, photo);
      progress.enter("infer");
      const lent = await this.sessions.lend(request, "interactive", request.tilePx === undefined, signal);
      held.keep(lent.giveBack);
      const { canvas, ...tiles } = await this.inferRegion(request, photo, lent, signal, progress);
      progress.enter("encode");
      const { scale } = request.model;
      const size = { width: rect.width * scale, height: rect.height * scale };
      const part = { x: rect.x * scale, y: rect.y * scale, ...size };
      await writePart(canvas.path, part, photo.decoded.channels === 1, request.save);
      return { ...size, ...tiles };
    } catch (error) {
      throw systemError(error, request.save);
    } finally {
      held.releaseAll();
    }
  }

  /**
   * Infers the tiles that a rectangle of a photo needs, like `region`, and writes what the finished file will have there.
   * The photo stays open for a while, so that a pointer that moves on does not have it decoded again. Without inferring
   * only what the photo's canvas has is shown, and nothing is decoded where it has none.
   * @throws SilvergrainError SOURCE_*, MODEL_*, CANCELLED between two windows; USAGE for a rectangle beside the photo, or
   * a patch that is too large
   */
  async live(request: LiveRegionRequest, { signal, onProgress }: CallControl = {}): Promise<LiveRegionResult> {
    const whole = { ...request, passes: 1 };
    const progress = new CallProgress(onProgress);
    const held = new Holdings();
    try {
      if (!request.infer && !this.photos.isOpen(whole) && !Canvas.isAt(stemOf(whole))) return NOTHING_THERE;
      setCodecThreads(request.threads);
      if (request.infer) held.keep(this.turns.hold());
      progress.enter("decode");
      this.keptOpen.keep(whole);
      const { photo, giveBack } = await this.photos.lend(whole, signal);
      held.keep(giveBack);
      const rect = clipTo(request.rect, photo.colour.size);
      if (rect.width === 0 || rect.height === 0) throw beside(request, photo);
      const { canvas, ...tiles } = request.infer
        ? await this.inferLive(request, photo, rect, held, signal, progress)
        : { canvas: photo.canvasIfThere(), tilesInferred: 0, tilesReused: 0 };
      if (canvas === undefined) return NOTHING_THERE;
      const plan = planLive(canvas.grid, request.model.scale, request.target, rect, request.shrink);
      progress.enter("encode");
      const { shrink, strength, target, format, infer } = request;
      const asked = JSON.stringify([photo.stem, plan.part, shrink, strength, target, format]);
      const before = this.lastLook?.asked === asked ? this.lastLook.patch : undefined;
      const { patch, isWhole } = await writePatch(request, photo, canvas, plan, before, signal);
      // Whoever watches a job asks for the same part again and again, in which a tile or two are new.
      if (!infer) this.lastLook = isWhole ? undefined : { asked, patch };
      if (signal?.aborted === true) throw stopped();
      return { isThere: true, area: plan.area, ...plan.size, isWhole, ...tiles };
    } catch (error) {
      rmSync(request.save, { force: true });
      throw systemError(error, request.save);
    } finally {
      held.releaseAll();
    }
  }

  private async inferLive(
    request: LiveRegionRequest,
    photo: OpenPhoto,
    rect: Rect,
    held: Holdings,
    signal: StopSignal | undefined,
    progress: CallProgress,
  ) {
    progress.enter("infer");
    const lent = await this.sessions.lend(request, "interactive", request.tilePx === undefined, signal);
    held.keep(lent.giveBack);
    const { grid } = canvasOf(photo, tilePxOf(request, lent));
    const { across, down, size } = planLive(grid, request.model.scale, request.target, rect, request.shrink);
    // Before any tile is made for it.
    refuseLargePatch(basename(request.source), size);
    const tiles = [...tilesOf(grid)].filter(({ core }) => {
      const [column, row] = [core.x / grid.core.width, core.y / grid.core.height];
      return column >= across.firstTile && column < across.endTile && row >= down.firstTile && row < down.endTile;
    });
    return this.inferSome(request, photo, tiles, lent, signal, progress);
  }

  /** Lets go of all that is loaded, when nobody infers any more. */
  async release(): Promise<void> {
    await this.inferring({}, () => this.releaseAll());
  }

  private async releaseAll(): Promise<void> {
    this.keptOpen.close();
    this.lastLook = undefined;
    await this.sessions.release();
    const { judge } = this;
    this.judge = undefined;
    await judge?.release();
  }

  private async inferring<T>({ signal, onBegin }: LaneControl, work: () => Promise<T>): Promise<T> {
    const release = await this.inferLane.take({ signal });
    try {
      onBegin?.();
      return await work();
    } finally {
      release();
    }
  }

  private async inferJob(request: EnhanceRequest, job: PhotoJob, signal: StopSignal | undefined) {
    const lent = await this.sessions.lend(request, "batch", request.tilePx === undefined, signal);
    const takeTurn = this.turnsFor("batch", signal);
    try {
      const { value: inferred, tilePx } = await withinMemory(
        tilePxOf(request, lent),
        (px) => job.infer(lent.session, px, takeTurn, signal),
        () => job.note("tile-halved"),
      );
      return { ...inferred, device: lent.session.device, tilePx };
    } finally {
      lent.giveBack();
    }
  }

  private async inferRegion(
    request: RegionRequest,
    photo: OpenPhoto,
    lent: LentSession,
    signal: StopSignal | undefined,
    progress: CallProgress,
  ) {
    const { grid } = canvasOf(photo, tilePxOf(request, lent));
    const tiles = [...tilesTouching(grid, clipTo(request.rect, photo.colour.size))];
    return this.inferSome(request, photo, tiles, lent, signal, progress);
  }

  private async inferSome(
    request: Pick<RegionRequest, "model" | "tilePx">,
    photo: OpenPhoto,
    tiles: readonly Tile[],
    lent: LentSession,
    signal: StopSignal | undefined,
    progress: CallProgress,
  ) {
    const { decoded, colour } = photo;
    const tilePx = tilePxOf(request, lent);
    const canvas = canvasOf(photo, tilePx);
    const tilesTotal = tiles.length;
    const countDone = () => tiles.filter(({ index }) => canvas.isDone(index)).length;
    let tilesInferred = 0;
    const tell = () => progress.update({ tilesDone: countDone(), tilesTotal, resumed: countDone() - tilesInferred });
    const onTile = () => {
      tilesInferred++;
      tell();
    };
    tell();
    const control = { signal, onTile, tiles, takeTurn: this.turnsFor("interactive", signal) };
    await withinMemory(tilePx, (px) =>
      inferTiles(colour, decoded.channels, decoded.bits, canvas, lent.session, request.model, px, control),
    );
    return { canvas, tilesInferred, tilesReused: tilesTotal - tilesInferred };
  }

  private turnsFor(priority: Priority, signal: StopSignal | undefined) {
    return () => this.turns.take({ signal }, priority);
  }
}

function tilePxOf(request: { readonly tilePx: number | undefined }, lent: LentSession): number {
  return request.tilePx ?? lent.tuning?.corePx ?? MIN_TILE_PX;
}

/** The canvas of a photo with one pass. */
function canvasOf(photo: OpenPhoto, tilePx: number): Canvas {
  const canvas = photo.openCanvases(tilePx)[0];
  if (canvas === undefined) throw new Error("a photo has a canvas for each of its passes");
  return canvas;
}

const NOTHING_THERE: LiveRegionResult = {
  isThere: false,
  area: { x: 0, y: 0, width: 0, height: 0 },
  width: 0,
  height: 0,
  isWhole: false,
  tilesInferred: 0,
  tilesReused: 0,
};

function beside(request: Pick<RegionRequest, "rect" | "source">, photo: OpenPhoto): SilvergrainError {
  const what = `the region of ${basename(request.source)}`;
  return expected(what, `a part of ${describeSize(photo.colour.size)} px`, describe(request));
}

function describe({ rect }: Pick<RegionRequest, "rect">): string {
  return `${describeSize(rect)} at ${rect.x}, ${rect.y}`;
}

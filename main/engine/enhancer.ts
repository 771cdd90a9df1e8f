import {
  type DeviceChoice,
  type Enhance,
  type EnhanceRequest,
  type ModelFacts,
  modelKey,
  type PhotoHeader,
  type StopSignal,
} from "../core/enhance.ts";
import type { Evaluation } from "../core/evaluation.ts";
import { refuseUnfit } from "../core/formats.ts";
import type { ModelTraits } from "../core/model-traits.ts";
import { failPoint } from "../system/fail-point.ts";
import { systemError } from "../system/system-error.ts";
import { probePhoto, setCodecThreads } from "./codec.ts";
import { evaluatePicture } from "./evaluate.ts";
import { Judge } from "./judge.ts";
import { PhotoJob } from "./photo-job.ts";
import { probeModel } from "./probe-model.ts";
import type { EvaluateParams } from "./protocol.ts";
import { type ChosenDevice, chooseDevice, type Refusal } from "./providers.ts";
import {
  bundledProviders,
  type OpenSession,
  openNetwork,
  openSession,
  readModel,
  type Session,
  type SessionOptions,
} from "./session.ts";
import { type Tuning, tuneFor } from "./tuning.ts";
import { MIN_TILE_PX, withinMemory } from "./within-memory.ts";

/** What an enhancer takes from its surroundings. */
export interface EnhancerOptions {
  readonly cacheDir: string;
  readonly version: string;
  /** A fake in tests. */
  readonly open?: OpenSession;
}

/** How a model runs on this machine. */
export interface DeviceReport extends Tuning {
  readonly device: Session["device"];
  readonly refusals: readonly Refusal[];
}

/** Enhances photos in this process, keeping one model loaded from photo to photo. */
export class Enhancer {
  private loaded:
    | { readonly key: string; readonly chosen: ChosenDevice; readonly tuning: Tuning | undefined }
    | undefined;
  private judge: Judge | undefined;
  private readonly open: OpenSession;

  constructor(private readonly options: EnhancerOptions) {
    this.open = options.open ?? openSession;
  }

  /** Reads a photo's header. @throws SilvergrainError SOURCE_* */
  async probe(path: string, maxMegapixels: number): Promise<PhotoHeader> {
    return (await probePhoto(path, maxMegapixels)).header;
  }

  /** Runs a model to find out what it is. @throws SilvergrainError MODEL_* */
  async inspectModel(
    model: { readonly file: string; readonly sha256: string; readonly name: string },
    options: SessionOptions,
  ): Promise<ModelTraits> {
    await this.release();
    failPoint("inspecting");
    const bytes = readModel({ ...model, id: model.name, blend: undefined });
    const network = await openNetwork(bytes, model.name, "cpu", options);
    try {
      return await probeModel(network, model.name);
    } finally {
      await network.release();
    }
  }

  /** Chooses a device for the model and measures it. */
  async describeDevice(
    model: ModelFacts,
    device: DeviceChoice,
    threads: number,
    allowSpinning: boolean,
  ): Promise<DeviceReport> {
    const { chosen, tuning } = await this.load(model, device, threads, allowSpinning, true);
    return { device: chosen.session.device, refusals: chosen.refusals, ...(tuning as Tuning) };
  }

  /** Measures one picture. See `evaluatePicture`. */
  async evaluate(params: EvaluateParams): Promise<Evaluation> {
    const { discriminator, device, threads, allowSpinning, low, save, ...request } = params;
    setCodecThreads(threads);
    this.judge ??= await Judge.open(discriminator, { threads, allowSpinning });
    const load = async (model: ModelFacts) => {
      const { chosen, tuning } = await this.load(model, device, threads, allowSpinning, true);
      return { session: chosen.session, tilePx: tuning?.corePx ?? MIN_TILE_PX };
    };
    return evaluatePicture({ ...request, low, save }, load, this.judge);
  }

  /** See `Enhance`. One photo at a time. */
  readonly enhance: Enhance = async (request, { signal, onProgress }) => {
    const start = performance.now();
    setCodecThreads(request.threads);
    const photo = await probePhoto(request.source, request.maxMegapixels);
    refuseUnfit(request.source, request.format, request.target);
    failPoint("after-probe");
    const job = new PhotoJob(request, photo, this.options.version, onProgress ?? (() => {}));
    try {
      await job.decode();
      const inferred = await this.inferWithinMemory(request, job, signal);
      const flags = await job.check();
      const written = await job.write(signal);
      return {
        width: request.target.width,
        height: request.target.height,
        ...written,
        ...inferred,
        flags,
        notes: job.allNotes,
        totalMs: performance.now() - start,
      };
    } catch (error) {
      throw systemError(error, request.output);
    } finally {
      job.close();
    }
  };

  /** Lets go of all that is loaded. */
  async release(): Promise<void> {
    await this.releaseModel();
    const { judge } = this;
    this.judge = undefined;
    await judge?.release();
  }

  private async releaseModel(): Promise<void> {
    const { loaded } = this;
    this.loaded = undefined;
    await loaded?.chosen.session.release();
  }

  private async inferWithinMemory(request: EnhanceRequest, job: PhotoJob, signal: StopSignal | undefined) {
    const measure = request.tilePx === undefined;
    const { model, device, threads, allowSpinning } = request;
    const { chosen, tuning } = await this.load(model, device, threads, allowSpinning, measure);
    const { value: inferred, tilePx } = await withinMemory(
      request.tilePx ?? tuning?.corePx ?? MIN_TILE_PX,
      (px) => job.infer(chosen.session, px, signal),
      () => job.note("tile-halved"),
    );
    return { ...inferred, device: chosen.session.device, tilePx };
  }

  private async load(
    model: ModelFacts,
    device: DeviceChoice,
    threads: number,
    allowSpinning: boolean,
    measure: boolean,
  ) {
    const key = [modelKey(model), device, threads, allowSpinning].join("|");
    if (this.loaded?.key !== key) {
      await this.releaseModel();
      const options = { threads, allowSpinning };
      const chosen = await chooseDevice(model, device, options, process.platform, bundledProviders(), this.open);
      this.loaded = { key, chosen, tuning: undefined };
    }
    if (measure && this.loaded.tuning === undefined) {
      const { chosen } = this.loaded;
      const tuning = await tuneFor(chosen.session, model, { threads, allowSpinning }, this.options.cacheDir);
      this.loaded = { key, chosen, tuning };
    }
    return this.loaded;
  }
}

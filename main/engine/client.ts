import {
  type CallControl,
  type DeviceChoice,
  type Enhance,
  type EnhanceProgress,
  type EnhanceRequest,
  type LiveRegionRequest,
  type LiveRegionResult,
  type ModelFacts,
  modelKey,
  type PhotoHeader,
  type RegionRequest,
  type RegionResult,
  type StopSignal,
} from "../core/enhance.ts";
import { asSilvergrainError, assertNever, isEngineDeath, SilvergrainError } from "../core/errors.ts";
import { NO_FACTS } from "../core/facts.ts";
import type { Size } from "../core/geometry.ts";
import type { ModelTraits } from "../core/model-traits.ts";
import type {
  MontageControl,
  MontageMaker,
  MontageProgress,
  MontageRequest,
  MontageResult,
} from "../core/montage-request.ts";
import { basename } from "../core/paths.ts";
import type { CellMap } from "../core/trust.ts";
import type {
  PhotoDetails,
  PyramidMaker,
  PyramidRequest,
  Thumbnail,
  ThumbnailRequest,
  TileRow,
  TrustParts,
  Viewer,
} from "../core/viewing.ts";
import {
  CellMapMessage,
  DeviceReportMessage,
  DeviceSurveyMessage,
  EmbeddedMessage,
  EngineMessage,
  EnhanceResultMessage,
  type EvaluateParams,
  EvaluationMessage,
  type HostMessage,
  LiveResultMessage,
  ModelTraitsMessage,
  MontageMessage,
  PhotoDetailsMessage,
  PhotoHeaderMessage,
  PyramidMessage,
  parseMessage,
  RegionResultMessage,
  ThumbnailMessage,
} from "./protocol.ts";

/** A running engine, whatever carries the messages to it. */
export interface EnginePort {
  send(message: HostMessage): void;
  onMessage(listener: (raw: unknown) => void): void;
  /** Called once when the engine is gone, with how it went in words. */
  onClose(listener: (how: string) => void): void;
  kill(): void;
}

/** Options of a client. */
export interface EngineClientOptions {
  /** Starts an engine. Called again after a death, and when the model changes. */
  readonly start: () => EnginePort;
  /** Silence longer than this while a call is in hand means that the engine hangs. */
  readonly hangTimeoutMs?: number;
  /** Told when an engine has died, or was killed because it hung, and what kinds of calls it had in hand. */
  readonly onDeath?: (how: string, inHand: readonly string[]) => void;
}

type CallBody = HostMessage extends infer M
  ? M extends { id: number; params: unknown }
    ? Omit<M, "id">
    : never
  : never;

/** What only looks at a photo. */
type LookBody = Extract<CallBody, { type: "probe" | "details" | "thumbnail" | "embedded" | "pyramid" | "trust" }>;
type MontageBody = Extract<CallBody, { type: "montage" }>;

interface Control extends CallControl {
  readonly onTiles?: (row: TileRow) => void;
  readonly onMontage?: ((progress: MontageProgress) => void) | undefined;
}

interface PendingCall {
  readonly id: number;
  readonly body: CallBody;
  /** Nothing may be in hand beside it. */
  readonly isCareful: boolean;
  readonly signal: StopSignal | undefined;
  readonly onProgress: ((progress: EnhanceProgress) => void) | undefined;
  readonly onTiles: ((row: TileRow) => void) | undefined;
  readonly onMontage: ((progress: MontageProgress) => void) | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: SilvergrainError) => void;
  /** The engine works on it, rather than letting it wait: if the engine dies now, it may be this one's doing. */
  isActive: boolean;
  /** Deaths that were nobody's doing and found this call in hand. */
  strangeDeaths: number;
}

const DEFAULT_HANG_TIMEOUT_MS = 180_000;
/** A careful call uses half the tile; with nothing measured yet, this much. */
const CAUTIOUS_TILE_PX = 64;
const MIN_TILE_PX = 16;
/** An engine that dies again and again with nothing begun will not do better the next time. */
const MAX_STRANGE_DEATHS = 1;

/**
 * The host's side of an engine process: starts it when it is needed and passes calls on, several at a time. When it
 * dies or hangs, the calls that it was working on are blamed, and those that only waited are given to the next engine.
 */
export class EngineClient implements Viewer, PyramidMaker, MontageMaker {
  private port: EnginePort | undefined;
  private queue: readonly PendingCall[] = [];
  private readonly inHand = new Map<number, PendingCall>();
  private watchdog: NodeJS.Timeout | undefined;
  private nextId = 0;
  private modelInUse: string | undefined;
  private lastTilePx: number | undefined;
  private closed = false;

  constructor(private readonly options: EngineClientOptions) {}

  /** Reads a photo's header. @throws SilvergrainError SOURCE_*, ENGINE_DIED, ENGINE_HUNG */
  async probe(path: string, maxMegapixels: number): Promise<PhotoHeader> {
    return PhotoHeaderMessage.parse(await this.look({ type: "probe", params: { path, maxMegapixels } }));
  }

  /** See `Viewer`. @throws SilvergrainError SOURCE_*, ENGINE_DIED, ENGINE_HUNG */
  async details(path: string, maxMegapixels: number): Promise<PhotoDetails> {
    const answer = await this.look({ type: "details", params: { path, maxMegapixels } });
    const { facts, ...rest } = PhotoDetailsMessage.parse(answer);
    return { ...rest, facts: { ...NO_FACTS, profile: undefined, ...facts } };
  }

  /**
   * See `Viewer`. What is stopped while it waits for its turn rejects at once.
   * @throws SilvergrainError SOURCE_*, DISK_FULL, TARGET_UNWRITABLE, CANCELLED, ENGINE_DIED, ENGINE_HUNG
   */
  async thumbnail(request: ThumbnailRequest, signal?: StopSignal): Promise<Thumbnail> {
    return ThumbnailMessage.parse(await this.look({ type: "thumbnail", params: { ...request } }, signal));
  }

  /** See `Viewer`. @throws SilvergrainError SOURCE_*, DISK_FULL, TARGET_UNWRITABLE, ENGINE_DIED, ENGINE_HUNG */
  async embedded(path: string, save: string): Promise<Size | undefined> {
    return EmbeddedMessage.parse(await this.look({ type: "embedded", params: { path, save } })) ?? undefined;
  }

  /**
   * See `PyramidMaker`. What is stopped leaves nothing behind.
   * @throws SilvergrainError SOURCE_*, DISK_FULL, TARGET_UNWRITABLE, CANCELLED, ENGINE_DIED, ENGINE_HUNG
   */
  async pyramid(request: PyramidRequest, onTiles: (row: TileRow) => void, signal?: StopSignal): Promise<Size> {
    const stamp = request.stamp === undefined ? {} : { stamp: { ...request.stamp } };
    const { path, maxMegapixels, folder } = request;
    const body = { type: "pyramid", params: { path, maxMegapixels, folder, ...stamp } } as const;
    return PyramidMessage.parse(await this.look(body, signal, onTiles));
  }

  /**
   * Makes a composite; several that are asked for are made one after the other. Once more from the start where the engine
   * died meanwhile, for it need not be the composite's doing.
   * @throws SilvergrainError USAGE, SOURCE_*, RESULT_TOO_LARGE, DISK_FULL, TARGET_UNWRITABLE, CANCELLED, ENGINE_*
   */
  async montage(request: MontageRequest, { signal, onProgress }: MontageControl = {}): Promise<MontageResult> {
    const body = { type: "montage", params: structuredClone(request) } as MontageBody;
    const control = { ...(signal === undefined ? {} : { signal }), onMontage: onProgress };
    return MontageMessage.parse(
      await this.call(body, control).catch((error: unknown) => {
        if (!isEngineDeath(error)) throw error;
        return this.call(body, control, true);
      }),
    );
  }

  /** Compares pictures that are on the disk. @param path of the photo @throws SilvergrainError INTERNAL, ENGINE_* */
  async measureTrust(path: string, parts: TrustParts): Promise<CellMap> {
    const body = { type: "trust", params: { path, parts: structuredClone(parts) } } as LookBody;
    return CellMapMessage.parse(await this.look(body));
  }

  /** Asks once more where the engine died meanwhile, for it need not be the photo's doing. */
  private async look(body: LookBody, signal?: StopSignal, onTiles?: (row: TileRow) => void): Promise<unknown> {
    const control = { ...(signal === undefined ? {} : { signal }), ...(onTiles === undefined ? {} : { onTiles }) };
    try {
      return await this.call(body, control);
    } catch (error) {
      if (!isEngineDeath(error)) throw error;
      // Thumbnails are made side by side: alone, the one that kills the engine takes no other with it.
      return await this.call(body, control, body.type === "thumbnail" || body.type === "pyramid");
    }
  }

  /**
   * Runs a model to find out what it is. A model that brings the engine down, or never ends, is refused by name.
   * @throws SilvergrainError MODEL_*, ENGINE_DIED, ENGINE_HUNG
   */
  async inspectModel(
    model: { readonly file: string; readonly sha256: string; readonly name: string },
    threads: number,
    allowSpinning: boolean,
  ): Promise<ModelTraits> {
    return ModelTraitsMessage.parse(await this.call({ type: "inspect", params: { ...model, threads, allowSpinning } }));
  }

  /** Measures one picture against its reference. @throws SilvergrainError */
  async evaluate(params: EvaluateParams): Promise<EvaluationMessage> {
    return EvaluationMessage.parse(await this.call({ type: "evaluate", params }));
  }

  /**
   * What `auto` makes of the devices here. To be asked of an engine of its own, for other work would make it wait, and
   * a device may bring the engine down.
   * @throws SilvergrainError MODEL_CORRUPT, ENGINE_DIED, ENGINE_HUNG
   */
  async surveyDevices(model: ModelFacts, threads: number, allowSpinning: boolean): Promise<DeviceSurveyMessage> {
    const params = { model: modelMessage(model), threads, allowSpinning };
    return DeviceSurveyMessage.parse(await this.call({ type: "devices", params }));
  }

  /**
   * Chooses and measures the device for a model; once more where the engine died meanwhile. Where `auto` brings it down,
   * the CPU it is.
   */
  async describeDevice(
    model: ModelFacts,
    device: DeviceChoice,
    threads: number,
    allowSpinning: boolean,
  ): Promise<DeviceReportMessage> {
    try {
      return await this.describeOnce(model, device, threads, allowSpinning);
    } catch (error) {
      if (!isEngineDeath(error)) throw error;
      return await this.describeOnce(model, device === "auto" ? "cpu" : device, threads, allowSpinning);
    }
  }

  private async describeOnce(model: ModelFacts, device: DeviceChoice, threads: number, allowSpinning: boolean) {
    const params = { model: modelMessage(model), device, threads, allowSpinning };
    return DeviceReportMessage.parse(await this.call({ type: "device", params }));
  }

  /**
   * Enhances a photo; several may be asked for at a time, and are overlapped. See `isEngineDeath` for what may be tried
   * once more with `careful`: half the tile, where the device was left to us the CPU, and nothing beside it.
   */
  readonly enhance: Enhance = async (request, control) => {
    const careful = control.careful === true;
    const { model, target, sourceStamp, ...rest } = careful ? moreCarefully(request, this.lastTilePx) : request;
    const params = { ...rest, model: modelMessage(model), target: { ...target }, sourceStamp: { ...sourceStamp } };
    const result = EnhanceResultMessage.parse(await this.call({ type: "enhance", params }, control, careful));
    this.lastTilePx = result.tilePx;
    return result;
  };

  /**
   * Shows a part of a photo as the model makes it, ahead of whatever is being enhanced and never waiting for another
   * model to be done with.
   * @throws SilvergrainError
   */
  async region(request: RegionRequest, control: CallControl = {}): Promise<RegionResult> {
    const { model, rect, sourceStamp, ...rest } = request;
    const params = { ...rest, model: modelMessage(model), rect: { ...rect }, sourceStamp: { ...sourceStamp } };
    return RegionResultMessage.parse(await this.call({ type: "region", params }, control));
  }

  /**
   * Shows a part of a photo as its finished file will have it; goes ahead like `region`.
   * @throws SilvergrainError
   */
  async live(request: LiveRegionRequest, control: CallControl = {}): Promise<LiveRegionResult> {
    const { model, rect, sourceStamp, target, ...rest } = request;
    const sizes = { rect: { ...rect }, target: { ...target }, sourceStamp: { ...sourceStamp } };
    const params = { ...rest, ...sizes, model: modelMessage(model) };
    return LiveResultMessage.parse(await this.call({ type: "live", params }, control));
  }

  /** Ends the engine; calls that wait are rejected. */
  close(): void {
    this.closed = true;
    this.stop();
    const gone = new SilvergrainError("CANCELLED", "The engine was stopped.");
    const all = [...this.inHand.values(), ...this.queue];
    this.inHand.clear();
    this.queue = [];
    for (const call of all) call.reject(gone);
  }

  private call(
    body: CallBody,
    { signal, onProgress, onTiles, onMontage }: Control = {},
    isCareful = false,
  ): Promise<unknown> {
    if (signal?.aborted === true || this.closed) return Promise.reject(notBegun());
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const onAbort = () => this.cancel(id);
      const settle =
        <T>(act: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener("abort", onAbort);
          act(value);
        };
      const call: PendingCall = {
        id,
        body,
        isCareful,
        signal,
        onProgress,
        onTiles,
        onMontage,
        resolve: settle(resolve),
        reject: settle(reject),
        isActive: false,
        strangeDeaths: 0,
      };
      this.queue = [...this.queue, call];
      signal?.addEventListener("abort", onAbort, { once: true });
      this.advance();
    });
  }

  private advance(): void {
    for (let call = this.nextToSend(); call !== undefined; call = this.nextToSend()) {
      const { id, body } = call;
      this.queue = this.queue.filter((other) => other !== call);
      try {
        this.recycleFor(body);
        this.port ??= this.begin();
      } catch (error) {
        call.reject(asSilvergrainError(error));
        continue;
      }
      this.inHand.set(id, call);
      if (this.watchdog === undefined) this.watch();
      this.port.send({ ...body, id } as HostMessage);
    }
  }

  /** In the order of asking, but what needs no change of model overtakes what waits for one. */
  private nextToSend(): PendingCall | undefined {
    const inHand = [...this.inHand.values()];
    if (inHand.some(({ isCareful }) => isCareful)) return undefined;
    const isBusy = inHand.some(({ body }) => !isLight(body));
    let isHeldUp = false;
    for (const call of this.queue) {
      if (call.isCareful && !isHeldUp) {
        if (inHand.length === 0) return call;
        // Only light calls are left: no more of them, or it might never be alone.
        if (!isBusy) return undefined;
      }
      if (isLight(call.body) || (!isHeldUp && !call.isCareful && this.fits(call.body, inHand))) return call;
      isHeldUp = true;
    }
    return undefined;
  }

  /** Whether a call can be sent without ending what is in hand. */
  private fits(body: CallBody, inHand: readonly PendingCall[]): boolean {
    const model = changeOf(body);
    if (model === undefined || this.modelInUse === undefined || model === this.modelInUse) return true;
    return !inHand.some((other) => !isLight(other.body) || modelOf(other.body) === this.modelInUse);
  }

  /** onnxruntime leaks when sessions are opened again and again in one process, so another model gets another process. */
  private recycleFor(body: CallBody): void {
    const model = changeOf(body);
    if (model === undefined) return;
    if (this.modelInUse !== undefined && this.modelInUse !== model) {
      this.stop();
      this.putBack([...this.inHand.values()]);
      this.inHand.clear();
    }
    this.modelInUse = model;
  }

  private begin(): EnginePort {
    const port = this.options.start();
    port.onMessage((raw) => {
      if (this.port === port) this.receive(raw);
    });
    port.onClose((how) => {
      if (this.port === port) this.died("ENGINE_DIED", how);
    });
    return port;
  }

  private receive(raw: unknown): void {
    const message = parseMessage(EngineMessage, raw);
    if (message === undefined) return;
    if (this.inHand.size > 0) this.watch();
    if (!("id" in message)) return;
    const call = this.inHand.get(message.id);
    if (call === undefined) return;
    switch (message.type) {
      case "started":
        call.isActive = !hasStages(call.body);
        return;
      case "progress":
        call.isActive = message.progress.stage !== "waiting";
        call.onProgress?.(message.progress);
        return;
      case "tiles":
        call.onTiles?.(message.row);
        return;
      case "montage-progress":
        call.onMontage?.(message.progress);
        return;
      case "result":
        this.finish(call, () => call.resolve(message.value));
        return;
      case "failed": {
        const cause = message.detail === "" ? {} : { cause: message.detail };
        this.finish(call, () => call.reject(new SilvergrainError(message.code, message.message, cause)));
        return;
      }
      default:
        assertNever(message);
    }
  }

  private finish(call: PendingCall, settle: () => void): void {
    this.inHand.delete(call.id);
    if (this.inHand.size === 0) this.unwatch();
    settle();
    this.advance();
  }

  /** Blames what the engine was working on; what only waited goes to the next engine. */
  private died(code: "ENGINE_DIED" | "ENGINE_HUNG", how: string): void {
    this.port = undefined;
    this.modelInUse = undefined;
    this.unwatch();
    const calls = [...this.inHand.values()];
    this.inHand.clear();
    this.options.onDeath?.(
      how,
      calls.map(({ body }) => body.type),
    );
    const isExplained = calls.some(({ isActive }) => isActive);
    const innocent: PendingCall[] = [];
    for (const call of calls) {
      if (!isExplained) call.strangeDeaths++;
      const isDeath = call.isActive || isPastHelp(call, calls.length === 1);
      if (isDeath && call.signal?.aborted !== true) call.reject(new SilvergrainError(code, blame(call.body, how)));
      else innocent.push(call);
    }
    this.putBack(innocent);
    this.advance();
  }

  /** Ahead of all that was not sent yet. What was stopped meanwhile is not sent again. */
  private putBack(calls: readonly PendingCall[]): void {
    const wanted = calls.filter(({ signal }) => signal?.aborted !== true);
    for (const call of wanted) call.isActive = false;
    this.queue = [...wanted, ...this.queue];
    for (const call of calls) {
      if (!wanted.includes(call)) call.reject(new SilvergrainError("CANCELLED", "Stopped before it was done."));
    }
  }

  private cancel(id: number): void {
    const waiting = this.queue.find((call) => call.id === id);
    if (waiting === undefined) {
      this.port?.send({ type: "cancel", id });
      return;
    }
    this.queue = this.queue.filter((call) => call !== waiting);
    waiting.reject(notBegun());
    // It may have been what held others up.
    this.advance();
  }

  private watch(): void {
    this.unwatch();
    const timeoutMs = this.options.hangTimeoutMs ?? DEFAULT_HANG_TIMEOUT_MS;
    this.watchdog = setTimeout(() => {
      const { port } = this;
      this.port = undefined;
      port?.kill();
      this.died("ENGINE_HUNG", `gave no sign of life for ${Math.round(timeoutMs / 1000)} s`);
    }, timeoutMs);
  }

  private unwatch(): void {
    clearTimeout(this.watchdog);
    this.watchdog = undefined;
  }

  private stop(): void {
    this.unwatch();
    const { port } = this;
    this.port = undefined;
    this.modelInUse = undefined;
    port?.kill();
  }
}

function isLook(body: CallBody): body is LookBody {
  return ["probe", "details", "thumbnail", "embedded", "pyramid", "trust"].includes(body.type);
}

/** Calls that the engine answers beside whatever else it does, with whatever model is loaded. */
function isLight(body: CallBody): boolean {
  return isLook(body) || body.type === "montage" || body.type === "region" || body.type === "live";
}

/** Calls that tell in which stage they are. */
function hasStages(body: CallBody): boolean {
  return body.type === "enhance" || body.type === "region" || body.type === "live";
}

/** A call that had not begun, but would only meet the same end again. */
function isPastHelp({ body, strangeDeaths }: PendingCall, isAlone: boolean): boolean {
  return strangeDeaths > MAX_STRANGE_DEATHS || (isAlone && strangeDeaths > 0 && body.type !== "enhance");
}

function pictureOf(
  body: LookBody | MontageBody | Extract<CallBody, { type: "region" | "live" | "enhance" | "evaluate" }>,
): string {
  if (isLook(body)) return body.params.path;
  if (body.type === "montage") return body.params.output;
  return body.type === "evaluate" ? body.params.reference : body.params.source;
}

/** The model that a call is for, as `modelKey` names it. */
function modelOf(body: CallBody): string | undefined {
  if (isLook(body) || body.type === "inspect" || body.type === "montage") return undefined;
  if (body.type !== "evaluate") return modelKey(body.params.model);
  const { candidate } = body.params;
  return candidate.kind === "model" ? modelKey(candidate.model) : undefined;
}

/**
 * The model that an engine must have been started for to take the call. A region's is loaded beside it. Whoever
 * inspects models ends the engine soon after, so what leaks meanwhile does not matter.
 */
function changeOf(body: CallBody): string | undefined {
  return isLight(body) ? undefined : modelOf(body);
}

function notBegun(): SilvergrainError {
  return new SilvergrainError("CANCELLED", "Stopped before it was begun.");
}

function blame(body: CallBody, how: string): string {
  if (body.type === "inspect") {
    return `The model ${body.params.name} was refused: the engine ${how} while it was tried. Nothing was installed.`;
  }
  if (isLook(body)) {
    return `The engine ${how} while it was looking at ${basename(pictureOf(body))}. The photo may be damaged; open it elsewhere to see.`;
  }
  if (body.type === "montage") {
    return `The engine ${how} while it was making ${basename(pictureOf(body))}. One of its pictures may be damaged; open them elsewhere to see.`;
  }
  if (body.type === "live") {
    return `The engine ${how} while it was working on ${basename(pictureOf(body))}. It is started again; try it once more.`;
  }
  if (body.type === "devices")
    return `The engine ${how} while it was trying the devices. Choose the CPU in the settings.`;
  const subject = body.type === "device" ? body.params.model.id : basename(pictureOf(body));
  const advice = body.type === "enhance" ? "a smaller --tile or --device cpu" : "--device cpu";
  return `The engine ${how} while it was working on ${subject}. Try ${advice}.`;
}

/** A model's facts as a message. */
export function modelMessage(model: ModelFacts) {
  return { ...model, range: [...model.range] as [number, number], windows: { ...model.windows } };
}

function moreCarefully(request: EnhanceRequest, lastTilePx: number | undefined): EnhanceRequest {
  const tilePx = request.tilePx ?? lastTilePx;
  const halved = tilePx === undefined ? CAUTIOUS_TILE_PX : Math.max(MIN_TILE_PX, Math.floor(tilePx / 2));
  return { ...request, tilePx: halved, device: request.device === "auto" ? "cpu" : request.device };
}

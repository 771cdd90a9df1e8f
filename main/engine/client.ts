import {
  type DeviceChoice,
  type Enhance,
  type EnhanceProgress,
  type EnhanceRequest,
  type EnhanceResult,
  type ModelFacts,
  modelKey,
  type PhotoHeader,
  type StopSignal,
} from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import type { ModelTraits } from "../core/model-traits.ts";
import { basename } from "../core/paths.ts";
import {
  DeviceReportMessage,
  EngineMessage,
  EnhanceResultMessage,
  type EvaluateParams,
  EvaluationMessage,
  type HostMessage,
  ModelTraitsMessage,
  PhotoHeaderMessage,
  parseMessage,
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
}

type CallBody = HostMessage extends infer M
  ? M extends { id: number; params: unknown }
    ? Omit<M, "id">
    : never
  : never;

interface PendingCall {
  readonly id: number;
  readonly body: CallBody;
  readonly onProgress: ((progress: EnhanceProgress) => void) | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: SilvergrainError) => void;
}

const DEFAULT_HANG_TIMEOUT_MS = 180_000;
/** A retry after a death uses half the tile; with nothing measured yet, this much. */
const CAUTIOUS_TILE_PX = 64;
const MIN_TILE_PX = 16;

/** A death of the engine with a photo in hand. Never leaves this module. */
class EngineDeath extends SilvergrainError {}

/**
 * The host's side of an engine process: starts it when it is needed, gives it one call at a time, and when it dies
 * or hangs blames the call in hand and nothing else.
 */
export class EngineClient {
  private port: EnginePort | undefined;
  private readonly queue: PendingCall[] = [];
  private inHand: PendingCall | undefined;
  private watchdog: NodeJS.Timeout | undefined;
  private nextId = 0;
  private modelInUse: string | undefined;
  private lastTilePx: number | undefined;
  private closed = false;

  constructor(private readonly options: EngineClientOptions) {}

  /** Reads a photo's header. */
  async probe(path: string, maxMegapixels: number): Promise<PhotoHeader> {
    return PhotoHeaderMessage.parse(await this.call({ type: "probe", params: { path, maxMegapixels } }));
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

  /** Chooses and measures the device for a model. Where `auto` brings the engine down, the CPU it is. */
  async describeDevice(
    model: ModelFacts,
    device: DeviceChoice,
    threads: number,
    allowSpinning: boolean,
  ): Promise<DeviceReportMessage> {
    try {
      return await this.describeOnce(model, device, threads, allowSpinning);
    } catch (error) {
      if (!(error instanceof EngineDeath) || device !== "auto") throw error;
      return await this.describeOnce(model, "cpu", threads, allowSpinning);
    }
  }

  private async describeOnce(model: ModelFacts, device: DeviceChoice, threads: number, allowSpinning: boolean) {
    const params = { model: modelMessage(model), device, threads, allowSpinning };
    return DeviceReportMessage.parse(await this.call({ type: "device", params }));
  }

  /**
   * Enhances a photo. If the engine dies or hangs over it, it gets one more try with half the tile (and, where the
   * device was left to us, on the CPU); a second death fails it.
   */
  readonly enhance: Enhance = async (request, control) => {
    try {
      return await this.enhanceOnce(request, control);
    } catch (error) {
      if (!(error instanceof EngineDeath) || control.signal?.aborted === true) throw error;
      return await this.enhanceOnce(moreCarefully(request, this.lastTilePx), control);
    }
  };

  /** Ends the engine; calls that wait are rejected. */
  close(): void {
    this.closed = true;
    this.stop();
    const gone = new SilvergrainError("CANCELLED", "The engine was stopped.");
    for (const call of this.queue.splice(0)) call.reject(gone);
    const { inHand } = this;
    this.inHand = undefined;
    inHand?.reject(gone);
  }

  private async enhanceOnce(request: EnhanceRequest, control: Parameters<Enhance>[1]): Promise<EnhanceResult> {
    const params = {
      ...request,
      model: modelMessage(request.model),
      target: { ...request.target },
      sourceStamp: { ...request.sourceStamp },
    };
    const body = { type: "enhance" as const, params };
    const value = await this.call(body, control.signal, control.onProgress);
    const result = EnhanceResultMessage.parse(value);
    this.lastTilePx = result.tilePx;
    return result;
  }

  private call(
    body: CallBody,
    signal?: StopSignal,
    onProgress?: (progress: EnhanceProgress) => void,
  ): Promise<unknown> {
    if (signal?.aborted === true || this.closed) {
      return Promise.reject(new SilvergrainError("CANCELLED", "Stopped before it was begun."));
    }
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const onAbort = () => this.cancel(id);
      const settle =
        <T>(act: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener("abort", onAbort);
          act(value);
        };
      this.queue.push({ id, body, onProgress, resolve: settle(resolve), reject: settle(reject) });
      signal?.addEventListener("abort", onAbort, { once: true });
      this.advance();
    });
  }

  private advance(): void {
    if (this.inHand !== undefined) return;
    const call = this.queue.shift();
    if (call === undefined) return;
    this.inHand = call;
    this.recycleFor(call.body);
    this.port ??= this.begin();
    this.watch();
    this.port.send({ ...call.body, id: call.id } as HostMessage);
  }

  /** onnxruntime leaks when sessions are opened again and again in one process, so another model gets another process. */
  private recycleFor(body: CallBody): void {
    // Whoever inspects models ends the engine soon after, so what leaks meanwhile does not matter.
    if (body.type === "probe" || body.type === "inspect") return;
    const model = modelOf(body);
    if (model === undefined) return;
    if (this.modelInUse !== undefined && this.modelInUse !== model) this.stop();
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
    if (this.inHand !== undefined) this.watch();
    if (!("id" in message) || message.id !== this.inHand?.id) return;
    const call = this.inHand;
    if (message.type === "progress") call.onProgress?.(message.progress);
    if (message.type === "result") this.finish(() => call.resolve(message.value));
    if (message.type === "failed") {
      const cause = message.detail === "" ? {} : { cause: message.detail };
      this.finish(() => call.reject(new SilvergrainError(message.code, message.message, cause)));
    }
  }

  private finish(settle: () => void): void {
    clearTimeout(this.watchdog);
    this.inHand = undefined;
    settle();
    this.advance();
  }

  private died(code: "ENGINE_DIED" | "ENGINE_HUNG", how: string): void {
    this.port = undefined;
    const call = this.inHand;
    if (call === undefined) return;
    const message = blame(call.body, how);
    this.finish(() => call.reject(new EngineDeath(code, message)));
  }

  private cancel(id: number): void {
    const waiting = this.queue.findIndex((call) => call.id === id);
    if (waiting >= 0) {
      const [call] = this.queue.splice(waiting, 1);
      call?.reject(new SilvergrainError("CANCELLED", "Stopped before it was begun."));
      return;
    }
    this.port?.send({ type: "cancel", id });
  }

  private watch(): void {
    clearTimeout(this.watchdog);
    const timeoutMs = this.options.hangTimeoutMs ?? DEFAULT_HANG_TIMEOUT_MS;
    this.watchdog = setTimeout(() => {
      const { port } = this;
      this.port = undefined;
      port?.kill();
      this.died("ENGINE_HUNG", `gave no sign of life for ${Math.round(timeoutMs / 1000)} s`);
    }, timeoutMs);
  }

  private stop(): void {
    clearTimeout(this.watchdog);
    const { port } = this;
    this.port = undefined;
    port?.kill();
  }
}

function pictureOf(body: Extract<CallBody, { type: "probe" | "enhance" | "evaluate" }>): string {
  if (body.type === "probe") return body.params.path;
  return body.type === "evaluate" ? body.params.reference : body.params.source;
}

/** The model that a call is for, as `modelKey` names it. */
function modelOf(body: Exclude<CallBody, { type: "probe" | "inspect" }>): string | undefined {
  if (body.type !== "evaluate") return modelKey(body.params.model);
  const { candidate } = body.params;
  return candidate.kind === "model" ? modelKey(candidate.model) : undefined;
}

function blame(body: CallBody, how: string): string {
  if (body.type === "inspect") {
    return `The model ${body.params.name} was refused: the engine ${how} while it was tried. Nothing was installed.`;
  }
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

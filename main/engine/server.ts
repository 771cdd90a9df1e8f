import type { EnhanceProgress } from "../core/enhance.ts";
import { asSilvergrainError, assertNever } from "../core/errors.ts";
import type { MontageProgress } from "../core/montage-request.ts";
import type { TileRow } from "../core/viewing.ts";
import type { Enhancer } from "./enhancer.ts";
import { Montages } from "./montage.ts";
import { PhotoViewer } from "./photo-viewer.ts";
import { type EngineMessage, HostMessage, parseMessage } from "./protocol.ts";
import { makePyramid } from "./pyramid.ts";
import { measureTrust } from "./trust.ts";

/** How often a heartbeat is sent while the loop turns. */
const HEARTBEAT_MS = 1000;

type Call = Exclude<HostMessage, { type: "cancel" }>;

/**
 * Answers a host's calls side by side; the enhancer puts them in order where they must not overlap. Cancels are heard
 * between tiles. Work of the enhancer is what may crash the process; nothing here can.
 */
export class EngineServer {
  private readonly cancels = new Map<number, AbortController>();
  private readonly heartbeat: NodeJS.Timeout;
  private readonly viewer = new PhotoViewer();
  private readonly montages = new Montages();

  constructor(
    private readonly enhancer: Enhancer,
    private readonly send: (message: EngineMessage) => void,
  ) {
    this.heartbeat = setInterval(() => this.send({ type: "heartbeat" }), HEARTBEAT_MS);
  }

  /** Takes one message. A call that is not sound is answered with a failure, anything else is ignored: no crash. */
  receive(raw: unknown): void {
    const message = parseMessage(HostMessage, raw);
    if (message === undefined) {
      this.refuse(raw);
      return;
    }
    if (message.type === "cancel") {
      this.cancel(message.id);
      return;
    }
    const cancel = new AbortController();
    this.cancels.set(message.id, cancel);
    void this.work(message, cancel.signal);
  }

  /** Stops heartbeats and cancels everything. */
  async close(): Promise<void> {
    clearInterval(this.heartbeat);
    for (const cancel of this.cancels.values()) cancel.abort();
    await this.enhancer.release();
  }

  private refuse(raw: unknown): void {
    if (typeof raw !== "object" || raw === null || !("id" in raw) || !("type" in raw)) return;
    const { id, type } = raw;
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || type === "cancel") return;
    this.send({
      type: "failed",
      id,
      code: "INTERNAL",
      message: "The engine did not understand what it was asked for.",
      detail: "",
    });
  }

  private cancel(id: number): void {
    this.cancels.get(id)?.abort();
  }

  private async work(call: Call, signal: AbortSignal): Promise<void> {
    const { id } = call;
    try {
      this.send({ type: "result", id, value: await this.answer(call, signal) });
    } catch (thrown) {
      const error = asSilvergrainError(thrown);
      const detail = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : "";
      this.send({ type: "failed", id, code: error.code, message: error.message, detail });
    } finally {
      this.cancels.delete(id);
    }
  }

  private async answer(call: Call, signal: AbortSignal): Promise<unknown> {
    const { id } = call;
    const onBegin = () => this.send({ type: "started", id });
    const onProgress = (progress: EnhanceProgress) => this.send({ type: "progress", id, progress });
    switch (call.type) {
      case "probe":
        onBegin();
        return this.enhancer.probe(call.params.path, call.params.maxMegapixels);
      case "details":
        onBegin();
        return this.viewer.details(call.params.path, call.params.maxMegapixels);
      case "thumbnail":
        return this.viewer.thumbnail(call.params, { signal, onBegin });
      case "pyramid": {
        const onTiles = (row: TileRow) => this.send({ type: "tiles", id, row: { ...row, checks: [...row.checks] } });
        onBegin();
        return makePyramid({ ...call.params, stamp: call.params.stamp }, { signal, onTiles });
      }
      case "montage": {
        const tell = (progress: MontageProgress) => this.send({ type: "montage-progress", id, progress });
        return this.montages.make(call.params, { signal, onBegin, onProgress: tell });
      }
      case "trust":
        onBegin();
        return measureTrust(call.params.parts);
      case "embedded":
        return (await this.viewer.embedded(call.params.path, call.params.save, { signal, onBegin })) ?? null;
      case "device": {
        const { model, device, threads, allowSpinning } = call.params;
        return this.enhancer.describeDevice(model, device, threads, allowSpinning, { signal, onBegin });
      }
      case "devices": {
        const { model, ...options } = call.params;
        return this.enhancer.surveyDevices(model, options, { signal, onBegin });
      }
      case "inspect": {
        const { file, sha256, name, threads, allowSpinning } = call.params;
        return this.enhancer.inspectModel({ file, sha256, name }, { threads, allowSpinning }, { signal, onBegin });
      }
      case "evaluate":
        return this.enhancer.evaluate(call.params, { signal, onBegin });
      case "region":
        onBegin();
        return this.enhancer.region({ ...call.params, tilePx: call.params.tilePx }, { signal, onProgress });
      case "live":
        onBegin();
        return this.enhancer.live({ ...call.params, tilePx: call.params.tilePx }, { signal, onProgress });
      case "enhance":
        onBegin();
        return this.enhancer.enhance(
          { ...call.params, quality: call.params.quality, tilePx: call.params.tilePx },
          { signal, onProgress },
        );
      default:
        return assertNever(call);
    }
  }
}

import { type LivePatch, type LiveRequest, patchUrl, type Recipe } from "../../preload/contract.ts";
import { ask, CallError } from "../api.ts";
import { isCovered } from "./live-rects.ts";
import type { Patch } from "./scene.ts";

/** Of patches, all together; the oldest go first. */
const LIMIT_BYTES = 96e6;
/** A pointer that moves asks this often at most. */
const PAUSE_MS = 60;
/** How long what has failed is not asked for again. */
const RETRY_MS = 30_000;

type Lane = LiveRequest["lane"];

interface Kept extends Patch {
  /** The photo and the recipe that it is of. */
  readonly of: string;
  readonly shrink: number;
  readonly isWhole: boolean;
}

interface LaneState {
  /** What was asked for and has not come. */
  busy: LiveRequest | undefined;
  /** What to ask for next. */
  next: LiveRequest | undefined;
  /** When it may be asked for. */
  timer: ReturnType<typeof setTimeout> | undefined;
  /** Tells answers that nobody waits for any more. */
  turn: number;
}

/** What the looks tell. */
export interface LiveListener {
  /** More is there to be painted, or a lane has begun or ended to work. */
  readonly onChange: (isBusy: boolean, latest: LivePatch | undefined) => void;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Asks for parts of results ahead of the batch, and keeps what came. In each lane only the latest wish counts: one
 * request is under way and one waits, however far the pointer goes.
 */
export class LiveLooks {
  private kept: readonly Kept[] = [];
  private readonly lanes = new Map<Lane, LaneState>();
  /** Of a photo and recipe that failed: it is told once, and not asked for again for a while. */
  private failed: { readonly of: string; readonly atMs: number } | undefined;

  constructor(private readonly listener: LiveListener) {}

  /** What there is of a result, to be painted in this order: coarse ones lie below. */
  patchesOf(photo: number, recipe: Recipe): readonly Patch[] {
    const of = keyOf(photo, recipe);
    const found = this.shown;
    if (found?.of === of && found.from === this.kept) return found.patches;
    const patches = this.kept.filter((each) => each.of === of).sort((a, b) => b.shrink - a.shrink);
    this.shown = { of, from: this.kept, patches };
    return patches;
  }
  private shown: { of: string; from: readonly Kept[]; patches: readonly Patch[] } | undefined;

  /** Whether all that a request asks for is there. */
  has(request: LiveRequest): boolean {
    const of = keyOf(request.photo, request.recipe);
    const whole = this.kept.filter((each) => each.of === of && each.isWhole && each.shrink <= request.shrink);
    return isCovered(
      request.rect,
      whole.map(({ area }) => area),
    );
  }

  /** Asks for a part, unless it is there, or is what was asked for last. */
  want(request: LiveRequest): void {
    const lane = this.laneOf(request.lane);
    const latest = lane.next ?? lane.busy;
    if (latest !== undefined && isSame(latest, request)) return;
    if (this.hasFailed(request)) return;
    if (this.has(request)) {
      const wasBusy = this.isBusy;
      lane.next = undefined;
      if (wasBusy !== this.isBusy) this.listener.onChange(this.isBusy, undefined);
      return;
    }
    lane.next = request;
    lane.timer ??= setTimeout(() => this.send(lane), PAUSE_MS);
  }

  /** Whether the model is at work for a lane, or will be. */
  isInferring(name: Lane): boolean {
    const lane = this.lanes.get(name);
    return lane?.busy?.infer === true || lane?.next?.infer === true;
  }

  /** Nobody waits for a lane any more. */
  drop(name: Lane): void {
    const lane = this.lanes.get(name);
    if (lane === undefined || (lane.busy === undefined && lane.next === undefined)) return;
    const wasBusy = lane.busy !== undefined;
    lane.turn++;
    lane.busy = undefined;
    lane.next = undefined;
    if (wasBusy) ask("dropLive", name).catch(this.listener.onFailure);
    this.listener.onChange(this.isBusy, undefined);
  }

  /** Forgets everything, for another photo. */
  clear(): void {
    for (const name of this.lanes.keys()) this.drop(name);
    this.kept = [];
    this.failed = undefined;
  }

  close(): void {
    this.clear();
    for (const { timer } of this.lanes.values()) clearTimeout(timer);
  }

  get isBusy(): boolean {
    return [...this.lanes.values()].some(({ busy, next }) => busy !== undefined || next !== undefined);
  }

  private hasFailed({ photo, recipe }: LiveRequest): boolean {
    const { failed } = this;
    return failed?.of === keyOf(photo, recipe) && performance.now() - failed.atMs < RETRY_MS;
  }

  private laneOf(name: Lane): LaneState {
    const found = this.lanes.get(name);
    if (found !== undefined) return found;
    const lane: LaneState = { busy: undefined, next: undefined, timer: undefined, turn: 0 };
    this.lanes.set(name, lane);
    return lane;
  }

  private send(lane: LaneState): void {
    lane.timer = undefined;
    const request = lane.next;
    if (request === undefined) return;
    lane.next = undefined;
    if (this.hasFailed(request)) {
      this.listener.onChange(this.isBusy, undefined);
      return;
    }
    lane.busy = request;
    const turn = ++lane.turn;
    this.listener.onChange(true, undefined);
    this.fetch(request)
      .then(([answer, patch]) => {
        if (patch !== undefined) this.keep(patch);
        const isWanted = lane.turn === turn;
        if (isWanted) lane.busy = undefined;
        this.listener.onChange(this.isBusy, isWanted ? answer : undefined);
      })
      .catch((error: unknown) => {
        if (lane.turn === turn) lane.busy = undefined;
        if (!(error instanceof CallError && error.code === "CANCELLED")) {
          this.failed = { of: keyOf(request.photo, request.recipe), atMs: performance.now() };
          this.listener.onFailure(error);
        }
        this.listener.onChange(this.isBusy, undefined);
      });
  }

  private async fetch(request: LiveRequest): Promise<readonly [LivePatch, Kept | undefined]> {
    const answer = await ask("live", request);
    if (answer.token === undefined) return [answer, undefined];
    const response = await fetch(patchUrl(answer.token));
    if (!response.ok) throw new CallError({ code: "INTERNAL", message: "" });
    const samples = new Uint8Array(await response.arrayBuffer());
    const { token, area, width, height, isWhole } = answer;
    const of = keyOf(request.photo, request.recipe);
    return [answer, { token, area, width, height, samples, of, shrink: request.shrink, isWhole }];
  }

  private keep(patch: Kept): void {
    // What lies wholly under a patch that is as fine is not seen any more.
    const rest = this.kept.filter(
      (old) => old.of !== patch.of || old.shrink < patch.shrink || !isCovered(old.area, [patch.area]),
    );
    let bytes = patch.samples.length;
    const kept = [...rest].reverse().filter(({ samples }) => {
      bytes += samples.length;
      return bytes <= LIMIT_BYTES;
    });
    this.kept = [...kept.reverse(), patch];
  }
}

function keyOf(photo: number, recipe: Recipe): string {
  // The format has no say in how the px are computed.
  const { model, realism, size, strength } = recipe;
  return JSON.stringify([photo, model, realism, size, strength]);
}

function isSame(a: LiveRequest, b: LiveRequest): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

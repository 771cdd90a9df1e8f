import type { EnhanceProgress } from "../core/enhance.ts";
import type { ErrorCode, SilvergrainError } from "../core/errors.ts";
import type { BatchCost, PlanDevice } from "../queue/cost.ts";
import type { PlannedPhoto, SkippedPhoto } from "../queue/plan.ts";
import type { WaitReason } from "../queue/queue-event.ts";
import type { FinishedJob } from "../queue/store.ts";
import type { HandedOver } from "./hand-over.ts";

/** What a plan amounts to. */
export interface PlanSummary {
  readonly target: string;
  readonly model: string;
  readonly todo: readonly PlannedPhoto[];
  readonly skipped: number;
  readonly failed: number;
  /** Files that are no photos by their name. */
  readonly ignored: number;
  /** Photos to enhance that look compressed or noisy. */
  readonly worn: number;
  /** What could be done for them, where something could. */
  readonly advice: string | undefined;
  readonly cost: BatchCost;
  readonly device: PlanDevice | undefined;
  readonly dryRun: boolean;
}

/** What became of a batch. */
export interface BatchSummary {
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly flagged: number;
  /** Still in the queue. */
  readonly waiting: number;
  readonly ms: number;
  readonly inferenceMs: number;
  readonly interrupted: boolean;
  /** Paths of the reports, where there was something to report. */
  readonly reports: readonly string[];
}

/** Milliseconds, where they are known. */
export interface TimesLeft {
  readonly photoMs: number | undefined;
  readonly batchMs: number | undefined;
}

/** Tells a batch's story, to a terminal or to a program. */
export interface Reporter {
  planning(photos: number): void;
  plan(plan: PlanSummary): void;
  /** Goes on with what an earlier run had queued. */
  resuming(photos: number, target: string): void;
  progress(planned: PlannedPhoto, progress: EnhanceProgress, left: TimesLeft): void;
  done(planned: PlannedPhoto, result: FinishedJob, output: string): void;
  skipped(skipped: SkippedPhoto): void;
  failed(path: string, error: SilvergrainError): void;
  /** A photo goes back into the queue and will be tried again. */
  putBack(source: string, code: ErrorCode): void;
  /** The user took it out of the queue while it was in hand. */
  cancelled(source: string): void;
  /** Nothing is done for a while, and why; `undefined` when it goes on. */
  waiting(reason: WaitReason | undefined, target: string): void;
  /** Another Silvergrain is working in the target folder and has taken the photos. */
  handedOver(target: string, what: HandedOver): void;
  summary(summary: BatchSummary): void;
  /** Leaves the terminal as it was; may be called at any time, and again. */
  close(): void;
}

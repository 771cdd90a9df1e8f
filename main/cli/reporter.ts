import type { EnhanceProgress, EnhanceResult } from "../core/enhance.ts";
import type { SilvergrainError } from "../core/errors.ts";
import type { BatchCost, PlanDevice } from "../queue/cost.ts";
import type { PlannedPhoto, SkippedPhoto } from "../queue/plan.ts";

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
  readonly ms: number;
  readonly inferenceMs: number;
  readonly interrupted: boolean;
}

/** Tells a batch's story, to a terminal or to a program. */
export interface Reporter {
  planning(photos: number): void;
  plan(plan: PlanSummary): void;
  start(planned: PlannedPhoto): void;
  progress(planned: PlannedPhoto, progress: EnhanceProgress, batchMsLeft: number | undefined): void;
  done(planned: PlannedPhoto, result: EnhanceResult, output: string): void;
  skipped(skipped: SkippedPhoto): void;
  failed(path: string, error: SilvergrainError): void;
  summary(summary: BatchSummary): void;
  /** Leaves the terminal as it was; may be called at any time, and again. */
  close(): void;
}

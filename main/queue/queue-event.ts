import type { EnhanceProgress } from "../core/enhance.ts";
import type { ErrorCode, SilvergrainError } from "../core/errors.ts";
import type { Job } from "./job-row.ts";
import type { PlannedPhoto } from "./plan.ts";
import type { FinishedJob } from "./store.ts";

/** Why nothing is done although there is something to do. */
export const WAIT_REASONS = ["paused", "disk-full", "battery"] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];

/** What the scheduler tells while it works. */
export type QueueEvent =
  | { readonly type: "started"; readonly job: Job; readonly photo: PlannedPhoto; readonly target: string }
  | {
      readonly type: "progress";
      readonly job: Job;
      readonly photo: PlannedPhoto;
      readonly progress: EnhanceProgress;
      readonly msLeft: number | undefined;
      readonly batchMsLeft: number | undefined;
    }
  | {
      readonly type: "done";
      readonly job: Job;
      readonly photo: PlannedPhoto;
      readonly target: string;
      readonly result: FinishedJob;
    }
  | { readonly type: "failed"; readonly job: Job; readonly error: SilvergrainError }
  /** It goes back into the queue: the engine died over it, the disk is full, the user paused. */
  | { readonly type: "put-back"; readonly job: Job; readonly code: ErrorCode }
  | { readonly type: "cancelled"; readonly job: Job }
  | {
      readonly type: "batch-held";
      readonly batch: number;
      readonly target: string;
      readonly error: SilvergrainError;
    }
  | { readonly type: "waiting"; readonly reason: WaitReason }
  | { readonly type: "going-on" };

import type { BatchPlan, FailedPhoto, SkipReason } from "./plan.ts";
import type { PassedOver } from "./store.ts";

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  done: "done before",
  "large-enough": "already as large as asked for",
};

/** The photos of a plan that make no jobs, for the batch's report. @param failures what could not even be planned */
export function passedOverOf(plan: BatchPlan, failures: readonly FailedPhoto[]): readonly PassedOver[] {
  return [
    ...plan.skipped.map(
      ({ photo, reason, output, flags }): PassedOver => ({
        source: photo.path,
        output,
        state: "skipped",
        code: reason,
        message: SKIPPED[reason],
        flags,
      }),
    ),
    ...[...failures, ...plan.failed].map(
      ({ path, error }): PassedOver => ({
        source: path,
        output: undefined,
        state: "failed",
        code: error.code,
        message: error.message,
        flags: [],
      }),
    ),
  ];
}

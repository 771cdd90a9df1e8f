import { join } from "node:path";
import type { PlanSummary, Reporter } from "./reporter.ts";

/** One JSON object a line on standard output. */
export function jsonReporter(write: (line: string) => void): Reporter {
  const say = (object: { readonly type: string } & Record<string, unknown>) => write(`${JSON.stringify(object)}\n`);
  return {
    planning: () => {},
    plan: (plan) => say(planObject(plan)),
    resuming: (photos, target) => say({ type: "resuming", photos, target }),
    progress: (planned, progress, { photoMs, batchMs }) =>
      say({
        type: "progress",
        source: planned.photo.path,
        ...progress,
        photoMsLeft: rounded(photoMs),
        msLeft: rounded(batchMs),
      }),
    done: (planned, result, output) =>
      say({
        type: "done",
        source: planned.photo.path,
        output,
        width: result.width,
        height: result.height,
        bytes: result.bytes,
        ms: rounded(result.totalMs),
        inferenceMs: rounded(result.inferenceMs),
        tilesInferred: result.tilesInferred ?? 0,
        tilesResumed: result.tilesResumed ?? 0,
        tilePx: result.tilePx ?? null,
        device: result.device ?? null,
        model: planned.model.id,
        flags: result.flags,
        notes: result.notes,
      }),
    skipped: ({ photo, reason, output, flags }) =>
      say({ type: "skipped", source: photo.path, reason, output: output ?? null, flags }),
    failed: (source, error) => say({ type: "failed", source, code: error.code, message: error.message }),
    putBack: (source, code) => say({ type: "put-back", source, code }),
    cancelled: (source) => say({ type: "cancelled", source }),
    waiting: (reason) => say(reason === undefined ? { type: "going-on" } : { type: "waiting", reason }),
    handedOver: (target, what) => say({ type: "handed-over", target, ...what }),
    summary: (summary) =>
      say({ type: "summary", ...summary, ms: Math.round(summary.ms), inferenceMs: Math.round(summary.inferenceMs) }),
    close: () => {},
  };
}

function planObject(plan: PlanSummary): { readonly type: string } & Record<string, unknown> {
  const { cost, device } = plan;
  const photos = plan.todo.map((planned) => ({
    source: planned.photo.path,
    output: join(plan.target, planned.output),
    width: planned.target.width,
    height: planned.target.height,
    format: planned.format,
    model: planned.model.id,
  }));
  return {
    type: "plan",
    target: plan.target,
    model: plan.model,
    photos: plan.todo.length,
    skipped: plan.skipped,
    failed: plan.failed,
    ignored: plan.ignored,
    worn: plan.worn,
    device: device?.device ?? null,
    tilePx: device?.corePx ?? null,
    ms: rounded(cost.ms),
    outputBytes: cost.outputBytes,
    workingBytes: cost.workingBytes,
    freeBytes: cost.freeBytes ?? null,
    diskTooSmall: cost.freeBytes !== undefined && cost.outputBytes + cost.workingBytes > cost.freeBytes,
    ...(plan.dryRun ? { items: photos } : {}),
  };
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms);
}

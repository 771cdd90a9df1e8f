import { join } from "node:path";
import type { PlanSummary, Reporter } from "./reporter.ts";

/** One JSON object a line on standard output. */
export function jsonReporter(write: (line: string) => void): Reporter {
  const say = (object: { readonly type: string } & Record<string, unknown>) => write(`${JSON.stringify(object)}\n`);
  return {
    planning: () => {},
    plan: (plan) => say(planObject(plan)),
    start: () => {},
    progress: (planned, progress, batchMsLeft) =>
      say({ type: "progress", source: planned.photo.path, ...progress, msLeft: rounded(batchMsLeft) }),
    done: (planned, result, output) =>
      say({
        type: "done",
        source: planned.photo.path,
        output,
        width: result.width,
        height: result.height,
        bytes: result.bytes,
        ms: Math.round(result.totalMs),
        inferenceMs: Math.round(result.inferenceMs),
        tilesInferred: result.tilesInferred,
        tilesResumed: result.tilesResumed,
        tilePx: result.tilePx,
        device: result.device,
        model: planned.model.id,
        flags: result.flags,
        notes: result.notes,
      }),
    skipped: ({ photo, reason, output, flags }) =>
      say({ type: "skipped", source: photo.path, reason, output: output ?? null, flags }),
    failed: (source, error) => say({ type: "failed", source, code: error.code, message: error.message }),
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

import { expected } from "../core/errors.ts";
import { isWorn } from "../core/wear.ts";
import type { EngineClient } from "../engine/client.ts";
import { findPhotos, type Walk } from "../library/walk.ts";
import { type BatchCost, costOf, measureDevice, type PlanDevice, workOf } from "../queue/cost.ts";
import type { Ledger } from "../queue/ledger.ts";
import { passedOverOf } from "../queue/passed-over.ts";
import { type BatchPlan, type BatchSettings, planBatch } from "../queue/plan.ts";
import type { QueueStore } from "../queue/store.ts";
import type { Locations } from "../system/locations.ts";
import { modelsOf, restoringAdvice } from "./model-choice.ts";
import type { Reporter } from "./reporter.ts";

/** What preparing takes. */
export interface PrepareContext {
  readonly target: string;
  readonly settings: BatchSettings;
  readonly engine: EngineClient;
  readonly locations: Locations;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly cacheBytes: number;
  /** Where it was measured already; while photos are enhanced, a measurement would have to wait for them. */
  readonly device?: PlanDevice | undefined;
}

/** A batch that was planned and told to the user, but not begun. */
export interface Prepared {
  readonly walk: Walk;
  readonly plan: BatchPlan;
  readonly device: PlanDevice | undefined;
  readonly cost: BatchCost;
}

/** Finds the photos. @throws SilvergrainError USAGE where there are none */
export async function walkPhotos(paths: readonly string[], target: string): Promise<Walk> {
  const walk = await findPhotos(paths, target);
  if (walk.photos.length === 0 && walk.failures.length === 0) {
    throw expected("PATH", "photos, or folders with photos in them", paths.join(", "));
  }
  return walk;
}

/** Plans a batch, tells what is skipped, what fails already, and what the rest will take. */
export async function prepare(
  walk: Walk,
  ledger: Ledger | undefined,
  context: PrepareContext,
  dryRun: boolean,
): Promise<Prepared> {
  const { target, settings, engine, reporter, signal, locations } = context;
  reporter.planning(walk.photos.length);
  const plan = await planBatch(walk.photos, target, settings, ledger, engine.probe.bind(engine), signal);
  for (const skipped of plan.skipped) reporter.skipped(skipped);
  for (const { path, error } of [...walk.failures, ...plan.failed]) reporter.failed(path, error);
  const [first] = plan.todo;
  const device =
    context.device ?? (first && (await measureDevice(engine.describeDevice.bind(engine), first.model, settings)));
  const cost = costOf(plan.todo, settings, context.cacheBytes, device, target);
  reporter.plan({
    target,
    model: modelsOf(plan, settings),
    todo: plan.todo,
    skipped: plan.skipped.length,
    failed: walk.failures.length + plan.failed.length,
    ignored: walk.ignored,
    worn: plan.todo.filter(({ header }) => isWorn(header.wear)).length,
    advice: restoringAdvice(plan, settings, locations),
    cost,
    device,
    dryRun,
  });
  return { walk, plan, device, cost };
}

/** Puts a prepared batch into the queue. @returns its id, or `undefined` where there is nothing to do */
export async function addPrepared(
  store: QueueStore,
  { walk, plan, device }: Prepared,
  { target, settings }: PrepareContext,
  name: string,
): Promise<number | undefined> {
  if (plan.todo.length === 0) return undefined;
  const { batch } = await store.add({ name, target, settings }, plan.todo, (photo) => workOf(photo, device?.corePx));
  store.notePassedOver(batch, passedOverOf(plan, walk.failures));
  return batch;
}

/** What a plan found that counts in the end beside its jobs. */
export function foundBefore({ walk, plan }: Prepared): {
  readonly skipped: number;
  readonly failed: number;
  readonly flagged: number;
} {
  return {
    skipped: plan.skipped.length,
    failed: walk.failures.length + plan.failed.length,
    flagged: plan.skipped.filter(({ flags }) => flags.length > 0).length,
  };
}

import { TimeLeft } from "../core/progress.ts";
import { msPerWork, type PlanDevice, workOf } from "../queue/cost.ts";
import type { BatchSettings, PlannedPhoto } from "../queue/plan.ts";

/** Keeps the time left of a batch. */
export class BatchClock {
  private readonly left: TimeLeft;
  private readonly work: ReadonlyMap<PlannedPhoto, number>;
  private remaining: number;
  private current = 0;
  private fraction = 0;
  private startedMs = 0;

  constructor(todo: readonly PlannedPhoto[], settings: BatchSettings, device: PlanDevice | undefined) {
    this.left = new TimeLeft(device === undefined ? undefined : msPerWork(device));
    const corePx = settings.tilePx ?? device?.corePx ?? 192;
    this.work = new Map(todo.map((planned) => [planned, workOf(planned, corePx)]));
    this.remaining = [...this.work.values()].reduce((sum, work) => sum + work, 0);
  }

  begin(planned: PlannedPhoto): void {
    this.current = this.work.get(planned) ?? 0;
    this.fraction = 0;
    this.startedMs = performance.now();
  }

  progress(fraction: number): void {
    this.fraction = fraction;
  }

  end(): void {
    this.left.add(this.current, performance.now() - this.startedMs);
    this.remaining -= this.current;
    this.current = 0;
    this.fraction = 0;
  }

  msLeft(): number | undefined {
    return this.left.msFor(Math.max(0, this.remaining - this.current * this.fraction));
  }
}

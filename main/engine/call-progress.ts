import type { EnhanceProgress, Stage } from "../core/enhance.ts";

/** Where a call is; tells of every change. */
export class CallProgress {
  private now: EnhanceProgress = { stage: "waiting", tilesDone: 0, tilesTotal: 0, resumed: 0 };

  private waited = 0;
  private sinceMs = performance.now();

  constructor(private readonly tell: ((progress: EnhanceProgress) => void) | undefined) {}

  /** Milliseconds that it waited for others, up to the last change of its stage. */
  get waitedMs(): number {
    return this.waited;
  }

  /** Goes on to a stage. */
  enter(stage: Stage): void {
    const now = performance.now();
    if (this.now.stage === "waiting") this.waited += now - this.sinceMs;
    this.sinceMs = now;
    this.update({ stage });
  }

  /** Tells what changed. */
  update(changes: Partial<EnhanceProgress>): void {
    this.now = { ...this.now, ...changes };
    this.tell?.(this.now);
  }
}

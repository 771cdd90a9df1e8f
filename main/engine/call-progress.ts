import type { EnhanceProgress, Stage } from "../core/enhance.ts";

/** Where a call is; tells of every change. */
export class CallProgress {
  private now: EnhanceProgress = { stage: "waiting", tilesDone: 0, tilesTotal: 0, resumed: 0 };

  constructor(private readonly tell: ((progress: EnhanceProgress) => void) | undefined) {}

  /** Goes on to a stage. */
  enter(stage: Stage): void {
    this.update({ stage });
  }

  /** Tells what changed. */
  update(changes: Partial<EnhanceProgress>): void {
    this.now = { ...this.now, ...changes };
    this.tell?.(this.now);
  }
}

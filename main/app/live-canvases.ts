import { readFileSync } from "node:fs";
import { z } from "zod";
import { removeCanvas } from "../queue/canvas-cache.ts";
import { writeFileAtomically } from "../system/atomic-file.ts";

const Canvas = z.object({
  workDir: z.string().min(1),
  key: z.string().regex(/^[0-9a-f]{32}$/),
  /** Path of the photo. */
  source: z.string(),
});
type Canvas = z.infer<typeof Canvas>;

/** Begun canvases of photos that were only looked at. */
const MAX_KEPT = 6;

/**
 * The canvases that looking at photos has begun. The queue takes one that is not finished for work that is waited for,
 * and keeps it; so of those that nobody has queued the ones looked at longest ago are deleted here.
 */
export class LiveCanvases {
  private kept: readonly Canvas[];

  /** @param file remembers them from run to run @param isWanted whether a photo waits to be enhanced */
  constructor(
    private readonly file: string,
    private readonly isWanted: (source: string) => boolean,
  ) {
    this.kept = remembered(file);
  }

  /** Notes that a canvas was looked at. */
  note(canvas: Canvas): void {
    const last = this.kept.at(-1);
    if (last?.key === canvas.key && last.workDir === canvas.workDir) return;
    const others = this.kept.filter(({ key, workDir }) => key !== canvas.key || workDir !== canvas.workDir);
    const all = [...others, canvas];
    for (const old of all.slice(0, -MAX_KEPT)) if (!this.isWanted(old.source)) removeCanvas(old.workDir, old.key);
    this.kept = all.slice(-MAX_KEPT);
    try {
      writeFileAtomically(this.file, JSON.stringify(this.kept));
    } catch {
      // They are remembered as long as the app is open, at least.
    }
  }
}

function remembered(file: string): readonly Canvas[] {
  try {
    return z.array(Canvas).parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return [];
  }
}

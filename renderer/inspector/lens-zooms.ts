/** Scales that the loupe's wheel goes through: whole ones, so that px of the source stay of one size. */
export const LENS_ZOOMS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32] as const;
/** Px of the wheel for one of them. */
const STEP_PX = 50;

/** Turns of a wheel, gathered to steps. */
export class LensWheel {
  private turnedPx = 0;

  /** The zoom after a turn of the wheel; away from the user is larger. */
  turn(zoom: number, deltaPx: number): number {
    if (Math.sign(this.turnedPx) !== Math.sign(deltaPx)) this.turnedPx = 0;
    this.turnedPx += deltaPx;
    const steps = Math.trunc(this.turnedPx / STEP_PX);
    if (steps === 0) return zoom;
    this.turnedPx = 0;
    return nextLensZoom(zoom, steps < 0 ? 1 : -1);
  }
}

/** The next larger or smaller scale of the loupe. */
export function nextLensZoom(zoom: number, direction: 1 | -1): number {
  const next =
    direction > 0 ? LENS_ZOOMS.find((each) => each > zoom + 1e-6) : LENS_ZOOMS.findLast((each) => each < zoom - 1e-6);
  return next ?? zoom;
}

/**
 * How long work takes, from what it took so far. Work is counted in window pixels times multiply-accumulates, which is
 * what time is proportional to.
 */
export class TimeLeft {
  private doneWork = 0;
  private spentMs = 0;

  /**
   * @param msPerWork a rate measured earlier; it carries the estimate until there is a measurement of this run
   * @param weight how much work of this run the earlier rate counts as, so that the first tiles cannot throw it about
   */
  constructor(
    private readonly msPerWork: number | undefined,
    private readonly weight = 0,
  ) {}

  /** Counts a piece of work that took `ms`. */
  add(work: number, ms: number): void {
    this.doneWork += work;
    this.spentMs += ms;
  }

  /** Milliseconds for `work` more; `undefined` while nothing is known. */
  msFor(work: number): number | undefined {
    const earlier = this.msPerWork === undefined ? 0 : this.weight;
    const total = this.doneWork + earlier;
    if (total > 0) return (work * (this.spentMs + earlier * (this.msPerWork ?? 0))) / total;
    return this.msPerWork === undefined ? undefined : work * this.msPerWork;
  }
}

/** "2 h 5 min", "3 min 20 s", "8 s"; nothing finer than helps. */
export function describeDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return minutes < 10 ? `${minutes} min ${seconds % 60} s` : `${Math.round(seconds / 60)} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "3.2 MB", in decimal units as disks are sold. */
export function describeBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

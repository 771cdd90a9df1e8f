import { SilvergrainError } from "../core/errors.ts";

interface Waiting {
  readonly begin: () => void;
  readonly drop: () => void;
}

/** Work of which only the latest is of interest: one piece at a time, and one that waits until the last has stopped. */
export class LatestOnly {
  private running: AbortController | undefined;
  private waiting: Waiting | undefined;

  /** Drops what was asked for before. @throws SilvergrainError CANCELLED as soon as something later is asked for */
  run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.drop();
    return new Promise((resolve, reject) => {
      const begin = () => {
        const stop = new AbortController();
        this.running = stop;
        stop.signal.addEventListener("abort", () => reject(dropped()), { once: true });
        work(stop.signal)
          .then(resolve, reject)
          .finally(() => {
            this.running = undefined;
            const { waiting } = this;
            this.waiting = undefined;
            waiting?.begin();
          });
      };
      if (this.running === undefined) begin();
      else this.waiting = { begin, drop: () => reject(dropped()) };
    });
  }

  /** Nobody waits for it any more. */
  drop(): void {
    this.waiting?.drop();
    this.waiting = undefined;
    this.running?.abort();
  }
}

function dropped(): SilvergrainError {
  return new SilvergrainError("CANCELLED", "Something later was asked for.");
}

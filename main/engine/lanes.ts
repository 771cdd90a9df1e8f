import type { StopSignal } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";

/** Gives back what was taken. A second call does nothing. */
export type Release = () => void;

/** Who goes first: whoever looks at the screen before what runs by itself. */
export type Priority = "interactive" | "batch";

/** How to wait for a lane. */
export interface Wait {
  readonly signal?: StopSignal | undefined;
  /** Called once where the lane is not free at once. */
  readonly onWait?: (() => void) | undefined;
}

interface Waiter {
  readonly priority: Priority;
  readonly go: () => void;
}

/** What one at a time may have, or a few: interactive takers first, and those of one priority in the order they came. */
export class Lane {
  private waiting: readonly Waiter[] = [];
  private taken = 0;
  private holds = 0;

  /** @param places how many may have it at a time */
  constructor(private readonly places = 1) {}

  /** Waits for the lane. @throws SilvergrainError CANCELLED at once when the signal says so, also while waiting */
  take({ signal, onWait }: Wait = {}, priority: Priority = "batch"): Promise<Release> {
    if (signal?.aborted === true) return Promise.reject(stopped());
    if (this.waiting.length === 0 && this.isFreeFor(priority)) return Promise.resolve(this.enter());
    const turn = new Promise<Release>((resolve, reject) => {
      const waiter: Waiter = {
        priority,
        go: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve(this.enter());
        },
      };
      const onAbort = () => {
        this.waiting = this.waiting.filter((other) => other !== waiter);
        reject(stopped());
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.waiting = [...this.waiting, waiter];
    });
    this.advance();
    onWait?.();
    return turn;
  }

  /** Keeps batch takers out until released, so that the lane is free whenever an interactive one wants it. */
  hold(): Release {
    this.holds++;
    return once(() => {
      this.holds--;
      this.advance();
    });
  }

  private isFreeFor(priority: Priority): boolean {
    return this.taken < this.places && (priority === "interactive" || this.holds === 0);
  }

  private enter(): Release {
    this.taken++;
    return once(() => {
      this.taken--;
      this.advance();
    });
  }

  private advance(): void {
    const next = this.waiting.find(({ priority }) => priority === "interactive") ?? this.waiting[0];
    if (next === undefined || !this.isFreeFor(next.priority)) return;
    this.waiting = this.waiting.filter((other) => other !== next);
    next.go();
  }
}

/** A lane for every key. */
export class KeyedLanes {
  private readonly lanes = new Map<string, { readonly lane: Lane; users: number }>();

  /** Waits for the lane of a key. @throws SilvergrainError CANCELLED */
  async take(key: string, wait: Wait = {}): Promise<Release> {
    const entry = this.lanes.get(key) ?? { lane: new Lane(), users: 0 };
    this.lanes.set(key, entry);
    entry.users++;
    const leave = () => {
      entry.users--;
      if (entry.users === 0) this.lanes.delete(key);
    };
    try {
      const release = await entry.lane.take(wait);
      return once(() => {
        release();
        leave();
      });
    } catch (error) {
      leave();
      throw error;
    }
  }
}

/** All that one piece of work has taken. */
export class Holdings {
  private releases: readonly Release[] = [];

  /** Notes what must be given back at the end. @returns the same, to give it back earlier */
  keep(release: Release): Release {
    const released = once(release);
    this.releases = [released, ...this.releases];
    return released;
  }

  /** Gives back what is still held, the latest first. */
  releaseAll(): void {
    for (const release of this.releases) release();
    this.releases = [];
  }
}

/** The promise's value, or CANCELLED as soon as the signal says so; the work behind the promise goes on. */
export function unlessStopped<T>(promise: Promise<T>, signal: StopSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(stopped());
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** What a call that was stopped rejects with. */
export function stopped(): SilvergrainError {
  return new SilvergrainError("CANCELLED", "Stopped before it was done.");
}

/** Runs the function the first time only. */
export function once(act: () => void): Release {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}

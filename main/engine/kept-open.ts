import type { Release } from "./lanes.ts";
import { type OpenPhotos, type PhotoRequest, stemOf } from "./open-photos.ts";

/** How long a photo stays open that is looked at no more. */
const KEEP_MS = 10_000;

interface Kept {
  readonly sourceSha256: string;
  readonly opened: Promise<Release>;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Keeps the photo open that is looked at, from one look to the next, and while it is opened although whoever wanted to
 * look has moved on: decoding it takes far longer than a look may. With several models it is open once for each.
 */
export class KeptOpen {
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly photos: OpenPhotos,
    private readonly keepMs = KEEP_MS,
  ) {}

  /** Opens a photo, unless it is open, and keeps it so for a while; other photos are let go of. */
  keep(request: PhotoRequest): void {
    const { sourceSha256 } = request;
    for (const [stem, other] of this.kept) if (other.sourceSha256 !== sourceSha256) this.letGo(stem, other);
    const stem = stemOf(request);
    const found = this.kept.get(stem);
    const opened = found?.opened ?? this.photos.lend(request, undefined).then(({ giveBack }) => giveBack);
    const entry = found ?? { sourceSha256, opened, timer: undefined };
    this.kept.set(stem, entry);
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.letGo(stem, entry), this.keepMs);
    entry.timer.unref();
    // Why it cannot be opened is told to whoever waits for it; the next one tries again.
    if (found === undefined) opened.catch(() => this.letGo(stem, entry));
  }

  /** Lets go of everything. */
  close(): void {
    for (const [stem, entry] of this.kept) this.letGo(stem, entry);
  }

  private letGo(stem: string, entry: Kept): void {
    clearTimeout(entry.timer);
    if (this.kept.get(stem) === entry) this.kept.delete(stem);
    entry.opened.then(
      (giveBack) => giveBack(),
      () => {},
    );
  }
}

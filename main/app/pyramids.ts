import type { Picture } from "../../preload/contract.ts";
import type { FileStamp } from "../core/enhance.ts";
import { asSilvergrainError, SilvergrainError } from "../core/errors.ts";
import type { Size } from "../core/geometry.ts";
import { levelsOf, pyramidBytes, tileSize } from "../core/pyramid.ts";
import type { PyramidFiles, PyramidMaker, TileRow } from "../core/viewing.ts";
import type { PyramidCache, TilePlace } from "../library/pyramid-cache.ts";
import { hashText } from "../system/hash-file.ts";

/** A picture file as it is now. */
export interface PictureFile {
  /** Absolute. */
  readonly path: string;
  readonly stamp: FileStamp;
  /** Upright. */
  readonly size: Size;
}

/** A tile's raw samples. */
export interface ServedTile {
  readonly samples: Uint8Array;
  /** Made quickly and not quite exact: it is to be asked for once more. */
  readonly isPreview: boolean;
}

/** What is known of a level's tiles: CRC-32 of the records that can be read. */
type Checks = (number | undefined)[];

interface Entry {
  readonly key: string;
  readonly file: PictureFile;
  state: "unknown" | "found" | "making" | "whole" | "failed";
  exact: Checks[];
  preview: Checks[];
  failure: SilvergrainError | undefined;
  /** What is on the disk of it is not what was written. */
  isDamaged: boolean;
  /** Requests that wait for a tile. */
  waiting: number;
  /** How often it was left: those who waited before wait no longer. */
  turns: number;
  stop: AbortController | undefined;
  /** Goes off with every change. */
  changed: Promise<void>;
  tell: () => void;
}

/** Bumped when the same file is to make another pyramid. */
const GENERATION = 1;
/** The photo and its latest result. */
const AT_A_TIME = 2;
/** Photos that may be looked at next. */
const MAX_AHEAD = 8;
/** Results may be far larger than the photos that are taken. */
const MAX_MEGAPIXELS = 100_000;
/** A tile whose record is not what was written is made again so many times. */
const MAX_MENDS = 2;

/**
 * The pictures that can be shown by tiles. A pyramid is made when a tile of it is asked for; what is looked at now comes
 * before what may be looked at next, and what is not looked at any more is given up.
 */
export class Pyramids {
  private readonly entries = new Map<string, Entry>();
  private now: readonly string[] = [];
  private ahead: readonly string[] = [];
  private isEnded = false;

  constructor(
    private readonly cache: PyramidCache,
    private readonly maker: PyramidMaker,
    private readonly maxMegapixels = MAX_MEGAPIXELS,
  ) {}

  /** Names a picture file, so that its tiles can be asked for. Nothing is made yet. */
  picture(file: PictureFile): Picture {
    const { path, stamp, size } = file;
    const text = [GENERATION, path, stamp.bytes, stamp.mtimeMs, size.width, size.height].join("|");
    const key = hashText(text).slice(0, 40);
    if (!this.entries.has(key)) this.entries.set(key, newEntry(key, file));
    return { key, width: size.width, height: size.height };
  }

  /** These are looked at, the first ones soonest; what has failed is tried again. */
  show(keys: readonly string[]): void {
    this.now = keys;
    for (const entry of this.named(keys)) if (entry.state === "failed") forget(entry);
    for (const entry of this.entries.values()) {
      if (keys.includes(entry.key)) continue;
      // Also one that may be looked at next: it is begun anew when there is room.
      if (entry.state !== "whole") entry.stop?.abort(left());
      if (entry.waiting === 0) continue;
      entry.turns++;
      announce(entry);
    }
    this.advance();
  }

  /** Changes how much is kept on the disk, at once. */
  async setLimit(bytes: number): Promise<void> {
    this.cache.setLimit(bytes);
    await this.cache.start();
    await this.cache.makeRoom(0, this.inUse());
  }

  /** This one may be looked at next. */
  prepare(key: string): void {
    this.ahead = [...this.ahead.filter((other) => other !== key), key].slice(-MAX_AHEAD);
    this.advance();
  }

  /**
   * A tile, when it is made.
   * @returns `undefined` for a picture that was not named here, and for a tile that it does not have
   * @throws SilvergrainError SOURCE_*, DISK_FULL, … where it cannot be made; CANCELLED where the picture was left
   */
  async tile(key: string, place: TilePlace): Promise<ServedTile | undefined> {
    const entry = this.entries.get(key);
    const level = entry === undefined ? undefined : levelsOf(entry.file.size)[place.level];
    if (entry === undefined || level === undefined || tileSize(level, place.x, place.y) === undefined) return undefined;
    const index = place.y * level.across + place.x;
    const { turns } = entry;
    entry.waiting++;
    try {
      for (let mends = 0; ; ) {
        const { changed } = entry;
        const found = await this.read(entry, place, index);
        if (found !== undefined) return found;
        if (entry.state === "whole") {
          if (mends++ >= MAX_MENDS) throw damaged();
          // At once, so that of many who find it so one alone has it made anew.
          entry.isDamaged = true;
          forget(entry);
        }
        if (entry.failure !== undefined) throw entry.failure;
        this.advance();
        const { stop } = entry;
        await changed;
        if (stop?.signal.aborted === true) throw stop.signal.reason;
        if (entry.turns !== turns) throw left();
      }
    } finally {
      entry.waiting--;
    }
  }

  /**
   * A picture's pyramid, when all of it is made.
   * @returns `undefined` for a picture that was not named here
   * @throws SilvergrainError as `tile`
   */
  async whole(key: string): Promise<PyramidFiles | undefined> {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    const { turns } = entry;
    entry.waiting++;
    try {
      while (entry.state !== "whole") {
        const { changed } = entry;
        if (entry.failure !== undefined) throw entry.failure;
        this.advance();
        const { stop } = entry;
        await changed;
        if (stop?.signal.aborted === true) throw stop.signal.reason;
        if (entry.turns !== turns) throw left();
      }
      return { folder: this.cache.folderOf(key), ...entry.file.size };
    } finally {
      entry.waiting--;
    }
  }

  /** Gives up what is being made. */
  end(): void {
    this.isEnded = true;
    for (const entry of this.entries.values()) entry.stop?.abort(left());
  }

  private async read(entry: Entry, place: TilePlace, index: number): Promise<ServedTile | undefined> {
    const { key, file } = entry;
    const exact = entry.exact[place.level]?.[index];
    if (exact !== undefined) {
      const samples = await this.cache.tile(key, file.size, place, exact);
      if (samples !== undefined) return { samples, isPreview: false };
    }
    const preview = entry.preview[place.level]?.[index];
    if (preview === undefined || entry.state !== "making") return undefined;
    const samples = await this.cache.tile(key, file.size, place, preview, "preview");
    return samples === undefined ? undefined : { samples, isPreview: true };
  }

  /** Begins what comes next, where there is room. */
  private advance(): void {
    if (this.isEnded) return;
    const busy = [...this.entries.values()].filter(({ state }) => state === "found" || state === "making");
    const isUrgent = (entry: Entry) => this.now.includes(entry.key);
    const wanted = [
      ...this.named(this.now.slice(0, AT_A_TIME)),
      ...[...this.entries.values()].filter(({ key, waiting }) => waiting > 0 && this.now.includes(key)),
      ...[...this.entries.values()].filter(({ waiting }) => waiting > 0),
    ];
    const next = wanted.find(({ state }) => state === "unknown");
    if (next === undefined) {
      const prepared = this.named(this.ahead).reverse();
      const one = prepared.find(({ state }) => state === "unknown");
      if (one !== undefined && busy.length === 0) this.begin(one);
      return;
    }
    if (busy.length < AT_A_TIME) {
      this.begin(next);
      this.advance();
    } else if (isUrgent(next)) {
      busy.find((entry) => !isUrgent(entry) && entry.waiting === 0)?.stop?.abort(left());
    }
  }

  private begin(entry: Entry): void {
    entry.state = "found";
    entry.stop = new AbortController();
    this.make(entry, entry.stop.signal)
      .then(() => {
        entry.state = "whole";
      })
      .catch((thrown: unknown) => {
        forget(entry);
        // What was given up is begun anew when it is asked for again.
        const error = asSilvergrainError(thrown);
        if (error.code !== "CANCELLED") fail(entry, error);
      })
      .finally(() => {
        entry.stop = undefined;
        announce(entry);
        this.advance();
      });
  }

  private async make(entry: Entry, signal: AbortSignal): Promise<void> {
    const { key, file } = entry;
    await this.cache.start();
    if (entry.isDamaged) await this.cache.remove(key);
    entry.isDamaged = false;
    const known = await this.cache.find(key, file.size);
    if (known !== undefined) {
      entry.exact = known.checks.map((checks) => [...checks]);
      return;
    }
    if (signal.aborted) throw left();
    entry.state = "making";
    const inUse = new Set([...this.inUse(), key]);
    const bytes = pyramidBytes(file.size);
    await this.cache.makeRoom(bytes, inUse);
    try {
      await this.makeOnce(entry, signal);
    } catch (error) {
      const isFull = asSilvergrainError(error).code === "DISK_FULL";
      // Whatever is not looked at can be made again.
      if (!isFull || !(await this.cache.makeRoom(Number.POSITIVE_INFINITY, inUse))) throw error;
      await this.makeOnce(entry, signal);
    }
    this.cache.added(key, file.size);
  }

  private inUse(): ReadonlySet<string> {
    return new Set([...this.now, ...[...this.entries.values()].filter(isBusy).map(({ key }) => key)]);
  }

  private async makeOnce(entry: Entry, signal: AbortSignal): Promise<void> {
    const { key, file } = entry;
    const levels = levelsOf(file.size);
    entry.exact = levels.map(() => []);
    entry.preview = levels.map(() => []);
    const { path, stamp } = file;
    const request = { path, stamp, maxMegapixels: this.maxMegapixels, folder: this.cache.folderOf(key) };
    const onTiles = ({ level, row, checks, isPreview }: TileRow) => {
      const known = (isPreview ? entry.preview : entry.exact)[level];
      const across = levels[level]?.across ?? 0;
      for (const [x, check] of checks.entries()) if (known !== undefined) known[row * across + x] = check;
      announce(entry);
    };
    await this.maker.pyramid(request, onTiles, signal);
  }

  private named(keys: readonly string[]): Entry[] {
    return keys.flatMap((key) => this.entries.get(key) ?? []);
  }
}

function newEntry(key: string, file: PictureFile): Entry {
  const entry: Entry = {
    key,
    file,
    state: "unknown",
    exact: [],
    preview: [],
    failure: undefined,
    isDamaged: false,
    waiting: 0,
    turns: 0,
    stop: undefined,
    changed: Promise.resolve(),
    tell: () => {},
  };
  announce(entry);
  return entry;
}

function isBusy({ state, waiting }: Entry): boolean {
  return waiting > 0 || state === "found" || state === "making";
}

function announce(entry: Entry): void {
  entry.tell();
  entry.changed = new Promise((resolve) => {
    entry.tell = resolve;
  });
}

function forget(entry: Entry): void {
  entry.state = "unknown";
  entry.exact = [];
  entry.preview = [];
  entry.failure = undefined;
}

function fail(entry: Entry, error: SilvergrainError): void {
  entry.state = "failed";
  entry.failure = error;
}

function left(): SilvergrainError {
  return new SilvergrainError("CANCELLED", "This picture is not looked at any more.");
}

function damaged(): SilvergrainError {
  return new SilvergrainError(
    "INTERNAL",
    "What was written to the cache cannot be read back as it was. Is the disk of the cache sound?",
  );
}

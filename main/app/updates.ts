import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { SilvergrainError } from "../core/errors.ts";
import { asUpdateError, UpdateError, type UpdateTrouble } from "./update-error.ts";

/** What is known of a newer version. */
export type UpdateState =
  /** Nobody has looked. */
  | { readonly kind: "unknown" }
  /** This build does not know where to look: it was made without an address. */
  | { readonly kind: "unavailable" }
  | { readonly kind: "looking" }
  | { readonly kind: "latest" }
  /** `mayInstall` is false where nothing proves who made it, or where it cannot be put in from here: then it is told, and no more. */
  | { readonly kind: "found"; readonly version: string; readonly mayInstall: boolean }
  | { readonly kind: "loading"; readonly version: string; readonly share: number }
  | { readonly kind: "ready"; readonly version: string }
  /** The user has said so; it is put in when everything is closed. */
  | { readonly kind: "installing"; readonly version: string }
  | { readonly kind: "failed"; readonly trouble: UpdateTrouble; readonly message: string };

/** What electron-updater offers of which use is made. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  allowDowngrade: boolean;
  checkForUpdates(): Promise<{
    readonly isUpdateAvailable: boolean;
    readonly updateInfo: { readonly version: string; readonly files: readonly { readonly sha512: string }[] };
  } | null>;
  /** @returns the files that were downloaded */
  downloadUpdate(): Promise<readonly string[]>;
  quitAndInstall(): void;
  on(event: "download-progress", listener: (progress: { readonly percent: number }) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

export interface UpdatesOptions {
  /** `undefined` for a program that was made without an address. */
  readonly updater: Updater | undefined;
  /** Whether a signature is checked, and the program lies where a newer one can be put in its place. */
  readonly canInstall: boolean;
  /** Whether photos are being enhanced or exported. */
  readonly isBusy: () => boolean;
  readonly onChange: (state: UpdateState) => void;
  /** It could not be put in, after everything was closed. */
  readonly onStuck: (error: UpdateError) => void;
}

/** How often it is looked for by itself. */
const EVERY_MS = 24 * 3600 * 1000;
/** After the start there is better to do. */
const FIRST_MS = 60_000;
/** While photos are worked on, it waits. */
const BUSY_MS = 3600 * 1000;

/**
 * Newer versions of the program. Nothing is asked of the network until the user has switched it on or asks once; nothing is
 * downloaded before the user says so, and nothing is put in while photos are worked on.
 */
export class Updates {
  private state: UpdateState;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Of the files of the version that was found. */
  private hashes: readonly string[] = [];
  private files: readonly string[] = [];
  private newerVersion: string | undefined;

  constructor(private readonly options: UpdatesOptions) {
    const { updater } = options;
    this.state = { kind: updater === undefined ? "unavailable" : "unknown" };
    if (updater === undefined) return;
    updater.autoDownload = false;
    updater.autoInstallOnAppQuit = false;
    updater.allowDowngrade = false;
    updater.on("download-progress", ({ percent }) => {
      if (this.state.kind === "loading") this.become({ ...this.state, share: percent / 100 });
    });
    updater.on("error", (error) => {
      if (this.state.kind === "installing") options.onStuck(asUpdateError(error, "failed"));
    });
  }

  get now(): UpdateState {
    return this.state;
  }

  /** A newer version, as far as was seen when last looked. */
  get newer(): string | undefined {
    return this.newerVersion;
  }

  /** Looks by itself from now on, in a minute and then daily, until `stop`. */
  start(): void {
    if (this.options.updater !== undefined && this.timer === undefined) this.lookIn(FIRST_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Looks now: the user asks. */
  async look(): Promise<UpdateState> {
    const { updater, canInstall } = this.options;
    if (updater === undefined || ["looking", "loading", "ready", "installing"].includes(this.state.kind))
      return this.state;
    this.become({ kind: "looking" });
    try {
      const found = await updater.checkForUpdates();
      if (found === null || !found.isUpdateAvailable) {
        this.newerVersion = undefined;
        return this.become({ kind: "latest" });
      }
      const { version, files } = found.updateInfo;
      this.newerVersion = version;
      this.hashes = files.map(({ sha512 }) => sha512);
      return this.become({ kind: "found", version, mayInstall: canInstall });
    } catch (error) {
      return this.fail(error, "unreachable");
    }
  }

  /** Downloads what was found. @throws SilvergrainError USAGE where nothing was, or where it may not be put in */
  async load(): Promise<UpdateState> {
    const { state } = this;
    const { updater } = this.options;
    if (updater === undefined || state.kind !== "found" || !state.mayInstall)
      throw new SilvergrainError("USAGE", "There is no newer version that can be put in from here.");
    const { version } = state;
    this.become({ kind: "loading", version, share: 0 });
    try {
      this.files = await updater.downloadUpdate();
      return this.become({ kind: "ready", version });
    } catch (error) {
      return this.fail(error, "unreachable");
    }
  }

  /**
   * The user says so: it is put in by `putIn`, when everything is closed.
   * @returns installing; ready still while photos are worked on; failed where the file is not any more what was downloaded
   * @throws SilvergrainError USAGE where nothing was downloaded
   */
  async choose(): Promise<UpdateState> {
    const { state } = this;
    if (state.kind !== "ready") throw new SilvergrainError("USAGE", "No newer version was downloaded.");
    try {
      // It may have lain there for days, and the old program goes before the new one comes.
      for (const file of this.files) {
        if (!this.hashes.includes(await sha512Of(file)))
          throw new UpdateError("damaged", `${file} is not what was downloaded.`);
      }
    } catch (error) {
      return this.fail(error, "damaged");
    }
    // Asked last: a batch may have begun meanwhile.
    if (this.options.isBusy()) return state;
    return this.become({ kind: "installing", version: state.version });
  }

  /** Puts it in, if that was chosen, and quits. To be called when everything is closed. @returns whether it was chosen */
  putIn(): boolean {
    const { updater } = this.options;
    if (updater === undefined || this.state.kind !== "installing") return false;
    try {
      updater.quitAndInstall();
    } catch (error) {
      this.options.onStuck(asUpdateError(error, "failed"));
    }
    return true;
  }

  private lookIn(ms: number): void {
    this.timer = setTimeout(() => {
      if (this.options.isBusy()) this.lookIn(BUSY_MS);
      else {
        this.lookIn(EVERY_MS);
        void this.look();
      }
    }, ms);
    this.timer.unref();
  }

  private fail(error: unknown, trouble: UpdateTrouble): UpdateState {
    const { trouble: what, message } = asUpdateError(error, trouble);
    return this.become({ kind: "failed", trouble: what, message });
  }

  private become(state: UpdateState): UpdateState {
    this.state = state;
    this.options.onChange(state);
    return state;
  }
}

async function sha512Of(file: string): Promise<string> {
  const hash = createHash("sha512");
  await pipeline(createReadStream(file), hash);
  return hash.digest("base64");
}

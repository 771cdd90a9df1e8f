import { asSilvergrainError, SilvergrainError } from "../core/errors.ts";

/** What is known of a newer version. */
export type UpdateState =
  /** Nobody has looked. */
  | { readonly kind: "unknown" }
  /** This build does not know where to look: it was not installed, or made without an address. */
  | { readonly kind: "unavailable" }
  | { readonly kind: "looking" }
  | { readonly kind: "latest" }
  /** `mayInstall` is false where the system has no signature that could be checked: then one is told, and no more. */
  | { readonly kind: "found"; readonly version: string; readonly mayInstall: boolean }
  | { readonly kind: "loading"; readonly version: string; readonly share: number }
  | { readonly kind: "ready"; readonly version: string }
  | { readonly kind: "failed"; readonly message: string };

/** What electron-updater offers of which use is made. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  allowDowngrade: boolean;
  isUpdaterActive(): boolean;
  checkForUpdates(): Promise<{ readonly isUpdateAvailable: boolean; readonly updateInfo: { version: string } } | null>;
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(): void;
  on(event: "download-progress", listener: (progress: { readonly percent: number }) => void): unknown;
}

export interface UpdatesOptions {
  readonly updater: Updater;
  readonly platform: NodeJS.Platform;
  /** Whether the user wants it looked for by itself. */
  readonly isOn: () => boolean;
  /** Whether photos are being enhanced or exported. */
  readonly isBusy: () => boolean;
  readonly onChange: (state: UpdateState) => void;
}

/** How often it is looked for by itself. */
const EVERY_MS = 24 * 3600 * 1000;
/** After the start there is better to do. */
const FIRST_MS = 60_000;

/**
 * Newer versions of the program. Nothing is asked of the network until the user has switched it on or asks once; nothing is
 * downloaded before the user says so, and nothing is put in while photos are worked on. Windows and macOS check the
 * publisher's signature before they install; Linux has none to check, so there the version is only told.
 */
export class Updates {
  private state: UpdateState = { kind: "unknown" };
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: UpdatesOptions) {
    const { updater } = options;
    updater.autoDownload = false;
    updater.autoInstallOnAppQuit = false;
    updater.allowDowngrade = false;
    updater.on("download-progress", ({ percent }) => {
      if (this.state.kind === "loading") this.become({ ...this.state, share: percent / 100 });
    });
  }

  get now(): UpdateState {
    return this.state;
  }

  /** Looks by itself from now on, as long as that is switched on. */
  start(): void {
    this.timer = setTimeout(() => void this.lookByItself(), FIRST_MS);
    this.timer.unref();
  }

  close(): void {
    clearTimeout(this.timer);
  }

  /** Looks now: the user asks. */
  async look(): Promise<UpdateState> {
    const { updater, platform } = this.options;
    if (this.state.kind === "looking" || this.state.kind === "loading" || this.state.kind === "ready")
      return this.state;
    if (!updater.isUpdaterActive()) return this.become({ kind: "unavailable" });
    this.become({ kind: "looking" });
    try {
      const found = await updater.checkForUpdates();
      if (found === null || !found.isUpdateAvailable) return this.become({ kind: "latest" });
      const { version } = found.updateInfo;
      return this.become({ kind: "found", version, mayInstall: platform === "win32" || platform === "darwin" });
    } catch (error) {
      return this.become({ kind: "failed", message: sentence(error) });
    }
  }

  /** Downloads what was found. @throws SilvergrainError USAGE where nothing was, or where it could not be checked */
  async load(): Promise<UpdateState> {
    const { state } = this;
    if (state.kind !== "found" || !state.mayInstall)
      throw new SilvergrainError("USAGE", "There is no newer version that can be put in from here.");
    const { version } = state;
    this.become({ kind: "loading", version, share: 0 });
    try {
      await this.options.updater.downloadUpdate();
      return this.become({ kind: "ready", version });
    } catch (error) {
      return this.become({ kind: "failed", message: sentence(error) });
    }
  }

  /** Ends the program and puts the newer one in. @throws SilvergrainError USAGE while photos are worked on */
  install(): void {
    if (this.state.kind !== "ready") throw new SilvergrainError("USAGE", "No newer version was downloaded.");
    if (this.options.isBusy())
      throw new SilvergrainError(
        "USAGE",
        "Photos are being worked on. Wait for the end, or pause the queue; then put the newer version in.",
      );
    this.options.updater.quitAndInstall();
  }

  private async lookByItself(): Promise<void> {
    if (this.options.isOn() && !this.options.isBusy()) await this.look();
    this.timer = setTimeout(() => void this.lookByItself(), EVERY_MS);
    this.timer.unref();
  }

  private become(state: UpdateState): UpdateState {
    this.state = state;
    this.options.onChange(state);
    return state;
  }
}

function sentence(error: unknown): string {
  const [first = ""] = asSilvergrainError(error).message.split("\n");
  return `Newer versions could not be looked for (${first.slice(0, 200)}). Try again when the network is there.`;
}

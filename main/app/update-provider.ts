import type { ResolvedUpdateFileInfo } from "electron-updater";
import electronUpdater, { type UpdateInfo } from "electron-updater";
import { type ProviderRuntimeOptions, resolveFiles } from "electron-updater/out/providers/Provider.js";
import { NotThereError, UpdateError } from "./update-error.ts";
import { fetchSmall } from "./update-fetch.ts";
import type { UpdateMemory } from "./update-memory.ts";
import { type Release, readRelease, refuseOlder } from "./update-release.ts";
import type { UpdateSource } from "./update-source.ts";

const MOST_CHANNEL_BYTES = 64 * 1024;
const MOST_SIGNATURE_BYTES = 1024;

/** What the provider rests on. */
export interface ProviderParts extends UpdateSource {
  readonly memory: UpdateMemory;
  /** Of the program that runs. */
  readonly version: string;
  /** Gets what was found, before anybody can ask for its files. */
  readonly onRelease: (release: Release) => void;
}

/** Tells electron-updater of the newest version: a channel file is believed when its signature (`….yml.sig`) holds. */
export class SignedProvider extends electronUpdater.Provider<UpdateInfo> {
  private readonly parts: ProviderParts;

  /** electron-updater calls it with what it was given as its options, and with itself. */
  constructor({ parts }: { readonly parts: ProviderParts }, _updater: unknown, runtime: ProviderRuntimeOptions) {
    super(runtime);
    this.parts = parts;
  }

  override async getLatestVersion(): Promise<UpdateInfo> {
    const { url, key, memory, version, onRelease } = this.parts;
    const name = `${this.getDefaultChannelName()}.yml`;
    const bytes = await fetchSmall(new URL(name, url), MOST_CHANNEL_BYTES);
    const release = readRelease(name, bytes, key === undefined ? "" : await this.signatureOf(name), key);
    refuseOlder(release, memory.newest === undefined ? [version] : [version, memory.newest]);
    if (key !== undefined) memory.note(release.version);
    onRelease(release);
    return infoOf(release);
  }

  override resolveFiles(info: UpdateInfo): ResolvedUpdateFileInfo[] {
    return resolveFiles(info, this.parts.url);
  }

  private async signatureOf(name: string): Promise<string> {
    try {
      return (await fetchSmall(new URL(`${name}.sig`, this.parts.url), MOST_SIGNATURE_BYTES)).toString("latin1");
    } catch (error) {
      if (!(error instanceof NotThereError)) throw error;
      throw new UpdateError("unproven", `${name} has no signature beside it.`);
    }
  }
}

function infoOf({ version, files, releaseDate = "", minimumSystemVersion }: Release): UpdateInfo {
  const own = files.map(({ isAdminRightsRequired, ...file }) => ({
    ...file,
    ...(isAdminRightsRequired === undefined ? {} : { isAdminRightsRequired }),
  }));
  return {
    version,
    files: own,
    // Fields of old, which `files` stands in for.
    path: "",
    sha512: "",
    releaseDate,
    ...(minimumSystemVersion === undefined ? {} : { minimumSystemVersion }),
  };
}

import { existsSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import electronUpdater, { type AppUpdater } from "electron-updater";
import type { AppAdapter } from "electron-updater/out/AppAdapter.js";
import { isWritable } from "../queue/disk.ts";
import { AppImageUpdater } from "./app-image-updater.ts";
import { download, type Expected } from "./update-fetch.ts";
import type { UpdateMemory } from "./update-memory.ts";
import { SignedProvider } from "./update-provider.ts";
import type { Release } from "./update-release.ts";
import type { UpdateSource } from "./update-source.ts";

/** How the program came to where it is; into a plain folder nothing can be put from here. */
export type Install = "nsis" | "mac" | "appimage" | (typeof PACKAGES)[number] | "folder";
const PACKAGES = ["deb", "rpm", "pacman"] as const;

/** What tells how a program was installed. */
export interface InstallFacts {
  readonly platform: NodeJS.Platform;
  /** An AppImage's own runtime sets APPIMAGE, the file, and APPDIR, where it lies open. */
  readonly environment: NodeJS.ProcessEnv;
  readonly executable: string;
  /** The folder of a packed program's resources; `undefined` for one that runs from its sources. */
  readonly resources: string | undefined;
  /** What electron-builder has written into `package-type` there, for packages of Linux. */
  readonly packageType: string | undefined;
}

/** How a program was installed, as far as electron-updater can put a newer one in its place. */
export function installOf({ platform, environment, executable, resources, packageType }: InstallFacts): Install {
  // The variables are inherited: a terminal that is an AppImage itself has them, too.
  const { APPIMAGE: file = "", APPDIR: folder = "" } = environment;
  if (platform === "linux" && file !== "" && folder !== "" && executable.startsWith(folder + sep))
    return isWritable(dirname(file)) ? "appimage" : "folder";
  if (resources === undefined) return "folder";
  if (platform === "linux") return PACKAGES.find((each) => each === packageType) ?? "folder";
  if (!existsSync(join(resources, "app-update.yml"))) return "folder";
  return platform === "win32" ? "nsis" : platform === "darwin" ? "mac" : "folder";
}

/** What an updater is made from. */
export interface UpdaterParts {
  readonly source: UpdateSource;
  readonly install: Install;
  readonly memory: UpdateMemory;
  readonly adapter: AppAdapter;
  readonly log: (text: string) => void;
}

/** electron-updater, with our own requests, our own signature, and nothing that tells one user from another. */
export function appUpdater({ source, install, memory, adapter, log }: UpdaterParts): AppUpdater {
  const updater = updaterFor(install, adapter);
  const expected = new Map<string, Expected>();
  Object.assign(updater, {
    httpExecutor: {
      /** Called by electron-updater with a place in its own folder; @returns that */
      async download(url: URL, file: string, { sha512, onProgress }: DownloadWish): Promise<string> {
        const wanted = expected.get(sha512 ?? "");
        if (wanted === undefined) throw new Error(`${url.href} is in no channel file.`);
        await download(url, file, wanted, (come) => onProgress?.({ percent: (come / wanted.bytes) * 100 }));
        return file;
      },
    },
    // It would be made, written down, and sent.
    stagingUserIdPromise: { value: Promise.resolve("") },
    // On Windows app-update.yml names who must have signed an installer; elsewhere nothing in it is needed.
    ...(install !== "nsis" && { configOnDisk: { value: Promise.resolve({ updaterCacheDirName: "updates" }) } }),
  });
  updater.logger = { info: () => {}, warn: log, error: log };
  // Whether there is anything to look for is told by the address.
  updater.forceDevUpdateConfig = true;
  updater.disableDifferentialDownload = true;
  updater.disableWebInstaller = true;
  updater.setFeedURL({
    provider: "custom",
    updateProvider: SignedProvider,
    parts: {
      ...source,
      memory,
      version: adapter.version,
      onRelease: ({ files }: Release) => {
        for (const { sha512, size } of files) expected.set(sha512, { sha512, bytes: size });
      },
    },
  } as Parameters<AppUpdater["setFeedURL"]>[0]);
  return updater;
}

interface DownloadWish {
  readonly sha512?: string | null;
  readonly onProgress?: (progress: { readonly percent: number }) => void;
}

function updaterFor(install: Install, adapter: AppAdapter): AppUpdater {
  const { NsisUpdater, MacUpdater, DebUpdater, RpmUpdater, PacmanUpdater } = electronUpdater;
  switch (install) {
    case "nsis":
      return new NsisUpdater(undefined, adapter);
    case "mac":
      return new MacUpdater(undefined, adapter);
    case "deb":
      return new DebUpdater(undefined, adapter);
    case "rpm":
      return new RpmUpdater(undefined, adapter);
    case "pacman":
      return new PacmanUpdater(undefined, adapter);
    default:
      // For a folder only to look with.
      return new AppImageUpdater(undefined, adapter);
  }
}

import { homedir } from "node:os";
import Config from "@npmcli/config";
import definitions from "@npmcli/config/lib/definitions/index.js";

/** Options for pacote: the registry, proxies, certificates, credentials, cache and offline mode that npm itself would use. */
export type NpmOptions = Readonly<Record<string, unknown>>;

/**
 * Reads npm's configuration: the environment, the user's `.npmrc` and the machine's. Nothing is written, and no
 * project's file counts: a model belongs to the user.
 */
export async function npmOptions(environment: NodeJS.ProcessEnv = process.env): Promise<NpmOptions> {
  const config = new Config({
    npmPath: homedir(),
    definitions: definitions.definitions,
    shorthands: definitions.shorthands,
    flatten: definitions.flatten,
    argv: [process.execPath, "npm"],
    env: environment,
    cwd: homedir(),
    warn: false,
  });
  await config.load();
  return { ...config.flat };
}

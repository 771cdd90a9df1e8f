import { homedir } from "node:os";
import { join } from "node:path";

/** Options for pacote: the registry, proxies, certificates, credentials, cache and offline mode that npm itself would use. */
export type NpmOptions = Readonly<Record<string, unknown>>;

/**
 * Reads npm's configuration: the environment, the user's `.npmrc` and the machine's. Nothing is written, and no
 * project's file counts: a model belongs to the user.
 */
export async function npmOptions(environment: NodeJS.ProcessEnv = process.env): Promise<NpmOptions> {
  const { default: Config } = await import("@npmcli/config");
  const { default: definitions } = await import("@npmcli/config/lib/definitions/index.js");
  // A variable, for the types know nothing of `warn`, which keeps npm's warnings out of our output.
  const options = {
    // npm's own folder may hold a configuration; there is none here.
    npmPath: join(homedir(), ".npm-is-not-here"),
    definitions: definitions.definitions,
    shorthands: definitions.shorthands,
    flatten: definitions.flatten,
    argv: [process.execPath, "npm"],
    env: environment,
    cwd: homedir(),
    warn: false,
  };
  const config = new Config(options);
  await config.load();
  return { ...config.flat };
}

import { codecVersions } from "./codec.ts";
import { Enhancer } from "./enhancer.ts";
import { EngineServer } from "./server.ts";

/*
 * The engine process. Started by a host with an IPC channel; lives as long as the channel does.
 * A terminal sends Ctrl-C to the whole group: what to do about it is the host's to decide.
 */
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

const cacheDir = process.env.SILVERGRAIN_CACHE_DIR;
const version = process.env.SILVERGRAIN_VERSION;
if (process.send === undefined || cacheDir === undefined || version === undefined) {
  process.stderr.write("This is Silvergrain's engine; it is started by the app or the command line, not by hand.\n");
  process.exit(2);
}

const server = new EngineServer(new Enhancer({ cacheDir, version }), (message) => {
  if (process.connected) process.send?.(message);
});
process.on("message", (message) => server.receive(message));
// The host is gone: nobody wants the rest. Done tiles are on the disk.
process.on("disconnect", () => process.exit(0));
process.send({ type: "ready", versions: { node: process.versions.node, ...codecVersions() } });

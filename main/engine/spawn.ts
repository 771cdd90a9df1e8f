import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { SilvergrainError } from "../core/errors.ts";
import { setGiveWay } from "../system/give-way.ts";
import type { Locations } from "../system/locations.ts";
import { EngineClient, type EngineClientOptions, type EnginePort } from "./client.ts";

/** How to start an engine process. */
export interface EngineProcessOptions {
  /** The Node to run it with: a real one, never Electron's. */
  readonly nodePath: string;
  /** The built engine/entry. */
  readonly entryPath: string;
  readonly cacheDir: string;
  readonly version: string;
  /** Whether it takes only the time that other programs leave. */
  readonly giveWay?: boolean;
  /** Receives what the engine's libraries print. */
  readonly onLog: (text: string) => void;
}

/**
 * Starts the engine as a child process with an IPC channel.
 * @throws SilvergrainError INTERNAL where Node cannot be started
 */
export function spawnEngine(options: EngineProcessOptions): EnginePort {
  const child = spawn(options.nodePath, [realpathSync(options.entryPath)], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    windowsHide: true,
    // Every picture that libvips decodes holds a thread of Node's pool, of which there would be four; files need it too.
    env: {
      UV_THREADPOOL_SIZE: "16",
      ...process.env,
      // ONNX Runtime 1.30 would tell its makers of every model and run, on Linux too, and keep a number for this machine.
      ORT_DISABLE_TELEMETRY: "1",
      SILVERGRAIN_CACHE_DIR: options.cacheDir,
      SILVERGRAIN_VERSION: options.version,
    },
  });
  if (options.giveWay === true && child.pid !== undefined) setGiveWay(child.pid, true);
  child.stdout?.on("data", (chunk: Buffer) => options.onLog(chunk.toString("utf8")));
  child.stderr?.on("data", (chunk: Buffer) => options.onLog(chunk.toString("utf8")));
  return {
    send: (message) => {
      // The channel may close between the check and the call; the close listener then tells the client.
      if (child.connected) child.send(message, () => {});
    },
    onMessage: (listener) => {
      child.on("message", listener);
    },
    onClose: (listener) => {
      child.once("error", (error) => listener(`could not be started (${error.message})`));
      child.once("exit", (code, signal) =>
        listener(signal === null ? `ended with code ${code}` : `was ended by ${signal}`),
      );
    },
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}

/**
 * The real Node that runs the scripts: the one that started the app, the one npm runs on, else this process's own.
 * @throws SilvergrainError INTERNAL where there is only Electron
 */
export function developmentNode(environment: NodeJS.ProcessEnv = process.env): string {
  const path = environment.SILVERGRAIN_NODE ?? environment.npm_node_execpath ?? process.execPath;
  if (process.versions.electron !== undefined && path === process.execPath) {
    throw new SilvergrainError(
      "INTERNAL",
      "Expected a Node to run the engine with, but only Electron is here. Start with npm start, or name one in SILVERGRAIN_NODE.",
    );
  }
  return path;
}

/** An engine for a host. It starts with the first call. */
export function engineFor(
  {
    engineEntry,
    cacheDir,
    version,
    shippedNode,
  }: Pick<Locations, "engineEntry" | "cacheDir" | "version" | "shippedNode">,
  {
    giveWay = false,
    onLog = showWhereAsked,
    ...rest
  }: Omit<EngineClientOptions, "start"> & Partial<Pick<EngineProcessOptions, "giveWay" | "onLog">> = {},
): EngineClient {
  return new EngineClient({
    start: () =>
      spawnEngine({
        nodePath: shippedNode ?? developmentNode(),
        entryPath: engineEntry,
        cacheDir,
        version,
        giveWay,
        onLog,
      }),
    ...rest,
  });
}

function showWhereAsked(text: string): void {
  if (process.env.SILVERGRAIN_DEBUG !== undefined) process.stderr.write(text);
}

import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertNever } from "../../main/core/errors.ts";
import {
  apply,
  type FileEvent,
  fileEvents,
  type Inode,
  isIgnored,
  ROOT_INODE,
  type Snapshot,
  snapshot,
} from "./file-trace.ts";
import { strace } from "./strace.ts";

/**
 * A model of what a disk holds after the power fails. It is as strict as POSIX: what was written to a file is kept by
 * an fsync of that file, and an entry of a folder (a file made, renamed, deleted) by an fsync of that folder.
 */
export interface Trace {
  readonly before: Snapshot;
  readonly events: readonly FileEvent[];
  /** The lines that the program printed, with the number of events up to and with each. */
  readonly lines: readonly { readonly text: string; readonly position: number }[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Kept {
  /**
   * "synced": what was synced, no more. "all": everything, which the system may also have written by itself. With all
   * names and only synced bytes, a file that was renamed before it was synced is empty, as ext4 has been seen to leave it.
   */
  readonly names?: "synced" | "all";
  readonly bytes?: "synced" | "all";
}

export interface RecordOptions {
  /** Whether the program may end by a signal or with a code other than 0. */
  readonly mayFail?: boolean;
}

/**
 * Runs a Node program under strace, and records what it and its children do to the files below `folder`. What is there
 * before counts as durable.
 * @throws where strace is missing, the program fails, or its calls do not add up to what is in the folder afterwards
 */
export async function recordTrace(
  script: string,
  args: readonly string[],
  folder: string,
  { mayFail = false }: RecordOptions = {},
): Promise<Trace> {
  const root = realpathSync(folder);
  const before = snapshot(root);
  const { steps, code, signal, stderr } = await strace(script, args);
  if (code !== 0 && !mayFail) throw new Error(`The traced program ended with ${code ?? signal}:\n${stderr}`);
  const events = fileEvents(steps, root, before);
  const lines = events.flatMap((event, at) => (event.type === "line" ? [{ text: event.text, position: at + 1 }] : []));
  const trace = { before, events, lines, code, signal };
  expectSame(listing(replay(trace, events.length, { names: "all", bytes: "all" })), listing(snapshot(root)));
  return trace;
}

/** The lines that were printed before the power failed at `upTo`. */
export function linesBefore(trace: Trace, upTo: number): readonly string[] {
  return trace.lines.filter(({ position }) => position <= upTo).map(({ text }) => text);
}

/** Where a power loss is worth a look: after each line printed, and just before and after each sync. */
export function crashPoints(trace: Trace): readonly number[] {
  const points = new Set<number>();
  for (const [at, event] of trace.events.entries()) {
    if (event.type === "line" || event.type === "sync-end") points.add(at + 1);
    if (event.type === "sync-begin" || event.type === "sync-end") points.add(at);
  }
  return [...points, trace.events.length];
}

/** Writes into a new folder what is left of the recorded one if the power fails after the first `upTo` events. */
export function durableCopy(trace: Trace, into: string, upTo = trace.events.length, kept: Kept = {}): void {
  write(replay(trace, upTo, kept), ROOT_INODE, into);
}

function replay({ before, events }: Trace, upTo: number, { names = "synced", bytes = "synced" }: Kept): Snapshot {
  const live = {
    files: new Map([...before.files].map(([inode, content]) => [inode, new Growing(content)])),
    folders: new Map([...before.folders].map(([inode, entries]) => [inode, new Map(entries)])),
  };
  const durable = {
    files: new Map<Inode, Buffer>(before.files),
    folders: new Map<Inode, ReadonlyMap<string, Inode>>(before.folders),
  };
  const pending = new Map<number, { readonly file?: Buffer; readonly folder?: ReadonlyMap<string, Inode> }>();
  for (const event of events.slice(0, upTo)) {
    switch (event.type) {
      case "make":
        if (event.kind === "file") {
          live.files.set(event.inode, new Growing());
          durable.files.set(event.inode, Buffer.alloc(0));
        } else {
          live.folders.set(event.inode, new Map());
          durable.folders.set(event.inode, new Map());
        }
        break;
      case "names":
        for (const change of event.changes) apply(live.folders, change);
        break;
      case "write":
        live.files.get(event.inode)?.write(event.at, event.bytes);
        break;
      case "resize":
        live.files.get(event.inode)?.resize(event.size);
        break;
      case "sync-begin": {
        const file = live.files.get(event.inode)?.copy();
        const folder = live.folders.get(event.inode);
        pending.set(event.sync, {
          ...(file === undefined ? {} : { file }),
          ...(folder === undefined ? {} : { folder: new Map(folder) }),
        });
        break;
      }
      case "sync-end": {
        const { file, folder } = pending.get(event.sync) ?? {};
        if (file !== undefined) durable.files.set(event.inode, file);
        if (folder !== undefined) durable.folders.set(event.inode, folder);
        break;
      }
      case "line":
        break;
      default:
        assertNever(event);
    }
  }
  return {
    files: bytes === "all" ? new Map([...live.files].map(([inode, file]) => [inode, file.copy()])) : durable.files,
    folders: names === "all" ? live.folders : durable.folders,
  };
}

/** A file's bytes, with room for more. */
class Growing {
  #room: Buffer;
  #size: number;

  constructor(content: Buffer = Buffer.alloc(0)) {
    this.#room = Buffer.from(content);
    this.#size = content.length;
  }

  write(at: number, bytes: Buffer): void {
    this.#reserve(at + bytes.length);
    bytes.copy(this.#room, at);
    this.#size = Math.max(this.#size, at + bytes.length);
  }

  resize(size: number): void {
    this.#reserve(size);
    // What is cut off reads as zeros if the file grows again.
    this.#room.fill(0, size);
    this.#size = size;
  }

  copy(): Buffer {
    return Buffer.from(this.#room.subarray(0, this.#size));
  }

  #reserve(size: number): void {
    if (size <= this.#room.length) return;
    const larger = Buffer.alloc(size * 2);
    this.#room.copy(larger, 0, 0, this.#size);
    this.#room = larger;
  }
}

function write(disk: Snapshot, inode: Inode, path: string): void {
  const entries = disk.folders.get(inode);
  if (entries === undefined) {
    writeFileSync(path, disk.files.get(inode) ?? Buffer.alloc(0));
    return;
  }
  mkdirSync(path, { recursive: true });
  for (const [name, child] of entries) if (!isIgnored(name)) write(disk, child, join(path, name));
}

/** Every file's bytes, and every folder, by path. */
function listing(disk: Snapshot, inode = ROOT_INODE, path = "."): ReadonlyMap<string, Buffer | undefined> {
  const entries = disk.folders.get(inode);
  if (entries === undefined) return new Map([[path, disk.files.get(inode)]]);
  const below = [...entries].filter(([name]) => !isIgnored(name));
  return new Map([
    [path, undefined],
    ...below.flatMap(([name, child]) => [...listing(disk, child, `${path}/${name}`)]),
  ]);
}

/** A call that is not modelled (a shared mapping, a copy inside the kernel) shows as bytes that no write explains. */
function expectSame(
  traced: ReadonlyMap<string, Buffer | undefined>,
  real: ReadonlyMap<string, Buffer | undefined>,
): void {
  for (const path of new Set([...traced.keys(), ...real.keys()])) {
    const [one, other] = [traced.get(path), real.get(path)];
    const same = traced.has(path) && real.has(path) && (one === undefined ? other === undefined : other?.equals(one));
    if (!same) throw new Error(`The trace does not explain what is in ${path}: a call there is not modelled.`);
  }
}

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { dataOf, type Step, type Syscall, textOf } from "./strace.ts";

/** A file or folder, whatever its names are. */
export type Inode = number;

export const ROOT_INODE: Inode = 0;

export type FileEvent =
  /** Entries of folders that change at one moment. */
  | { readonly type: "names"; readonly changes: readonly NameChange[] }
  | { readonly type: "make"; readonly inode: Inode; readonly kind: "file" | "folder" }
  | { readonly type: "write"; readonly inode: Inode; readonly at: number; readonly bytes: Buffer }
  | { readonly type: "resize"; readonly inode: Inode; readonly size: number }
  /** What a sync promises is what was written before it began; it is promised once it has ended. */
  | { readonly type: "sync-begin"; readonly inode: Inode; readonly sync: number }
  | { readonly type: "sync-end"; readonly inode: Inode; readonly sync: number }
  | { readonly type: "line"; readonly text: string };

export interface NameChange {
  readonly folder: Inode;
  readonly name: string;
  readonly inode: Inode | undefined;
}

/** What was there before. */
export interface Snapshot {
  readonly files: ReadonlyMap<Inode, Buffer>;
  readonly folders: ReadonlyMap<Inode, ReadonlyMap<string, Inode>>;
}

/** SQLite maps this file into memory, where no call shows what is written; it is rebuilt after a power loss. */
export function isIgnored(name: string): boolean {
  return name.endsWith("-shm");
}

export function snapshot(folder: string): Snapshot {
  const files = new Map<Inode, Buffer>();
  const folders = new Map<Inode, Map<string, Inode>>();
  let next = ROOT_INODE;
  const add = (path: string): Inode => {
    const inode = next++;
    if (!statSync(path).isDirectory()) {
      files.set(inode, readFileSync(path));
      return inode;
    }
    const entries = new Map<string, Inode>();
    folders.set(inode, entries);
    for (const name of readdirSync(path)) entries.set(name, add(join(path, name)));
    return inode;
  };
  add(folder);
  return { files, folders };
}

/** What dup shares: the place in the file, among others. */
interface Description {
  readonly inode: Inode | "stdout";
  readonly append: boolean;
  position: number;
}

interface Descriptor {
  readonly description: Description;
  readonly closedByExec: boolean;
}

interface Process {
  fds: Map<number, Descriptor>;
  cwd: string;
}

/** What calls did to the files below `folder`, and the lines that the program printed between. */
export function fileEvents(steps: readonly Step[], folder: string, before: Snapshot): readonly FileEvent[] {
  const tracer = new Tracer(steps, folder, before);
  for (const step of steps) {
    if (step.phase === "begin") tracer.begin(step.call);
    else if (step.call.result !== undefined && step.call.result >= 0) tracer.end(step.call, step.call.result);
  }
  return tracer.events;
}

class Tracer {
  readonly events: FileEvent[] = [];
  readonly #folder: string;
  readonly #processes = new Map<number, Process>();
  readonly #parents = new Map<number, { readonly thread: number; readonly sharesFiles: boolean }>();
  readonly #folders: Map<Inode, Map<string, Inode>>;
  readonly #sizes: Map<Inode, number>;
  readonly #syncs = new Map<Syscall, { readonly inode: Inode; readonly sync: number }>();
  #nextInode: Inode;
  #partialLine = "";

  constructor(steps: readonly Step[], folder: string, before: Snapshot) {
    this.#folder = folder;
    this.#folders = new Map([...before.folders].map(([inode, entries]) => [inode, new Map(entries)]));
    this.#sizes = new Map([...before.files].map(([inode, bytes]) => [inode, bytes.length]));
    this.#nextInode = this.#folders.size + this.#sizes.size;
    // A child may be seen at work before the call that made it is seen to return.
    for (const { phase, call } of steps) {
      if (phase !== "end" || !/^(clone3?|v?fork)$/.test(call.name) || call.result === undefined) continue;
      const sharesFiles = call.args.some((argument) => argument.includes("CLONE_FILES"));
      this.#parents.set(call.result, { thread: call.thread, sharesFiles });
    }
  }

  begin(call: Syscall): void {
    this.#begins[call.name]?.(call, this.#process(call.thread));
  }

  end(call: Syscall, result: number): void {
    this.#ends[call.name]?.(call, this.#process(call.thread), result);
  }

  readonly #begins: Readonly<Record<string, (call: Syscall, process: Process) => void>> = {
    // The number is free for another thread before the call returns.
    close: (call, { fds }) => fds.delete(number(call, 0)),
    close_range: (call, { fds }) => {
      for (const fd of [...fds.keys()]) if (fd >= number(call, 0) && fd <= number(call, 1)) fds.delete(fd);
    },
    fsync: (call, process) => this.#beginSync(call, process),
    fdatasync: (call, process) => this.#beginSync(call, process),
    // Who reads the line may act on it before the call returns.
    write: (call, process) => this.#print(call, process),
    writev: (call, process) => this.#print(call, process),
  };

  readonly #ends: Readonly<Record<string, (call: Syscall, process: Process, result: number) => void>> = {
    open: (call, process, fd) => this.#open(process, fd, pathOf(process, call, 0), flags(call, 1)),
    openat: (call, process, fd) => this.#open(process, fd, pathOf(process, call, 1, 0), flags(call, 2)),
    creat: (call, process, fd) => this.#open(process, fd, pathOf(process, call, 0), new Set(["O_CREAT", "O_TRUNC"])),
    dup: (call, { fds }, fd) => duplicate(fds, number(call, 0), fd, false),
    dup2: (call, { fds }, fd) => duplicate(fds, number(call, 0), fd, false),
    dup3: (call, { fds }, fd) => duplicate(fds, number(call, 0), fd, flags(call, 2).has("O_CLOEXEC")),
    fcntl: (call, { fds }, result) => {
      const command = argument(call, 1);
      if (command.startsWith("F_DUPFD")) duplicate(fds, number(call, 0), result, command.endsWith("CLOEXEC"));
      const changed = command === "F_SETFD" ? fds.get(number(call, 0)) : undefined;
      if (changed !== undefined)
        fds.set(number(call, 0), { ...changed, closedByExec: argument(call, 2) === "FD_CLOEXEC" });
    },
    execve: (_call, process) => {
      process.fds = new Map([...process.fds].filter(([, { closedByExec }]) => !closedByExec));
    },
    chdir: (call, process) => {
      process.cwd = pathOf(process, call, 0);
    },
    lseek: (call, { fds }, position) => {
      const description = fds.get(number(call, 0))?.description;
      if (description !== undefined) description.position = position;
    },
    write: (call, process, length) => this.#write(process, call, length, undefined),
    writev: (call, process, length) => this.#write(process, call, length, undefined),
    pwrite64: (call, process, length) => this.#write(process, call, length, number(call, 3)),
    pwritev: (call, process, length) => this.#write(process, call, length, number(call, 3)),
    pwritev2: (call, process, length) => this.#write(process, call, length, number(call, 3)),
    ftruncate: (call, process) => this.#resize(fileOf(process, call), number(call, 1)),
    truncate: (call, process) => this.#resize(this.#place(pathOf(process, call, 0))?.inode, number(call, 1)),
    fallocate: (call, process) => this.#allocate(fileOf(process, call), call),
    rename: (call, process) => this.#rename(pathOf(process, call, 0), pathOf(process, call, 1)),
    renameat: (call, process) => this.#rename(pathOf(process, call, 1, 0), pathOf(process, call, 3, 2)),
    renameat2: (call, process) => {
      if (call.args[4]?.includes("RENAME_EXCHANGE")) throw new Error("RENAME_EXCHANGE is not modelled.");
      this.#rename(pathOf(process, call, 1, 0), pathOf(process, call, 3, 2));
    },
    link: (call, process) => this.#link(pathOf(process, call, 0), pathOf(process, call, 1)),
    linkat: (call, process) => this.#link(pathOf(process, call, 1, 0), pathOf(process, call, 3, 2)),
    unlink: (call, process) => this.#change([{ path: pathOf(process, call, 0), inode: undefined }]),
    rmdir: (call, process) => this.#change([{ path: pathOf(process, call, 0), inode: undefined }]),
    unlinkat: (call, process) => this.#change([{ path: pathOf(process, call, 1, 0), inode: undefined }]),
    mkdir: (call, process) => this.#makeFolder(pathOf(process, call, 0)),
    mkdirat: (call, process) => this.#makeFolder(pathOf(process, call, 1, 0)),
    fsync: (call) => this.#endSync(call),
    fdatasync: (call) => this.#endSync(call),
  };

  #beginSync(call: Syscall, process: Process): void {
    const inode = fileOf(process, call);
    if (inode === undefined) return;
    const synced = { inode, sync: this.#syncs.size };
    this.#syncs.set(call, synced);
    this.events.push({ type: "sync-begin", ...synced });
  }

  #endSync(call: Syscall): void {
    const synced = this.#syncs.get(call);
    if (synced !== undefined) this.events.push({ type: "sync-end", ...synced });
  }

  #process(thread: number): Process {
    const known = this.#processes.get(thread);
    if (known !== undefined) return known;
    const parent = this.#parents.get(thread);
    const made = parent === undefined ? firstProcess() : childOf(this.#process(parent.thread), parent.sharesFiles);
    this.#processes.set(thread, made);
    return made;
  }

  /** Where a path is below the folder; undefined if it is elsewhere. */
  #place(
    path: string,
  ): { readonly folder: Inode; readonly name: string; readonly inode: Inode | undefined } | undefined {
    if (path === this.#folder) return { folder: ROOT_INODE, name: "", inode: ROOT_INODE };
    if (!path.startsWith(`${this.#folder}/`)) return undefined;
    const names = path.slice(this.#folder.length + 1).split("/");
    const name = names.pop() ?? "";
    let folder = ROOT_INODE;
    for (const each of names) {
      const next = this.#folders.get(folder)?.get(each);
      if (next === undefined || !this.#folders.has(next))
        throw new Error(`Nothing explains the folder ${each} of ${path}.`);
      folder = next;
    }
    return { folder, name, inode: this.#folders.get(folder)?.get(name) };
  }

  #open(process: Process, fd: number, path: string, flags: ReadonlySet<string>): void {
    process.fds.delete(fd);
    const at = this.#place(path);
    if (at === undefined) return;
    let inode = at.inode;
    if (inode === undefined) {
      if (!flags.has("O_CREAT")) throw new Error(`Nothing explains where ${path} comes from.`);
      inode = this.#make("file", path);
    } else if (flags.has("O_TRUNC")) this.#resize(inode, 0);
    const description = { inode, append: flags.has("O_APPEND"), position: 0 };
    process.fds.set(fd, { description, closedByExec: flags.has("O_CLOEXEC") });
  }

  #write(process: Process, call: Syscall, length: number, offset: number | undefined): void {
    const description = process.fds.get(number(call, 0))?.description;
    if (description === undefined || description.inode === "stdout") return;
    const { inode } = description;
    const size = this.#sizes.get(inode) ?? 0;
    const at = description.append ? size : (offset ?? description.position);
    if (offset === undefined) description.position = at + length;
    this.#sizes.set(inode, Math.max(size, at + length));
    this.events.push({ type: "write", inode, at, bytes: dataOf(argument(call, 1)).subarray(0, length) });
  }

  #print(call: Syscall, process: Process): void {
    if (process.fds.get(number(call, 0))?.description.inode !== "stdout") return;
    const data = dataOf(argument(call, 1));
    if (call.result !== undefined && call.result !== data.length) throw new Error("A line was printed in part.");
    const lines = (this.#partialLine + data.toString("utf8")).split("\n");
    this.#partialLine = lines.pop() ?? "";
    for (const text of lines) this.events.push({ type: "line", text });
  }

  #resize(inode: Inode | undefined, size: number): void {
    if (inode === undefined) return;
    this.#sizes.set(inode, size);
    this.events.push({ type: "resize", inode, size });
  }

  #allocate(inode: Inode | undefined, call: Syscall): void {
    if (inode === undefined) return;
    if (argument(call, 1) !== "0") throw new Error(`fallocate with ${argument(call, 1)} is not modelled.`);
    this.#resize(inode, Math.max(this.#sizes.get(inode) ?? 0, number(call, 2) + number(call, 3)));
  }

  #make(kind: "file" | "folder", path: string): Inode {
    const inode = this.#nextInode++;
    if (kind === "folder") this.#folders.set(inode, new Map());
    else this.#sizes.set(inode, 0);
    this.events.push({ type: "make", inode, kind });
    this.#change([{ path, inode }]);
    return inode;
  }

  #makeFolder(path: string): void {
    if (this.#place(path) !== undefined) this.#make("folder", path);
  }

  #rename(from: string, to: string): void {
    const source = this.#place(from);
    if (source?.inode === undefined) {
      if (this.#place(to) !== undefined) throw new Error(`A rename into the folder is not modelled: ${from}`);
      return;
    }
    this.#change([
      { path: from, inode: undefined },
      { path: to, inode: source.inode },
    ]);
  }

  #link(from: string, to: string): void {
    const inode = this.#place(from)?.inode;
    if (inode !== undefined) this.#change([{ path: to, inode }]);
  }

  #change(wanted: readonly { readonly path: string; readonly inode: Inode | undefined }[]): void {
    const changes = wanted.flatMap(({ path, inode }) => {
      const at = this.#place(path);
      return at === undefined ? [] : [{ folder: at.folder, name: at.name, inode }];
    });
    if (changes.length === 0) return;
    for (const change of changes) apply(this.#folders, change);
    this.events.push({ type: "names", changes });
  }
}

/** Sets or removes one entry. */
export function apply(folders: ReadonlyMap<Inode, Map<string, Inode>>, { folder, name, inode }: NameChange): void {
  const entries = folders.get(folder);
  if (inode === undefined) entries?.delete(name);
  else entries?.set(name, inode);
}

function firstProcess(): Process {
  const stdout = { inode: "stdout", append: false, position: 0 } as const;
  return { fds: new Map([[1, { description: stdout, closedByExec: false }]]), cwd: process.cwd() };
}

/** A thread is the process that it is in. */
function childOf(parent: Process, sharesFiles: boolean): Process {
  return sharesFiles ? parent : { fds: new Map(parent.fds), cwd: parent.cwd };
}

function duplicate(fds: Map<number, Descriptor>, from: number, to: number, closedByExec: boolean): void {
  const original = fds.get(from);
  if (original === undefined) fds.delete(to);
  else if (from !== to) fds.set(to, { description: original.description, closedByExec });
}

/** The file or folder that a call's first argument is a descriptor of, if it is one that is traced. */
function fileOf(process: Process, call: Syscall): Inode | undefined {
  const inode = process.fds.get(number(call, 0))?.description.inode;
  return inode === "stdout" ? undefined : inode;
}

/** The path in argument `at`; `folderAt` is that of the descriptor which it may be relative to. */
function pathOf(process: Process, call: Syscall, at: number, folderAt?: number): string {
  const path = textOf(argument(call, at));
  if (posix.isAbsolute(path)) return posix.resolve(path);
  if (folderAt !== undefined && argument(call, folderAt) !== "AT_FDCWD")
    throw new Error(`A path relative to a descriptor is not modelled: ${path}`);
  return posix.resolve(process.cwd, path);
}

function argument(call: Syscall, at: number): string {
  const found = call.args[at];
  if (found === undefined) throw new Error(`${call.name} without argument ${at}.`);
  return found;
}

function number(call: Syscall, at: number): number {
  const value = Number(argument(call, at));
  if (Number.isNaN(value)) throw new Error(`${call.name}: ${argument(call, at)} is no number.`);
  return value;
}

function flags(call: Syscall, at: number): ReadonlySet<string> {
  return new Set(argument(call, at).split("|"));
}

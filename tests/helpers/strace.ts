import { spawn } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** One system call. Paths and data in `args` are still strace's text: see `textOf` and `dataOf`. */
export interface Syscall {
  readonly thread: number;
  readonly name: string;
  readonly args: readonly string[];
  /** -1 for a failure, undefined where the process died in it. */
  readonly result: number | undefined;
}

/** A call begins and ends, and those of other threads may come between. */
export interface Step {
  readonly phase: "begin" | "end";
  readonly call: Syscall;
}

export interface Straced {
  readonly steps: readonly Step[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** What changes files, names, their durability, or which file a descriptor is. */
const CALLS =
  "open,openat,creat,close,close_range,dup,dup2,dup3,fcntl,lseek,write,pwrite64,writev,pwritev,pwritev2,truncate," +
  "ftruncate,fallocate,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat,fsync,fdatasync," +
  "chdir,clone,clone3,fork,vfork,execve";

/** More than any one write here; a longer one is noticed when it is read. */
const LONGEST_STRING = 256 * 1024 * 1024;

/** Runs a Node program under strace, with all its threads and children. */
export async function strace(script: string, args: readonly string[]): Promise<Straced> {
  const folder = mkdtempSync(join(tmpdir(), "silvergrain-strace-"));
  const log = join(folder, "log");
  try {
    const options = ["-f", "--seccomp-bpf", "-xx", "-s", String(LONGEST_STRING), "-e", `trace=${CALLS}`, "-o", log];
    const child = spawn("strace", [...options, "--", process.execPath, script, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      // What goes through io_uring is no system call of its own, so strace would not see it.
      env: { ...process.env, UV_USE_IO_URING: "0" },
    });
    let stderr = "";
    child.stdout.resume();
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString("utf8");
    });
    const ended = await new Promise<Pick<Straced, "code" | "signal">>((resolve, reject) => {
      child.on("error", (cause) =>
        reject(new Error("These tests need strace on Linux: run apt-get install strace.", { cause })),
      );
      child.on("close", (code, signal) => resolve({ code, signal }));
    });
    return { ...ended, stderr, steps: await parse(createInterface({ input: createReadStream(log, "latin1") })) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The steps in a log that was written with -f and -xx. */
export async function parse(lines: Iterable<string> | AsyncIterable<string>): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const unfinished = new Map<string, { readonly text: string; readonly at: number }>();
  for await (const line of lines) {
    const [, thread, text] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (thread === undefined || text === undefined) throw new Error(`Not a line of strace's: ${line.slice(0, 200)}`);
    if (text.startsWith("+++") || text.startsWith("---")) continue;
    const started = /^(.*) <unfinished \.\.\.>$/.exec(text)?.[1];
    if (started !== undefined) {
      unfinished.set(thread, { text: started, at: steps.length });
      // The arguments are complete once the call has ended; until then its place is kept.
      steps.push({ phase: "begin", call: callOf(thread, `${started}) = ?`) });
      continue;
    }
    const rest = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)?.[1];
    const start = rest === undefined ? undefined : unfinished.get(thread);
    if (rest !== undefined && start === undefined) throw new Error(`A call ends that did not begin: ${text}`);
    const call = callOf(thread, start === undefined ? text : start.text + rest);
    if (start === undefined) steps.push({ phase: "begin", call });
    else steps[start.at] = { phase: "begin", call };
    unfinished.delete(thread);
    steps.push({ phase: "end", call });
  }
  return steps;
}

function callOf(thread: string, text: string): Syscall {
  const [, name, args, result] = /^(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+|\?)/.exec(text) ?? [];
  if (name === undefined || args === undefined || result === undefined)
    throw new Error(`Not a system call: ${text.slice(0, 200)}`);
  return {
    thread: Number(thread),
    name,
    args: splitArguments(args),
    result: result === "?" ? undefined : Number(result),
  };
}

/** Splits at the commas that are in no bracket. With -xx a quoted string holds no bracket and no comma. */
function splitArguments(text: string): readonly string[] {
  const args: string[] = [];
  let depth = 0;
  let current = "";
  for (const [piece] of text.matchAll(/"[^"]*"|[[{(]|[\]})]|,|[^",[\](){}]+/g)) {
    if (piece === "," && depth === 0) {
      args.push(current.trim());
      current = "";
      continue;
    }
    if (/^[[{(]$/.test(piece)) depth++;
    if (/^[\]})]$/.test(piece)) depth--;
    current += piece;
  }
  return [...args, current.trim()];
}

/** A path argument. */
export function textOf(argument: string): string {
  return dataOf(argument).toString("utf8");
}

/** The bytes of a data argument, or of all parts of an iovec. */
export function dataOf(argument: string): Buffer {
  if (argument.includes('"...')) throw new Error("strace cut a string off: raise LONGEST_STRING.");
  const parts = [...argument.matchAll(/"([^"]*)"/g)].map(([, hex]) =>
    Buffer.from((hex ?? "").replaceAll("\\x", ""), "hex"),
  );
  return Buffer.concat(parts);
}

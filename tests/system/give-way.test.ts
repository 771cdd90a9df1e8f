import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { constants, getPriority } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { setGiveWay } from "../../main/system/give-way.ts";
import { program } from "../helpers/program.ts";

const { PRIORITY_LOW, PRIORITY_NORMAL } = constants.priority;

/** A process with a thread of its own, beside Node's. */
async function busyProcess(): Promise<number> {
  const child = spawn(process.execPath, [
    "-e",
    `const { Worker } = require("node:worker_threads");
     new Worker("setInterval(() => {}, 1000)", { eval: true }).on("online", () => console.log("ready"));`,
  ]);
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child.pid ?? expect.fail("no process");
}

/** Field 19 of /proc/…/stat, for each thread. */
function niceOfThreads(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).map((id) =>
    Number(
      readFileSync(`/proc/${pid}/task/${id}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[16],
    ),
  );
}

test("a process gives way", async () => {
  const pid = await busyProcess();
  expect(setGiveWay(pid, true)).toBe(true);
  expect(getPriority(pid)).toBe(PRIORITY_LOW);
});

test.runIf(process.platform === "linux")("with all its threads", async () => {
  const pid = await busyProcess();
  setGiveWay(pid, true);
  const all = niceOfThreads(pid);
  expect(all.length).toBeGreaterThan(4);
  expect(new Set(all)).toEqual(new Set([PRIORITY_LOW]));
});

test.runIf(process.getuid?.() === 0)("and comes back where that is allowed", async () => {
  const pid = await busyProcess();
  setGiveWay(pid, true);
  expect(setGiveWay(pid, false)).toBe(true);
  expect(getPriority(pid)).toBe(PRIORITY_NORMAL);
});

test.runIf(process.platform === "linux")("says so where the way back is refused", async () => {
  const script = program(`import { setGiveWay } from "./main/system/give-way.ts";
    console.log(JSON.stringify([setGiveWay(process.pid, true), setGiveWay(process.pid, false)]));`);
  // As nobody, who has no privileges; the program comes by its standard input, as nobody may not read our folders.
  const child = spawn(process.execPath, ["--input-type=module", "-"], {
    cwd: "/",
    ...(process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}),
  });
  child.stdin.end(readFileSync(script));
  const [text] = await once(child.stdout, "data");
  expect(JSON.parse(String(text))).toEqual([true, false]);
});

test("a process that is gone is no error", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  expect(setGiveWay(child.pid ?? 0, true)).toBe(false);
});

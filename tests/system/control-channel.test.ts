import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SilvergrainError } from "../../main/core/errors.ts";
import { askHolder, type Handle, hasHolder, serveControl } from "../../main/system/control-channel.ts";
import type { Holder } from "../../main/system/holder-file.ts";
import { program } from "../helpers/program.ts";
import { tempDir } from "../helpers/temp.ts";

const SOON = { timeoutMs: 300 };
const IN_TIME = { timeoutMs: 10_000 };

function holderOf(folder: string): Holder {
  return JSON.parse(readFileSync(join(folder, "holder.json"), "utf8")) as Holder;
}

async function serving(handle: Handle, folder = tempDir()): Promise<string> {
  const server = await serveControl(folder, handle);
  onTestFinished(() => server.close());
  return folder;
}

/** Another process that holds `folder`, answers with its pid and what it was asked, and closes on a signal. */
async function otherProcess(folder: string): Promise<ChildProcess> {
  const script = program(`import { serveControl } from "./main/system/control-channel.ts";
    const control = await serveControl(process.argv[2] as string, async (request) => ({ pid: process.pid, request }));
    process.once("SIGTERM", () => control.close());
    console.log("ready");`);
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  // A process that is killed cannot tidy up.
  const place = dirname(holderOf(folder).address);
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  return child;
}

/** A bare connection to the holder, and what it answers. */
async function raw(folder: string): Promise<{ readonly socket: Socket; readonly answer: Promise<string> }> {
  const socket = connect(holderOf(folder).address);
  socket.on("error", () => {});
  await once(socket, "connect");
  const answer = (async () => {
    let text = "";
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      text += String(chunk);
      if (text.endsWith("\n")) return text;
    }
    return text;
  })().catch(() => "");
  onTestFinished(() => void socket.destroy());
  return { socket, answer };
}

test("another process answers, until it closes and leaves nothing behind", async () => {
  const folder = join(tempDir(), "照片 和 résumé", "长".repeat(60), "x".repeat(200));
  mkdirSync(folder, { recursive: true });
  const child = await otherProcess(folder);
  expect(await hasHolder(folder)).toBe(true);
  expect(await askHolder(folder, { add: ["é.jpg"] }, IN_TIME)).toEqual({
    pid: child.pid,
    request: { add: ["é.jpg"] },
  });
  const { address } = holderOf(folder);
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
  expect(readdirSync(folder)).toEqual([]);
  expect(existsSync(dirname(address))).toBe(false);
  expect(await hasHolder(folder)).toBe(false);
});

test("a process that was killed holds nothing, and the next takes its place", async () => {
  const folder = tempDir();
  const child = await otherProcess(folder);
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  expect(await hasHolder(folder)).toBe(false);
  await expect(askHolder(folder, 1, SOON)).rejects.toMatchObject({ code: "TARGET_BUSY" });
  const left = dirname(holderOf(folder).address);
  expect(existsSync(left)).toBe(true);
  await serving(async () => "mine", folder);
  expect(existsSync(left), "what it left in the temporary folder is cleared away").toBe(false);
  expect(await askHolder(folder, 1, IN_TIME)).toBe("mine");
});

test("a process that hangs does not answer in time", async () => {
  const folder = tempDir();
  const child = await otherProcess(folder);
  child.kill("SIGSTOP");
  await expect(askHolder(folder, 1, SOON)).rejects.toThrow("does not answer");
  child.kill("SIGCONT");
  expect(await askHolder(folder, 1, IN_TIME)).toMatchObject({ pid: child.pid });
});

test("a holder that is only starting is waited for", async () => {
  const folder = tempDir();
  const answer = askHolder(folder, 1, IN_TIME);
  await new Promise((resolve) => setTimeout(resolve, 120));
  await serving(async () => "up", folder);
  expect(await answer).toBe("up");
});

test.each([
  ["no file", undefined],
  ["no JSON", "{"],
  ["something else", '{"pid":1}'],
  ["another machine's socket", '{"pid":1,"address":"/nowhere/silvergrain/socket","token":"t"}'],
  ["no path", '{"pid":1,"address":"socket","token":"t"}'],
  ["no socket", `{"pid":1,"address":${JSON.stringify(import.meta.filename)},"token":"t"}`],
])("a folder with %s has no holder to ask", async (_what, content) => {
  const folder = tempDir();
  if (content !== undefined) writeFileSync(join(folder, "holder.json"), content);
  expect(await hasHolder(folder)).toBe(false);
  await expect(askHolder(folder, 1, SOON)).rejects.toMatchObject({ code: "TARGET_BUSY" });
});

test("a socket that is another user's is not talked to", async () => {
  const folder = await serving(async () => "secret");
  const { getuid } = process;
  process.getuid = () => 12_345;
  onTestFinished(() => {
    if (getuid !== undefined) process.getuid = getuid;
  });
  expect(await hasHolder(folder)).toBe(false);
});

test("fifty at once each get their own answer", async () => {
  const folder = await serving(async (request) => {
    await new Promise((resolve) => setTimeout(resolve, (Number(request) * 7) % 20));
    return `${request}!`;
  });
  const all = Array.from({ length: 50 }, (_, i) => i);
  const answers = await Promise.all(all.map((i) => askHolder(folder, i, IN_TIME)));
  expect(answers).toEqual(all.map((i) => `${i}!`));
});

test("a connection carries several requests, and answers in their order", async () => {
  const folder = await serving(async (request) => {
    if (request === 1) await new Promise((resolve) => setTimeout(resolve, 50));
    return request;
  });
  const { token } = holderOf(folder);
  const { socket } = await raw(folder);
  let text = "";
  socket.on("data", (chunk) => {
    text += String(chunk);
  });
  socket.end([1, 2, 3].map((request) => `${JSON.stringify({ token, request })}\n`).join(""));
  await once(socket, "end");
  expect(text).toBe('{"answer":1}\n{"answer":2}\n{"answer":3}\n');
});

test("a connection may carry more in all than one line may", async () => {
  const folder = await serving(async (request) => (request as string).length);
  const { token } = holderOf(folder);
  const { socket } = await raw(folder);
  const line = `${JSON.stringify({ token, request: "x".repeat(6_000_000) })}\n`;
  for (let i = 0; i < 4; i++) socket.write(line);
  let text = "";
  socket.on("data", (chunk) => {
    text += String(chunk);
  });
  socket.end();
  await once(socket, "end");
  expect(text).toBe('{"answer":6000000}\n'.repeat(4));
});

test("the token is asked for", async () => {
  let asked = 0;
  const folder = await serving(async () => asked++);
  const { socket, answer } = await raw(folder);
  socket.write(`${JSON.stringify({ token: "0".repeat(64), request: 1 })}\n`);
  expect(JSON.parse(await answer)).toMatchObject({ error: { code: "TARGET_BUSY" } });
  expect(asked).toBe(0);
});

test.each([
  ["no JSON", "nonsense\n"],
  ["no request", "[]\n"],
  ["nothing", "\n"],
  ["bytes that are no text", Buffer.from([0xff, 0xfe, 0, 1, 10])],
])("%s is answered with an error, and the next is served", async (_what, bytes) => {
  const folder = await serving(async () => "well");
  const { socket, answer } = await raw(folder);
  socket.write(bytes);
  expect(JSON.parse(await answer)).toMatchObject({ error: { code: "USAGE" } });
  expect(await askHolder(folder, 1, IN_TIME)).toBe("well");
});

test("a line without end is cut off, and the next is served", async () => {
  const folder = await serving(async () => "well");
  const { socket, answer } = await raw(folder);
  const piece = Buffer.alloc(1024 * 1024, "x");
  for (let i = 0; i < 17; i++) socket.write(piece);
  expect(await answer).toBe("");
  expect(await askHolder(folder, 1, IN_TIME)).toBe("well");
  await expect(askHolder(folder, "x".repeat(17 * 1024 * 1024), IN_TIME)).rejects.toMatchObject({ code: "USAGE" });
});

test("a large request that fits arrives whole", async () => {
  const folder = await serving(async (request) => (request as string).length);
  expect(await askHolder(folder, "é".repeat(6_000_000), IN_TIME)).toBe(6_000_000);
});

test("what the holder throws is thrown at the caller", async () => {
  const folder = await serving(async (request) => {
    if (request === "ours") throw new SilvergrainError("DISK_FULL", "The disk is full.");
    if (request === "foreign") throw new TypeError("x is not a function");
    return 10n;
  });
  const thrown = await askHolder(folder, "ours", IN_TIME).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(SilvergrainError);
  expect(thrown).toMatchObject({ code: "DISK_FULL", message: "The disk is full." });
  await expect(askHolder(folder, "foreign", IN_TIME)).rejects.toMatchObject({ code: "INTERNAL" });
  await expect(askHolder(folder, "no JSON", IN_TIME)).rejects.toMatchObject({ code: "INTERNAL" });
});

test("no answer at all is an answer", async () => {
  const folder = await serving(async () => undefined);
  expect(await askHolder(folder, undefined, IN_TIME)).toBeUndefined();
});

test("callers that go away in the middle do no harm", async () => {
  const folder = await serving(async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return "x".repeat(Number(request));
  });
  const { token } = holderOf(folder);
  for (let i = 0; i < 10; i++) {
    const { socket } = await raw(folder);
    socket.write(`${JSON.stringify({ token, request: 5_000_000 })}\n`);
    setTimeout(() => socket.destroy(), i * 4);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await askHolder(folder, 3, IN_TIME)).toBe("xxx");
});

test("closing sends the answer under way, and leaves another's file alone", async () => {
  const folder = tempDir();
  let begun = () => {};
  const working = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const server = await serveControl(folder, async () => {
    begun();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return "done";
  });
  const answer = askHolder(folder, 1, IN_TIME);
  await working;
  writeFileSync(join(folder, "holder.json"), JSON.stringify({ ...holderOf(folder), token: "another" }));
  await server.close();
  expect(await answer).toBe("done");
  expect(holderOf(folder).token).toBe("another");
});

test("closing does not wait for a caller that never gets an answer", async () => {
  const folder = tempDir();
  const server = await serveControl(folder, () => new Promise(() => {}));
  const answer = askHolder(folder, 1, IN_TIME).catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await server.close();
  expect(await answer).toMatchObject({ code: "TARGET_BUSY" });
});

test.runIf(process.platform !== "win32")("only this user reaches the socket and reads the token", async () => {
  const folder = await serving(async () => 1);
  const { address, pid } = holderOf(folder);
  expect(pid).toBe(process.pid);
  expect(lstatSync(address).isSocket()).toBe(true);
  expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "holder.json")).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["holder.json"]);
});

test.runIf(process.platform === "linux")("a temporary folder too deep for a socket's path is not used", async () => {
  const { TMPDIR } = process.env;
  const deep = join(tempDir(), "d".repeat(100));
  mkdirSync(deep);
  onTestFinished(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  process.env.TMPDIR = deep;
  expect(await askHolder(await serving(async () => "well", dirname(deep)), 1, IN_TIME)).toBe("well");
  expect(readdirSync(deep)).toEqual([]);
});

test("a folder that cannot be written to is said so, and nothing listens", async () => {
  const gone = join(tempDir(), "gone");
  await expect(serveControl(gone, async () => 1)).rejects.toMatchObject({ code: "TARGET_UNWRITABLE" });
});

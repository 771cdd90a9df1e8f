import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { lstatSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { asSilvergrainError, ERROR_CODES, expected, SilvergrainError } from "../core/errors.ts";
import { type Holder, PIPES, readHolder, removeHolder, writeHolder } from "./holder-file.ts";
import { linesOf, toLine } from "./socket-lines.ts";
import { systemError } from "./system-error.ts";

/** What fits into sun_path on macOS; Linux has four bytes more. */
const LONGEST_SOCKET_PATH = 103;

const OWN_SOCKET = /\/silvergrain-[A-Za-z0-9]{6}\/socket$/;

/** How long `close` waits for the answers under way. */
const CLOSING_MS = 2000;

/** How long a caller waits before it looks again for a holder that may only be starting. */
const RETRY_MS = 50;

const Message = z.object({ token: z.string(), request: z.unknown().optional() });

const Reply = z.union([
  // A later version may know more codes.
  z.object({ error: z.object({ code: z.enum(ERROR_CODES).catch("INTERNAL"), message: z.string() }) }),
  z.strictObject({ answer: z.unknown().optional() }),
]);

export type Handle = (request: unknown) => Promise<unknown>;

/**
 * Answers what other processes of this user on this machine ask of whoever holds `folder`. The caller makes sure that
 * it is the only holder, and closes this before it lets the folder go.
 * @param handle takes what `askHolder` was given, as JSON carries it; what it throws is thrown there
 * @returns close() lets the answers under way be sent, for two seconds at most, then takes socket and file away
 * @throws SilvergrainError where the socket, or the file in `folder` that says where it is, cannot be made
 */
export async function serveControl(folder: string, handle: Handle): Promise<{ close(): Promise<void> }> {
  await removeStaleSocket(folder);
  const place = socketPlace();
  const holder: Holder = { pid: process.pid, address: place.address, token: randomBytes(32).toString("hex") };
  const sockets = new Set<Socket>();
  const underWay = new Set<Promise<void>>();
  let closing = false;
  const server = createServer({ allowHalfOpen: true }, async (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // Whoever asked has gone; the loop below ends with the same error.
    socket.on("error", () => {});
    try {
      for await (const line of linesOf(socket)) {
        if (closing) break;
        const answered = reply(line, holder.token, handle).then((text) => send(socket, text));
        underWay.add(answered);
        await answered.finally(() => underWay.delete(answered));
      }
      socket.end();
    } catch {
      socket.destroy();
    }
  });
  try {
    await once(server.listen(place.address), "listening");
    writeHolder(folder, holder);
  } catch (error) {
    server.close();
    place.remove();
    throw systemError(error, join(folder, "holder.json"));
  }
  // A connection that cannot be accepted: whoever made it runs into its own timeout.
  server.on("error", () => {});
  return {
    close: async () => {
      closing = true;
      removeHolder(folder, holder);
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.race([Promise.allSettled(underWay), delay(CLOSING_MS, undefined, { ref: false })]);
      for (const socket of sockets) socket.destroy();
      await closed;
      place.remove();
    },
  };
}

/**
 * Asks whoever holds `folder`.
 * @param request anything that JSON carries
 * @param timeoutMs for everything: a holder that is only starting is waited for as well
 * @returns what its `handle` returned, as JSON carries it; not checked
 * @throws what its `handle` threw, as a SilvergrainError; TARGET_BUSY where nobody answers in time
 */
export async function askHolder(
  folder: string,
  request: unknown,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<unknown> {
  const until = Date.now() + timeoutMs;
  const { socket, token } = await connectUntil(folder, until);
  const timer = setTimeout(() => socket.destroy(new Error(`No answer in ${timeoutMs} ms.`)), until - Date.now());
  try {
    const line = toLine({ token, request });
    const parsed = Reply.safeParse(JSON.parse(await exchange(socket, line)));
    if (!parsed.success) throw noAnswer(parsed.error);
    if ("error" in parsed.data) throw new SilvergrainError(parsed.data.error.code, parsed.data.error.message);
    return parsed.data.answer;
  } catch (error) {
    throw error instanceof SilvergrainError ? error : noAnswer(error);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** What a holder that was killed has left: a socket that nobody listens on, in a folder that was only made for it. */
async function removeStaleSocket(folder: string): Promise<void> {
  try {
    const { address } = readHolder(folder);
    if (process.platform === "win32" || !OWN_SOCKET.test(address) || (await hasHolder(folder))) return;
    if (!lstatSync(address).isSocket() || lstatSync(address).uid !== process.getuid?.()) return;
    rmSync(address);
    rmdirSync(dirname(address));
  } catch {
    // There was no holder, or it left nothing.
  }
}

/** Whether a process on this machine listens for `folder`. It may still be too busy to answer. */
export async function hasHolder(folder: string): Promise<boolean> {
  try {
    const { socket } = await connect(folder);
    socket.destroy();
    return true;
  } catch {
    return false;
  }
}

/** One line of the answer to one line of a request; never fails. */
async function reply(line: string, token: string, handle: Handle): Promise<string> {
  try {
    return toLine({ answer: await handle(requestIn(line, token)) });
  } catch (error) {
    const { code, message } = asSilvergrainError(error);
    return toLine({ error: { code, message } });
  }
}

function requestIn(line: string, token: string): unknown {
  const message = Message.safeParse(parsed(line));
  if (!message.success) throw expected("a request", "a line of JSON with a token", "something else");
  const given = Buffer.from(message.data.token);
  const right = Buffer.from(token);
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw noAnswer(new Error("Wrong token."));
  return message.data.request;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Resolves once the system has the text, or the socket is gone. */
function send(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve) => socket.write(text, () => resolve()));
}

async function exchange(socket: Socket, line: string): Promise<string> {
  socket.write(line);
  for await (const answer of linesOf(socket)) return answer;
  throw new Error("The connection ended without an answer.");
}

async function connectUntil(folder: string, until: number): ReturnType<typeof connect> {
  for (;;) {
    try {
      return await connect(folder);
    } catch (error) {
      if (Date.now() + RETRY_MS > until) throw noAnswer(error);
    }
    await delay(RETRY_MS);
  }
}

async function connect(folder: string): Promise<{ readonly socket: Socket; readonly token: string }> {
  const { address, token } = readHolder(folder);
  if (process.platform !== "win32" && lstatSync(address).uid !== process.getuid?.())
    throw new Error(`${address} belongs to another user.`);
  const socket = createConnection(address);
  await once(socket, "connect");
  // Between two reads nobody else hears an error; the next read throws it.
  socket.on("error", () => {});
  return { socket, token };
}

function noAnswer(cause: unknown): SilvergrainError {
  return new SilvergrainError(
    "TARGET_BUSY",
    "Another Silvergrain is working in this folder but does not answer. It may be busy, or run on another machine or as another user. Wait until it has finished, or end it.",
    { cause },
  );
}

/**
 * Where to listen. A folder that mkdtemp makes is new, this user's, and open to nobody else (mode 0700), so that no
 * one can have put anything there before.
 */
function socketPlace(): { readonly address: string; remove(): void } {
  if (process.platform === "win32") return { address: PIPES + randomBytes(16).toString("hex"), remove: () => {} };
  const prefix = (base: string) => join(base, "silvergrain-");
  const fits = Buffer.byteLength(`${prefix(tmpdir())}XXXXXX/socket`) <= LONGEST_SOCKET_PATH;
  const own = mkdtempSync(prefix(fits ? tmpdir() : "/tmp"));
  return { address: join(own, "socket"), remove: () => rmSync(own, { recursive: true, force: true }) };
}

import { ipcMain } from "electron";
import { type Answer, CALLS, type CallArgs, type CallName, type CallResult } from "../../preload/contract.ts";
import { asSilvergrainError, expected } from "../core/errors.ts";
import { isOwnPage } from "./addresses.ts";
import { parseArgs } from "./parse-args.ts";
import { failureFrom } from "./refusal.ts";

/** What the page may ask for; one function a call. */
export type Handlers = {
  readonly [N in CallName]: (
    ...args: CallArgs<N> extends readonly unknown[] ? CallArgs<N> : never
  ) => CallResult<N> | Promise<CallResult<N>>;
};

/**
 * Answers the page's calls: only those of our own page, and only what the contract says. A call that fails is answered
 * with a code and a sentence; nothing that the page sends makes this process throw.
 * @param log gets the causes
 */
export function answerCalls(handlers: Handlers, log: (text: string) => void): void {
  for (const name of Object.keys(CALLS) as CallName[]) {
    ipcMain.handle(name, async (event, raw: unknown): Promise<Answer<unknown>> => {
      try {
        if (!isOwnPage(event.senderFrame)) throw expected("a call", "our own page", "another sender");
        const args = parseArgs(name, raw);
        const handle = handlers[name] as (...all: readonly unknown[]) => unknown;
        return { ok: true, value: await handle(...args) };
      } catch (thrown) {
        const error = asSilvergrainError(thrown);
        if (error.code === "INTERNAL") log(`${name}: ${String((error.cause as Error | undefined)?.stack ?? error)}`);
        return { ok: false, failure: failureFrom(error) };
      }
    });
  }
}

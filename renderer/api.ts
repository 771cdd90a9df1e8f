import type { Adding, AppEvent, CallArgs, CallName, CallResult, Failure, SilvergrainApi } from "../preload/contract.ts";

declare global {
  interface Window {
    readonly silvergrain: SilvergrainApi;
  }
}

/** A call that was refused or has failed, with a sentence for the user. */
export class CallError extends Error {
  readonly code: string;

  constructor({ code, message }: Failure) {
    super(message);
    this.code = code;
  }
}

/**
 * Asks the main process.
 * @throws CallError with a code of the closed set and what went wrong
 */
export async function ask<N extends Exclude<CallName, "addPaths">>(
  name: N,
  ...args: CallArgs<N> extends readonly unknown[] ? CallArgs<N> : never
): Promise<CallResult<N>> {
  const verb = window.silvergrain[name] as (...all: unknown[]) => ReturnType<SilvergrainApi[N]>;
  const answer = await verb(...args);
  if (!answer.ok) throw new CallError(answer.failure);
  return answer.value as CallResult<N>;
}

/** Adds files and folders that were dropped or pasted. @throws CallError */
export async function addFiles(files: readonly File[]): Promise<Adding> {
  const answer = await window.silvergrain.addFiles(files);
  if (!answer.ok) throw new CallError(answer.failure);
  return answer.value;
}

/** Calls back for every event of the main process until the returned function is called. */
export function onEvent(listener: (event: AppEvent) => void): () => void {
  return window.silvergrain.onEvent(listener);
}

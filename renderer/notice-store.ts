import i18next from "i18next";
import { createStore } from "zustand/vanilla";
import type { Failure } from "../preload/contract.ts";
import { CallError } from "./api.ts";

/** What went wrong, for the user. */
export interface FailureText {
  readonly text: string;
  /** What else is known of it, in English; `undefined` where `text` says it all. */
  readonly detail: string | undefined;
}

/** Something that the user is told in passing. */
export interface Notice extends FailureText {
  readonly id: number;
  readonly tone: "plain" | "news" | "bad";
}

export const noticeStore = createStore<{ readonly notices: readonly Notice[] }>(() => ({ notices: [] }));

const MOST = 3;
/** What only confirms goes by itself; what is news or went wrong stays until it is dismissed. */
const PLAIN_MS = 6000;
let nextId = 1;

/** Shows a sentence until it is dismissed or pushed out by newer ones; the same sentence is shown once. */
export function tell(text: string, tone: Notice["tone"] = "plain", detail?: string): void {
  const id = nextId++;
  const isOther = (each: Notice) => each.text !== text || each.detail !== detail;
  noticeStore.setState(({ notices }) => ({
    notices: [...notices.filter(isOther), { id, text, tone, detail }].slice(-MOST),
  }));
  if (tone === "plain") setTimeout(() => dismiss(id), PLAIN_MS);
}

export function dismiss(id: number): void {
  noticeStore.setState(({ notices }) => ({ notices: notices.filter((each) => each.id !== id) }));
}

/** A sentence for a code, in the user's language; the code itself where there is none. */
export function reasonOf(code: string): string {
  return i18next.exists(code, { ns: "errors" }) ? i18next.t(code as "INTERNAL", { ns: "errors" }) : code;
}

/**
 * What a failure says. Its own sentence knows most, file and folder by name, and is English: in another language, what is
 * known of the code goes before it.
 */
export function failureText({ code, message }: Failure): FailureText {
  if (message === "") return { text: reasonOf(code), detail: undefined };
  if (i18next.resolvedLanguage === "en") return { text: message, detail: undefined };
  return { text: reasonOf(code), detail: message };
}

/** What a call that failed says. */
export function failureOf(error: unknown): FailureText {
  return failureText(error instanceof CallError ? error : { code: "INTERNAL", message: "" });
}

/** Tells of a failure. */
export function tellOf(failure: Failure): void {
  const { text, detail } = failureText(failure);
  tell(text, "bad", detail);
}

/** Tells of a call that failed. */
export function tellFailure(error: unknown): void {
  const { text, detail } = failureOf(error);
  tell(text, "bad", detail);
}

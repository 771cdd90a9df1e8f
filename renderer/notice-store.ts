import i18next from "i18next";
import { createStore } from "zustand/vanilla";
import { CallError } from "./api.ts";

/** Something that the user is told in passing. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "news" | "bad";
}

export const noticeStore = createStore<{ readonly notices: readonly Notice[] }>(() => ({ notices: [] }));

const MOST = 3;
/** What only confirms goes by itself; what is news or went wrong stays until it is dismissed. */
const PLAIN_MS = 6000;
let nextId = 1;

/** Shows a sentence until it is dismissed or pushed out by newer ones; the same sentence is shown once. */
export function tell(text: string, tone: Notice["tone"] = "plain"): void {
  const id = nextId++;
  noticeStore.setState(({ notices }) => ({
    notices: [...notices.filter((each) => each.text !== text), { id, text, tone }].slice(-MOST),
  }));
  if (tone === "plain") setTimeout(() => dismiss(id), PLAIN_MS);
}

export function dismiss(id: number): void {
  noticeStore.setState(({ notices }) => ({ notices: notices.filter((each) => each.id !== id) }));
}

/** A sentence for an error code, in the user's language. */
export function reasonOf(code: string): string {
  return i18next.exists(code, { ns: "errors" }) ? i18next.t(code as "INTERNAL", { ns: "errors" }) : code;
}

/** Tells of a call that failed. */
export function tellFailure(error: unknown): void {
  tell(sentenceOf(error), "bad");
}

/** A sentence about a call that failed, in the user's language. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof CallError)) return reasonOf("INTERNAL");
  // The engine's own sentence names the file; it is English.
  const isEnglish = i18next.resolvedLanguage === "en";
  return isEnglish && error.message !== "" ? error.message : reasonOf(error.code);
}

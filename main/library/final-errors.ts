import type { ErrorCode } from "../core/errors.ts";

/** What is so because of the photo's bytes, and stays so until they change. Everything else may go better later. */
const FINAL: ReadonlySet<string> = new Set<ErrorCode>(["SOURCE_UNSUPPORTED", "SOURCE_CORRUPT", "SOURCE_TOO_LARGE"]);

/** Whether there is no point in trying a photo again before its file changes. */
export function isFinal(code: string): boolean {
  return FINAL.has(code);
}

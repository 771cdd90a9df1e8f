import { basename, dirname } from "node:path";
import { SilvergrainError } from "../core/errors.ts";

/**
 * A file system's or libvips' error as a sentence and a code.
 * @param role whether the path was read from or written to
 */
export function systemError(error: unknown, path: string, role: "source" | "target" = "target"): SilvergrainError {
  if (error instanceof SilvergrainError) return error;
  const name = basename(path);
  const folder = dirname(path);
  const make = (code: SilvergrainError["code"], sentence: string) =>
    new SilvergrainError(code, sentence, { cause: error });
  const text = error instanceof Error ? error.message : String(error);
  const code = codeOf(error) ?? text;
  if (/ENOSPC|EDQUOT|No space left|quota exceeded/i.test(code)) {
    return make(
      "DISK_FULL",
      `The disk is full while writing ${name}. Free some space and run the same command again; what is done stays done.`,
    );
  }
  if (role === "source") {
    if (/ENOENT|ENOTDIR|No such file/i.test(code))
      return make("SOURCE_MISSING", `${name} is not there. Expected a file at ${path}.`);
    if (/EACCES|EPERM|Permission denied/i.test(code))
      return make("SOURCE_UNREADABLE", `${name} may not be read by this user. Check its permissions.`);
    return make("SOURCE_UNREADABLE", `${name} cannot be read (${text}).`);
  }
  if (/EACCES|EPERM|EROFS|Permission denied|Read-only/i.test(code)) {
    return make(
      "TARGET_UNWRITABLE",
      `${folder} cannot be written to. Choose another folder for the results, or check its permissions.`,
    );
  }
  if (/ENOENT|ENOTDIR|No such file|unable to open for write/i.test(code)) {
    return make("TARGET_UNWRITABLE", `${folder} is not there or cannot be written to. Was its disk unplugged?`);
  }
  return make("INTERNAL", `Writing ${name} did not work (${text}).`);
}

/** Whether a file system's error says that there is nothing by that name. */
export function isMissingError(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Everything that can go wrong, as one closed set. A code is stable: scripts may rely on it. */
export const ERROR_CODES = [
  "USAGE",
  "SOURCE_MISSING",
  "SOURCE_UNREADABLE",
  "SOURCE_UNSUPPORTED",
  "SOURCE_CORRUPT",
  "SOURCE_TOO_LARGE",
  "SOURCE_CHANGED",
  "RESULT_TOO_LARGE",
  "MODEL_UNKNOWN",
  "MODEL_CORRUPT",
  "MODEL_UNSUPPORTED",
  "MODEL_EXISTS",
  "DOWNLOAD_FAILED",
  "UPDATE_REFUSED",
  "DEVICE_UNAVAILABLE",
  "OUT_OF_MEMORY",
  "ENGINE_DIED",
  "ENGINE_HUNG",
  "DISK_FULL",
  "TARGET_UNWRITABLE",
  "TARGET_BUSY",
  "TARGET_HOLDS_PHOTOS",
  "OUTPUT_EXISTS",
  "PRESETS_UNSUPPORTED",
  "CANCELLED",
  "INTERNAL",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** A failure a photographer can read: `message` is a whole sentence, `code` is for programs, `cause` is for the log. */
export class SilvergrainError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "SilvergrainError";
    this.code = code;
  }
}

/** Whether the engine died or hung over a call, which a more careful try may survive. */
export function isEngineDeath(error: unknown): boolean {
  return error instanceof SilvergrainError && (error.code === "ENGINE_DIED" || error.code === "ENGINE_HUNG");
}

/**
 * The sentence for a value that is not what a public edge asked for.
 * @param what the name of the value, as the caller knows it
 * @param expectation what would have been right
 * @param received what came instead
 */
export function expected(what: string, expectation: string, received: unknown): SilvergrainError {
  const shown = typeof received === "string" ? `“${received}”` : String(received);
  return new SilvergrainError("USAGE", `Expected ${expectation} for ${what}, but received ${shown}.`);
}

/** Any thrown thing as a SilvergrainError; what is not one already becomes INTERNAL with its message kept. */
export function asSilvergrainError(thrown: unknown): SilvergrainError {
  if (thrown instanceof SilvergrainError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new SilvergrainError("INTERNAL", `Something unforeseen happened: ${message}`, { cause: thrown });
}

/** An error with a file called by the name that its reader knows, where another was used in the making. */
export function renamedIn(thrown: unknown, used: string, known: string): SilvergrainError {
  const { code, message } = asSilvergrainError(thrown);
  return new SilvergrainError(code, message.replaceAll(used, known), { cause: thrown });
}

/** Closes a switch over a union: the compiler refuses a case that was forgotten. */
export function assertNever(value: never): never {
  throw new SilvergrainError("INTERNAL", `A case was not handled: ${JSON.stringify(value)}`);
}

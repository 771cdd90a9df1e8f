import { SilvergrainError } from "../core/errors.ts";

/** What may come between the user and a newer version. */
export const UPDATE_TROUBLES = ["unreachable", "unproven", "older", "damaged", "failed"] as const;
export type UpdateTrouble = (typeof UPDATE_TROUBLES)[number];

/** A newer version that could not be had; the dialog has words for each trouble, the log has the sentence. */
export class UpdateError extends SilvergrainError {
  constructor(
    readonly trouble: UpdateTrouble,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(trouble === "unreachable" ? "DOWNLOAD_FAILED" : "UPDATE_REFUSED", message, options);
  }
}

/** The server is there, and what was asked for is not. */
export class NotThereError extends UpdateError {
  constructor(what: string) {
    super("unreachable", `${what} is not there.`);
  }
}

/** Any thrown thing as an UpdateError. @param trouble what it is where it does not say itself */
export function asUpdateError(thrown: unknown, trouble: UpdateTrouble): UpdateError {
  if (thrown instanceof UpdateError) return thrown;
  const [first = ""] = (thrown instanceof Error ? thrown.message : String(thrown)).split("\n");
  return new UpdateError(trouble, first.slice(0, 200), { cause: thrown });
}

import type { RefusalCode } from "../../preload/contract.ts";
import { SilvergrainError } from "../core/errors.ts";

/** What the app itself will not do as things are, with a code of its own: the page has a sentence for it in every language. */
export class Refusal extends SilvergrainError {
  readonly why: RefusalCode;

  constructor(why: RefusalCode, message: string) {
    super("USAGE", message);
    this.why = why;
  }
}

/** What the page is told of an error. */
export function failureFrom(error: SilvergrainError): { readonly code: string; readonly message: string } {
  return { code: error instanceof Refusal ? error.why : error.code, message: error.message };
}

import { jsonReporter } from "./json-reporter.ts";
import type { Reporter } from "./reporter.ts";
import { textReporter } from "./text-reporter.ts";

/** Tells a batch's story on standard output, for programs or for people. */
export function reporterFor({ json }: { readonly json: boolean }): Reporter {
  return json
    ? jsonReporter((line) => process.stdout.write(line))
    : textReporter({ stream: process.stdout, isTerminal: process.stdout.isTTY === true });
}

import { CALLS, type CallName } from "../../preload/contract.ts";
import { expected } from "../core/errors.ts";

/** What the page sent with a call. @throws SilvergrainError USAGE for what the contract does not say */
export function parseArgs(name: CallName, raw: unknown): readonly unknown[] {
  const parsed = CALLS[name].args.safeParse(raw);
  if (parsed.success) return parsed.data as readonly unknown[];
  const issue = parsed.error.issues[0];
  throw expected(
    `the call ${name}`,
    "what the contract says",
    `${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
  );
}

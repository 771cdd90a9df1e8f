import type { ReactNode } from "react";
import type { FailureText } from "./notice-store.ts";

/** What went wrong, and behind it what is known of it in English only. */
export function FailureLine({ text, detail }: FailureText): ReactNode {
  return (
    <span className="failure">
      {text}
      {detail !== undefined && (
        <>
          {" "}
          <span lang="en" className="failure-detail">
            {detail}
          </span>
        </>
      )}
    </span>
  );
}

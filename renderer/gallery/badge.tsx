import { memo, type ReactNode } from "react";
import type { Mark } from "../../preload/contract.ts";
import { percent } from "../format.ts";
import { stateInWords, type Words } from "./cell-text.ts";
import { Icon } from "./icons.tsx";

/** Circumference of the ring, for the part of it that is drawn. */
const AROUND = 2 * Math.PI * 6.5;

interface BadgeProps {
  readonly mark: Mark;
  /** The result is not wanted. */
  readonly keepsOriginal: boolean;
  readonly t: Words;
}

/** How far the enhancement of a photo is, over its picture. The words are in the cell's name. */
export const Badge = memo(function Badge({ mark, keepsOriginal, t }: BadgeProps): ReactNode {
  return (
    <span
      className="badge"
      aria-hidden="true"
      data-state={mark.isFlagged ? "flagged" : mark.state}
      title={stateInWords(mark, t)}
    >
      {mark.state === "running" ? <Ring fraction={mark.fraction} /> : <StateIcon mark={mark} />}
      {text()}
    </span>
  );

  function text(): string | undefined {
    if (mark.state === "running") return percent(mark.fraction);
    if (mark.state === "failed") return t("badgeFailed");
    if (mark.state !== "done") return undefined;
    if (keepsOriginal) return t("badgeKept");
    if (mark.isFlagged) return t("badgeCheck");
    return mark.scale === undefined ? t("badgeDoneAlone") : t("badgeDone", { scale: mark.scale });
  }
});

function StateIcon({ mark }: { readonly mark: Mark }): ReactNode {
  if (mark.state === "queued" || mark.state === "failed") return <Icon name={mark.state} />;
  return mark.isFlagged ? <Icon name="flagged" /> : undefined;
}

function Ring({ fraction }: { readonly fraction: number }): ReactNode {
  return (
    <svg className="ring" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="6.5" strokeDasharray={`${fraction * AROUND} ${AROUND}`} />
    </svg>
  );
}

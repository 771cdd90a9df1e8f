import type { TFunction } from "i18next";
import type { Label, Mark, PhotoRow } from "../../preload/contract.ts";
import { megapixels, percent } from "../format.ts";
import { reasonOf } from "../notice-store.ts";

export type Words = TFunction<"gallery">;

export const LABEL_WORDS = {
  none: "labelNone",
  red: "labelRed",
  yellow: "labelYellow",
  green: "labelGreen",
  blue: "labelBlue",
} as const satisfies Record<Label, string>;

/** What a screen reader calls a photo: "canyon-wren.jpg, 9.8 megapixels, 3 stars, picked, enhanced 4×". */
export function spokenName(row: PhotoRow, mark: Mark | undefined, t: Words): string {
  const { name, width, height, stars, flag, label, error, keepsOriginal } = row;
  const parts = [
    name,
    width !== undefined && height !== undefined
      ? t("megapixelCount", { value: megapixels(width, height, "").trim() })
      : undefined,
    stars > 0 ? t("starCount", { count: stars }) : undefined,
    flag === "pick" ? t("picked") : flag === "reject" ? t("rejected") : undefined,
    label === "none" ? undefined : t("labelled", { label: t(LABEL_WORDS[label]).toLowerCase() }),
    keepsOriginal ? t("originalKept") : undefined,
    error === undefined ? undefined : t("isUnreadable", { reason: reasonOf(error) }),
    stateInWords(mark, t),
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

/** How far enhancing is, in words. */
export function stateInWords(mark: Mark | undefined, t: Words): string | undefined {
  switch (mark?.state) {
    case "queued":
      return t("isQueued");
    case "running":
      return t("isRunning", { percent: percent(mark.fraction) });
    case "failed":
      return t("isFailed", { reason: failure(mark) });
    case "done": {
      const done = mark.scale === undefined ? t("isDone") : t("isDoneBy", { scale: mark.scale });
      return mark.isFlagged ? `${done}, ${t("isFlagged")}` : done;
    }
    default:
      return undefined;
  }
}

/** The few characters of a badge that is too small for an icon. */
export function badgeInShort(mark: Mark | undefined, error: string | undefined): string | undefined {
  if (error !== undefined) return "!";
  switch (mark?.state) {
    case "queued":
      return "…";
    case "running":
      return percent(mark.fraction);
    case "failed":
      return "!";
    case "done":
      return `${mark.scale ?? ""}${mark.isFlagged ? "× !" : "×"}`;
    default:
      return undefined;
  }
}

function failure(mark: Mark): string {
  return mark.code === undefined ? (mark.message ?? "") : reasonOf(mark.code);
}

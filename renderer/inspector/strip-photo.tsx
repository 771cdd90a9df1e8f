import { Check, CircleAlert, Clock, Flag, ImageOff, type LucideIcon, TriangleAlert, Undo2, X } from "lucide-react";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Mark, PhotoRow } from "../../preload/contract.ts";
import { spokenName } from "../gallery/cell-text.ts";
import { useThumbnail } from "../gallery/thumbnail.ts";
import { libraryStore } from "../library-store.ts";
import { queueStore } from "../queue-store.ts";
import { inspectorStore } from "./inspector-store.ts";

interface StripPhotoProps {
  readonly id: number;
  readonly index: number;
  readonly count: number;
  /** In CSS px. */
  readonly left: number;
  readonly width: number;
}

/** The id of a photo's element in the strip. */
export function stripId(photo: number): string {
  return `strip-${photo}`;
}

/** A photo in the filmstrip; it follows its own row and mark alone. */
export const StripPhoto = memo(function StripPhoto({ id, index, count, left, width }: StripPhotoProps): ReactNode {
  const { t } = useTranslation("gallery");
  const row = useStore(libraryStore, ({ photos }) => photos.get(id));
  const mark = useStore(queueStore, ({ marks }) => marks.get(id));
  const isShown = useStore(inspectorStore, ({ photo }) => photo === id);
  const picture = useThumbnail(row);
  if (row === undefined) return undefined;
  const flag = flagOf(row);
  const state = stateOf(mark, row.error);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the strip has the focus and points at it
    <div
      id={stripId(id)}
      role="option"
      className="strip-photo"
      aria-selected={isShown}
      aria-setsize={count}
      aria-posinset={index + 1}
      aria-label={spokenName(row, mark, t)}
      title={row.name}
      data-id={id}
      data-label={row.label}
      style={{ width, transform: `translateX(${left}px)` }}
    >
      {picture.url !== undefined && (
        <img src={picture.url} alt="" decoding="async" draggable={false} onError={picture.fail} />
      )}
      {flag !== undefined && <Sign shape={flag} place="left" />}
      {state !== undefined && <Sign shape={state} place="right" tone={mark?.isFlagged ? "flagged" : mark?.state} />}
    </div>
  );
});

interface SignProps {
  readonly shape: LucideIcon;
  readonly place: "left" | "right";
  readonly tone?: string | undefined;
}

function Sign({ shape: Shape, place, tone }: SignProps): ReactNode {
  return (
    <span className={`strip-sign ${place}`} data-tone={tone} aria-hidden>
      <Shape size={11} strokeWidth={2.5} />
    </span>
  );
}

function flagOf({ flag, keepsOriginal }: PhotoRow): LucideIcon | undefined {
  if (flag === "pick") return Flag;
  if (flag === "reject") return X;
  return keepsOriginal ? Undo2 : undefined;
}

function stateOf(mark: Mark | undefined, error: string | undefined): LucideIcon | undefined {
  if (error !== undefined) return ImageOff;
  switch (mark?.state) {
    case "done":
      return mark.isFlagged ? TriangleAlert : Check;
    case "failed":
      return CircleAlert;
    case "queued":
    case "running":
      return Clock;
    default:
      return undefined;
  }
}

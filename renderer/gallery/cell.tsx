import { memo, type ReactNode, useState } from "react";
import { useStore } from "zustand";
import type { PhotoRow } from "../../preload/contract.ts";
import { megapixels } from "../format.ts";
import { libraryStore } from "../library-store.ts";
import { reasonOf } from "../notice-store.ts";
import { queueStore } from "../queue-store.ts";
import { Badge } from "./badge.tsx";
import { badgeInShort, spokenName, type Words } from "./cell-text.ts";
import { shorten } from "./ellipsis.ts";
import type { Detail } from "./geometry.ts";
import { Icon } from "./icons.tsx";
import { textWidth } from "./measure-text.ts";
import { selectionStore } from "./selection-store.ts";
import { Stars } from "./stars.tsx";
import { useThumbnail } from "./thumbnail.ts";

interface CellProps {
  readonly id: number;
  readonly column: number;
  readonly detail: Detail;
  /** For the name. */
  readonly textPx: number;
  /** The name is measured again when this changes. */
  readonly fonts: number;
  /** Given, as a hook of its own in every cell costs more than all else in it. */
  readonly t: Words;
}

const NAME_PX = 12;
const FLAG_SIGNS = { none: undefined, pick: "⚑", reject: "×" } as const;

/** The id of a cell's element. */
export function cellId(photo: number): string {
  return `photo-${photo}`;
}

/**
 * A photo in the grid. It follows its own photo, mark and selection alone, so that none of the others is drawn again
 * when those change; what has no element of its own (label, rating, what is over a small picture) is drawn by the style sheet from data.
 */
export const Cell = memo(function Cell({ id, column, detail, textPx, t }: CellProps): ReactNode {
  const row = useStore(libraryStore, ({ photos }) => photos.get(id));
  const mark = useStore(queueStore, ({ marks }) => marks.get(id));
  const isSelected = useStore(selectionStore, ({ selected }) => selected.has(id));
  const hasFocus = useStore(selectionStore, ({ focus }) => focus === id);
  const [isHovered, setHovered] = useState(false);
  const picture = useThumbnail(row);
  if (row === undefined) return undefined;
  const isFull = detail === "full";
  const name = spokenName(row, mark, t);
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the grid has the focus and points at it
    <div
      id={cellId(id)}
      role="gridcell"
      className="cell"
      aria-colindex={column + 1}
      aria-selected={isSelected}
      aria-label={detail === "tiny" ? name : undefined}
      data-id={id}
      data-focus={hasFocus || undefined}
      data-flag={row.flag}
      data-label={row.label}
      data-state={mark?.isFlagged ? "flagged" : mark?.state}
      data-mark={isFull ? undefined : FLAG_SIGNS[row.flag]}
      data-badge={isFull ? undefined : badgeInShort(mark, row.error)}
      title={isFull ? undefined : row.name}
      onPointerEnter={isFull ? () => setHovered(true) : undefined}
      onPointerLeave={isFull ? () => setHovered(false) : undefined}
    >
      {/* What is seen is shortened, and a label must hold what is seen word for word: so the name is content. */}
      {detail !== "tiny" && <span className="unseen">{name}</span>}
      {picture.url !== undefined && (
        <img src={picture.url} alt="" decoding="async" draggable={false} onError={picture.fail} />
      )}
      {row.error !== undefined && <Unreadable code={row.error} isFull={isFull} />}
      {isFull && row.flag !== "none" && <Icon name={row.flag} />}
      {isFull && mark !== undefined && <Badge mark={mark} keepsOriginal={row.keepsOriginal} t={t} />}
      {detail !== "tiny" && (
        <Caption row={row} isFull={isFull} textPx={textPx} isJudged={isHovered || hasFocus} t={t} />
      )}
    </div>
  );
});

interface CaptionProps {
  readonly row: PhotoRow;
  readonly isFull: boolean;
  readonly textPx: number;
  /** Whether stars can be clicked. */
  readonly isJudged: boolean;
  readonly t: Words;
}

function Caption({ row, isFull, textPx, isJudged, t }: CaptionProps): ReactNode {
  const stars = "★".repeat(row.stars);
  const room = isFull ? textPx : textPx - (row.stars > 0 ? row.stars * NAME_PX + NAME_PX / 2 : 0);
  const hasButtons = isFull && isJudged;
  const size =
    isFull && row.width !== undefined && row.height !== undefined
      ? megapixels(row.width, row.height, t("mp"))
      : undefined;
  return (
    <div
      className="caption"
      aria-hidden="true"
      title={row.name}
      data-stars={hasButtons ? undefined : stars}
      data-size={size}
    >
      {shorten(row.name, room, (text) => textWidth(text, NAME_PX))}
      {hasButtons && <Stars id={row.id} stars={row.stars} t={t} />}
    </div>
  );
}

function Unreadable({ code, isFull }: { readonly code: string; readonly isFull: boolean }): ReactNode {
  return (
    <div className="unreadable" aria-hidden="true" title={reasonOf(code)}>
      <Icon name="unreadable" />
      {isFull && reasonOf(code)}
    </div>
  );
}

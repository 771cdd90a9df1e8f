import type { PointerEvent, ReactNode } from "react";
import type { Words } from "./cell-text.ts";
import { judge } from "./judge.ts";
import { selectedIds, selectionStore } from "./selection-store.ts";

interface StarsProps {
  readonly id: number;
  readonly stars: number;
  readonly t: Words;
}

/** Stars to click, for the photo under the pointer; the same again takes them off. Keys 0 to 5 do it from the keyboard. */
export function Stars({ id, stars, t }: StarsProps): ReactNode {
  return (
    // The grid keeps the keyboard, and a click on a star is none on the photo.
    <span className="stars" onPointerDown={keepToItself}>
      {[1, 2, 3, 4, 5].map((count) => (
        <button
          key={count}
          type="button"
          tabIndex={-1}
          className={count <= stars ? "on" : undefined}
          aria-label={t("rate", { count })}
          onClick={() => void judge(meant(id), { stars: count === stars ? 0 : count })}
        >
          {count <= stars ? "★" : "☆"}
        </button>
      ))}
    </span>
  );
}

/** What a click on a photo's stars is for: the selection if the photo is in it. */
function meant(id: number): readonly number[] {
  return selectionStore.getState().selected.has(id) ? selectedIds() : [id];
}

function keepToItself(event: PointerEvent): void {
  event.stopPropagation();
  event.preventDefault();
}

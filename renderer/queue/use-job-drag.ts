import { type DragEvent, type RefObject, useState } from "react";
import type { JobRow } from "../../preload/contract.ts";
import { dropIndex, moveToIndex } from "./job-moves.ts";
import { select } from "./job-selection.ts";
import { ROW_PX } from "./row-px.ts";
import type { JobListState } from "./use-job-list.ts";

/** Says what is dragged, so that the page does not take it for files. */
const JOBS_TYPE = "application/x-silvergrain-jobs";

/** Drags waiting photos to another place of the list. @param dragged words for so many photos */
export function useJobDrag(
  { rows, ids, selection, setSelection, move }: JobListState,
  box: RefObject<HTMLDivElement | null>,
  dragged: (count: number) => string,
) {
  const [dropAt, setDropAt] = useState<number>();

  const indexAt = ({ clientY }: DragEvent): number | undefined => {
    const shown = box.current;
    if (shown === null) return undefined;
    const y = clientY - shown.getBoundingClientRect().top + shown.scrollTop;
    return dropIndex(rows, Math.round(y / ROW_PX));
  };

  return {
    dropAt,
    onDragStart: (event: DragEvent, row: JobRow): void => {
      const isAmong = selection.selected.has(row.id);
      if (!isAmong) setSelection((state) => select(state, ids, row.id, "one"));
      const waiting = rows.filter(({ id, state }) => state === "queued" && selection.selected.has(id)).length;
      event.dataTransfer.setData(JOBS_TYPE, String(row.id));
      event.dataTransfer.effectAllowed = "move";
      showCount(event, dragged(isAmong ? waiting : 1));
    },
    onDragOver: (event: DragEvent): void => {
      if (!event.dataTransfer.types.includes(JOBS_TYPE)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
      setDropAt(indexAt(event));
    },
    onDragLeave: (event: DragEvent): void => {
      if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget))
        setDropAt(undefined);
    },
    onDrop: (event: DragEvent): void => {
      setDropAt(undefined);
      if (!event.dataTransfer.types.includes(JOBS_TYPE)) return;
      event.preventDefault();
      const index = indexAt(event);
      if (index !== undefined) void move((all) => moveToIndex(all, selection.selected, index));
    },
    onDragEnd: (): void => setDropAt(undefined),
  };
}

/** Draws the count under the pointer instead of one row of many. The picture is taken before the next frame. */
function showCount({ dataTransfer }: DragEvent, text: string): void {
  const label = document.createElement("div");
  label.className = "drag-label";
  label.textContent = text;
  document.body.append(label);
  dataTransfer.setDragImage(label, -12, -8);
  requestAnimationFrame(() => label.remove());
}

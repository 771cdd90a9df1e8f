import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { JobRow } from "../../preload/contract.ts";
import { isMovable } from "./job-moves.ts";
import { JobOption, JobPlaceholder } from "./job-row.tsx";
import { howFrom, select } from "./job-selection.ts";
import { ROW_PX } from "./row-px.ts";
import { useJobDrag } from "./use-job-drag.ts";
import { useJobKeys } from "./use-job-keys.ts";
import type { JobListState } from "./use-job-list.ts";

interface JobListProps {
  readonly list: JobListState;
  /** How many rows there are, read or not. */
  readonly size: number;
  /** The photos in hand, as they are at this moment. */
  readonly running: readonly JobRow[];
  /** The row to begin at. */
  readonly firstRow: number;
  readonly label: string;
}

/** The photos of a batch: a list of any length, of which the rows in view are rendered. */
export function JobList({ list, size, running, firstRow, label }: JobListProps) {
  const { t } = useTranslation("queue");
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const { rows, ids, selection, setSelection, pages } = list;
  const virtual = useVirtualizer({
    count: size,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    initialOffset: firstRow * ROW_PX,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => pages.look(first, last), [pages, first, last]);
  useFollow(list, (index) => virtual.scrollToIndex(index));
  const drag = useJobDrag(list, box, (text) => t("dragging", { count: text }));
  const onKeyDown = useJobKeys(list, box, (index) => virtual.scrollToIndex(index));
  const isActiveShown = items.some(({ index }) => rows[index]?.id === selection.active);

  return (
    <div
      ref={box}
      className="jobs"
      role="listbox"
      aria-multiselectable="true"
      aria-label={label}
      aria-activedescendant={isActiveShown ? `${id}-${selection.active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onDragOver={drag.onDragOver}
      onDragLeave={drag.onDragLeave}
      onDrop={drag.onDrop}
    >
      <div className="jobs-all" role="presentation" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return <JobPlaceholder key={`row-${index}`} top={start} />;
          const job = running.find((each) => each.id === row.id) ?? row;
          return (
            <JobOption
              key={row.id}
              id={`${id}-${row.id}`}
              job={job}
              index={index}
              listSize={size}
              top={start}
              isSelected={selection.selected.has(row.id)}
              isActive={selection.active === row.id}
              onPress={(event) => setSelection((state) => select(state, ids, row.id, howFrom(event)))}
              onOpen={list.reveal}
              onDragStart={(event) => drag.onDragStart(event, row)}
              onDragEnd={drag.onDragEnd}
            />
          );
        })}
        {drag.dropAt !== undefined && (
          <div className="drop-line" style={{ transform: `translateY(${drag.dropAt * ROW_PX}px)` }} />
        )}
      </div>
    </div>
  );
}

/** Keeps rows that were moved in view. At the front they may be in a page that is read once it is looked at. */
function useFollow({ rows, ids, selection, followed, setFollowed }: JobListState, show: (index: number) => void): void {
  useEffect(() => {
    if (followed === undefined || rows === followed.old) return;
    const index = followed.place === "front" ? rows.findIndex(isMovable) : ids.indexOf(selection.active ?? -1);
    if (index >= 0) show(index);
    setFollowed(undefined);
  });
}

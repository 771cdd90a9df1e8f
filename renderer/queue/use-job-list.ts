import { useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import type { JobRow } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { tellFailure } from "../notice-store.ts";
import type { JobMove } from "./job-moves.ts";
import { createJobPages } from "./job-pages.ts";
import { type JobSelectionState, NO_SELECTION, possible } from "./job-selection.ts";

const REFRESH_AFTER_MS = 400;

/** What a row is told of when it is acted upon. */
export interface JobListSays {
  readonly moved: (move: JobMove) => void;
  readonly cannotMove: () => void;
  readonly cancelled: (count: number) => void;
}

/** A move, until its rows have been shown where they are now. */
interface FollowedMove {
  readonly place: JobMove["place"];
  /** The list before it. */
  readonly old: readonly JobRow[];
}

/** A batch's jobs with what is selected of them, and what can be done to those. @param version of the queue */
export function useJobList(batch: number, version: number, says: JobListSays) {
  const [pages] = useState(() => createJobPages(batch, (request) => ask("jobs", request), tellFailure));
  const { rows, isWhole } = useStore(pages.store);
  const [selection, setSelection] = useState<JobSelectionState>(NO_SELECTION);
  const [followed, setFollowed] = useState<FollowedMove>();
  const can = useMemo(() => possible(rows, selection.selected), [rows, selection.selected]);
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  useRefresh(version, pages.changed);

  const act = async (call: Promise<void>): Promise<boolean> => {
    try {
      await call;
      return true;
    } catch (error) {
      tellFailure(error);
      return false;
    } finally {
      pages.changed();
    }
  };

  /** @param plan what to move; asked again with all rows where the end of those that were read is not the list's */
  const move = async (plan: (rows: readonly JobRow[]) => JobMove | undefined): Promise<void> => {
    let planned = plan(rows);
    if ((planned === undefined || planned.place === "end") && !isWhole) {
      await pages.readAll();
      planned = plan(pages.store.getState().rows);
    }
    if (can.move.length === 0) says.cannotMove();
    if (planned === undefined) return;
    if (!(await act(ask("move", [...planned.jobs], planned.before)))) return;
    setFollowed({ place: planned.place, old: pages.store.getState().rows });
    says.moved(planned);
  };

  const cancel = async (): Promise<void> => {
    if (can.cancel.length === 0) return;
    if (await act(ask("cancel", { jobs: can.cancel.map(({ id }) => id) }))) says.cancelled(can.cancel.length);
  };

  const retry = (): void => {
    if (can.retry.length > 0) void act(ask("retry", { jobs: can.retry.map(({ id }) => id) }));
  };

  const reveal = (): void => {
    if (can.reveal !== undefined) ask("revealResult", can.reveal.id).catch(tellFailure);
  };

  return {
    pages,
    rows,
    isWhole,
    ids,
    selection,
    setSelection,
    followed,
    setFollowed,
    can,
    move,
    cancel,
    retry,
    reveal,
  };
}

export type JobListState = ReturnType<typeof useJobList>;

/** Calls back when the version has changed, not more often than the eye follows. */
function useRefresh(version: number, refresh: () => void): void {
  const seen = useRef(version);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (version === seen.current || timer.current !== undefined) return;
    seen.current = version;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      refresh();
    }, REFRESH_AFTER_MS);
  }, [version, refresh]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}

import { createStore, type StoreApi } from "zustand/vanilla";
import type { CallArgs, JobRow } from "../../preload/contract.ts";

type JobsRequest = CallArgs<"jobs">[0];

/** A batch's list as far as it was read. */
export interface JobPagesFacts {
  readonly rows: readonly JobRow[];
  /** Whether the rows are all that there are. */
  readonly isWhole: boolean;
}

export interface JobPages {
  readonly store: StoreApi<JobPagesFacts>;
  /** Says which rows are looked at: those are read, and kept up to date. */
  readonly look: (first: number, last: number) => void;
  /** The list has changed: what is looked at is read again, the rest when it is looked at. */
  readonly changed: () => void;
  /** Reads everything from the start: the order has changed, or all rows are called for. */
  readonly readAll: () => Promise<void>;
}

interface Page {
  readonly rows: readonly JobRow[];
  readonly isStale: boolean;
}

/**
 * Reads a batch's jobs page by page. A page is named by the last row of the one before, so that pages are read in
 * turn; one that was read can be read again alone. One call is on its way at a time.
 */
export function createJobPages(
  batch: number,
  ask: (request: JobsRequest) => Promise<readonly JobRow[]>,
  onFailure: (error: unknown) => void,
  pageRows = 500,
): JobPages {
  const store = createStore<JobPagesFacts>(() => ({ rows: [], isWhole: false }));
  let pages: readonly Page[] = [];
  let [first, last] = [0, 0];
  let work: Promise<void> | undefined;
  let isAllWanted = false;

  const isWhole = (): boolean => (pages.at(-1)?.rows.length ?? pageRows) < pageRows;

  /** The next page to read for what is looked at. */
  const wanted = (): number | undefined => {
    const [from, to] = isAllWanted ? [0, Number.POSITIVE_INFINITY] : [first, last];
    for (let i = Math.floor(from / pageRows); i <= Math.floor(to / pageRows); i++) {
      if (i < pages.length && pages[i]?.isStale) return i;
      if (i >= pages.length) return isWhole() ? undefined : pages.length;
    }
    return undefined;
  };

  const read = async (index: number): Promise<void> => {
    const after = pages[index - 1]?.rows.at(-1)?.cursor;
    // A change that comes meanwhile is one that this answer may not have.
    pages = pages.map((page, i) => (i === index ? { ...page, isStale: false } : page));
    const rows = await ask({ batch, limit: pageRows, ...(after === undefined ? {} : { after }) });
    const old = pages[index];
    const hasMovedOn = old !== undefined && old.rows.at(-1)?.cursor.position !== rows.at(-1)?.cursor.position;
    const rest = rows.length < pageRows ? [] : pages.slice(index + 1);
    pages = [
      ...pages.slice(0, index),
      { rows, isStale: old?.isStale ?? false },
      ...(hasMovedOn ? rest.map((page) => ({ ...page, isStale: true })) : rest),
    ];
    store.setState({ rows: withoutTwins(pages.flatMap((page) => page.rows)), isWhole: isWhole() });
  };

  const readWanted = async (): Promise<void> => {
    try {
      for (let next = wanted(); next !== undefined; next = wanted()) await read(next);
    } catch (error) {
      onFailure(error);
    } finally {
      work = undefined;
    }
  };

  const pump = async (): Promise<void> => {
    // Begun only where there is something to wait for: else it would end before it is remembered.
    if (work === undefined && wanted() !== undefined) work = readWanted();
    await work;
  };

  const makeStale = (): void => {
    pages = pages.map((page) => ({ ...page, isStale: true }));
  };

  return {
    store,
    look: (from, to) => {
      [first, last] = [from, to];
      void pump();
    },
    changed: () => {
      makeStale();
      void pump();
    },
    readAll: async () => {
      makeStale();
      isAllWanted = true;
      try {
        await work;
        await pump();
      } finally {
        isAllWanted = false;
      }
    },
  };
}

/** While pages are of different moments, a row that was moved may be in two of them. */
function withoutTwins(rows: readonly JobRow[]): readonly JobRow[] {
  const seen = new Set<number>();
  return rows.filter(({ id }) => !seen.has(id) && seen.add(id));
}

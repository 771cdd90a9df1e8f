import type { Mark, PhotoRow } from "../../preload/contract.ts";
import { type Matches, readText } from "./filter.ts";
import { compareBy, compareNames, mergeOrder, type Sort, sortAll, sortKey } from "./order.ts";

/** All photos and the orders that they are in. Every change gives a new one, except that the map is kept: it is large. */
export interface Catalogue {
  readonly photos: ReadonlyMap<number, PhotoRow>;
  readonly byName: readonly number[];
  readonly sorted: readonly number[];
  /** What is shown: `sorted`, filtered. The same list as before, unless it has changed. */
  readonly ids: readonly number[];
}

/** How photos are looked at. */
export interface View {
  readonly sort: Sort;
  readonly descending: boolean;
  readonly matches: Matches;
  readonly markOf: (photo: number) => Mark | undefined;
}

export function emptyCatalogue(): Catalogue {
  return { photos: new Map(), byName: [], sorted: [], ids: [] };
}

/**
 * Takes photos over that were added or changed, and takes those out that are gone. Costs as much as there are such
 * photos, and a walk along the lists if the order or what matches has changed. The map of `before` is changed.
 */
export function applyRows(
  before: Catalogue,
  changed: readonly PhotoRow[],
  gone: readonly number[],
  view: View,
): Catalogue {
  const photos = before.photos as Map<number, PhotoRow>;
  const { sort } = view;
  const renamed: PhotoRow[] = [];
  const moved: PhotoRow[] = [];
  const out = new Set<number>();
  let isFilteredAnew = false;
  for (const row of changed) {
    const old = photos.get(row.id);
    if (old === undefined || old.name !== row.name || old.place !== row.place) renamed.push(row);
    else if (sort !== "name" && sortKey(old, sort) !== sortKey(row, sort)) moved.push(row);
    else if (view.matches(old, view.markOf(row.id)) !== view.matches(row, view.markOf(row.id))) isFilteredAnew = true;
    if (old !== undefined) out.add(row.id);
    photos.set(row.id, row);
  }
  const left = gone.filter((id) => photos.delete(id));
  if (renamed.length === 0 && moved.length === 0 && left.length === 0)
    return isFilteredAnew ? refilter(before, view) : { ...before };

  const rowOf = (id: number) => photos.get(id);
  const leaving = new Set(left);
  const outOfName = union(leaving, renamed, out);
  const byName = mergeOrder(before.byName, outOfName, renamed, rowOf, compareNames);
  const outOfSort = union(outOfName, moved, out);
  const sorted =
    sort === "name"
      ? sortAll(byName, rowOf, sort, view.descending)
      : mergeOrder(before.sorted, outOfSort, [...renamed, ...moved], rowOf, compareBy(sort, view.descending));
  return refilter({ ...before, byName, sorted }, view);
}

/** Takes over a page that comes in the order by name, after all that came before. Photos that are known stay in place. */
export function appendPage(before: Catalogue, page: readonly PhotoRow[], view: View): Catalogue {
  const photos = before.photos as Map<number, PhotoRow>;
  const added = page.filter((row) => !photos.has(row.id));
  for (const row of page) {
    photos.set(row.id, row);
    readText(row);
  }
  const byName = before.byName.concat(added.map((row) => row.id));
  return resort({ ...before, byName }, view);
}

/** Everything sorted and filtered anew. */
export function resort(before: Catalogue, view: View): Catalogue {
  const sorted = sortAll(before.byName, (id) => before.photos.get(id), view.sort, view.descending);
  return refilter({ ...before, sorted }, view);
}

/** Everything filtered anew. */
export function refilter(before: Catalogue, { matches, markOf }: View): Catalogue {
  const ids = before.sorted.filter((id) => {
    const row = before.photos.get(id);
    return row !== undefined && matches(row, markOf(id));
  });
  const isSame = ids.length === before.ids.length && ids.every((id, index) => id === before.ids[index]);
  return { ...before, ids: isSame ? before.ids : ids };
}

function union(ids: ReadonlySet<number>, rows: readonly PhotoRow[], known: ReadonlySet<number>): ReadonlySet<number> {
  const result = new Set(ids);
  for (const { id } of rows) if (known.has(id)) result.add(id);
  return result;
}

import type { PhotoRow, Settings } from "../../preload/contract.ts";

/*
 * The order that photos are shown in. Comparing names as people read them costs a microsecond, and fifty thousand of
 * them are some 800,000 comparisons; so the order by name comes from the main process, is kept, and only what is new
 * is compared with it. The other orders are by number and fall back on it.
 */

export type Sort = Settings["sort"];
export type Compare = (a: PhotoRow, b: PhotoRow) => number;
export type RowOf = (id: number) => PhotoRow | undefined;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** By name as people read it (2 before 10), then by place, then by number, so that no two photos are equal. */
export const compareNames: Compare = (a, b) =>
  collator.compare(a.name, b.name) || collator.compare(a.place, b.place) || a.id - b.id;

/** What a photo is sorted by. `undefined` where it is not known: such photos come last, whichever way the order runs. */
export function sortKey(row: PhotoRow, sort: Exclude<Sort, "name">): number | undefined {
  switch (sort) {
    case "taken":
      return row.takenMs;
    case "bytes":
      return row.bytes;
    case "megapixels":
      return row.width === undefined || row.height === undefined ? undefined : row.width * row.height;
  }
}

/** How two photos compare; photos of one key follow one another by name in either direction. */
export function compareBy(sort: Sort, descending: boolean): Compare {
  const sign = descending ? -1 : 1;
  if (sort === "name") return (a, b) => sign * compareNames(a, b);
  return (a, b) => {
    const left = sortKey(a, sort);
    const right = sortKey(b, sort);
    if (left === right) return compareNames(a, b);
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    return sign * (left - right);
  };
}

/** Everything in order. @param byName all ids by name */
export function sortAll(byName: readonly number[], rowOf: RowOf, sort: Sort, descending: boolean): readonly number[] {
  if (sort === "name") return descending ? byName.toReversed() : byName;
  const keys = new Float64Array(byName.length);
  const known: number[] = [];
  const unknown: number[] = [];
  byName.forEach((id, index) => {
    const row = rowOf(id);
    const key = row === undefined ? undefined : sortKey(row, sort);
    if (key === undefined) unknown.push(id);
    else {
      keys[index] = key;
      known.push(index);
    }
  });
  const sign = descending ? -1 : 1;
  // Array.sort is stable, so equal keys keep the order by name.
  known.sort((a, b) => sign * ((keys[a] ?? 0) - (keys[b] ?? 0)));
  return known.map((index) => byName[index] ?? 0).concat(unknown);
}

/** An order with some photos taken out and others put in at their places; what stays is not compared anew. */
export function mergeOrder(
  order: readonly number[],
  out: ReadonlySet<number>,
  added: readonly PhotoRow[],
  rowOf: RowOf,
  compare: Compare,
): readonly number[] {
  const kept = out.size === 0 ? order : order.filter((id) => !out.has(id));
  if (added.length === 0) return kept;
  const result: number[] = [];
  let from = 0;
  for (const row of [...added].sort(compare)) {
    const at = placeOf(row, kept, from, rowOf, compare);
    for (; from < at; from++) result.push(kept[from] ?? 0);
    result.push(row.id);
  }
  for (; from < kept.length; from++) result.push(kept[from] ?? 0);
  return result;
}

/** Where a photo belongs, at `from` or after it. */
function placeOf(row: PhotoRow, order: readonly number[], from: number, rowOf: RowOf, compare: Compare): number {
  let low = from;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = rowOf(order[middle] ?? 0);
    if (other !== undefined && compare(other, row) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

import { existsSync } from "node:fs";
import { FORMATS } from "../core/formats.ts";
import { foldName, type NameRequest, nameResults } from "../core/naming.ts";
import { hashFile } from "../system/hash-file.ts";
import type { Ledger, LedgerRow } from "./ledger.ts";
import type { PlannedPhoto } from "./plan.ts";

type Sized = Omit<PlannedPhoto, "output">;

/**
 * Names the results so that no photo is given a name that another one has, in this run or an earlier one. A photo
 * keeps the names it had; one that was moved (the same bytes, and nothing where they were) takes its names along.
 */
export async function nameAll(
  sized: readonly Sized[],
  ledger: Ledger | undefined,
): Promise<ReadonlyMap<string, string>> {
  const rows = ledger?.all() ?? [];
  const bySource = groupBy(rows, (row) => row.source);
  const byOutput = groupBy(rows, (row) => foldName(row.output));
  const claimed = new Map<string, readonly string[]>();
  const owned = new Set<string>();
  for (const planned of sized) {
    const { path, place } = planned.photo;
    const own = bySource.get(path) ?? (await movedRows(planned, rows, byOutput));
    if (own.length > 0)
      claimed.set(
        place,
        own.map((row) => row.output),
      );
    for (const row of own) owned.add(row.output);
  }
  const others = rows.map((row) => row.output).filter((output) => !owned.has(output));
  return nameResults(sized.map(nameRequest), claimed, others);
}

/** Map.groupBy, which Node 20 does not have. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

async function movedRows(
  { photo, header, format }: Sized,
  rows: readonly LedgerRow[],
  byOutput: ReadonlyMap<string, readonly LedgerRow[]>,
): Promise<readonly LedgerRow[]> {
  const plain = nameResults([nameRequest({ photo, header, format })]).get(photo.place) ?? "";
  const meets = byOutput.get(foldName(plain))?.some((row) => !existsSync(row.source)) === true;
  if (!meets) return [];
  try {
    const sha256 = await hashFile(photo.path);
    return rows.filter((row) => row.source_sha256 === sha256 && !existsSync(row.source));
  } catch {
    // A source that cannot be read is found out, and said, when its turn comes.
    return [];
  }
}

function nameRequest(planned: Pick<PlannedPhoto, "photo" | "header" | "format">): NameRequest {
  const keepsName = planned.format === planned.header.format;
  return { source: planned.photo.place, extension: keepsName ? undefined : FORMATS[planned.format].extension };
}

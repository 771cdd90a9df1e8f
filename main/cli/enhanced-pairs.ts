import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { expected } from "../core/errors.ts";
import type { ExportItem } from "../export/items.ts";
import { LEDGER_FOLDER, Ledger, type LedgerRow } from "../queue/ledger.ts";

/** Results of other folders go to the pairs of the same photo. */
export function withOthers(
  pairs: readonly ExportItem[],
  folders: readonly (readonly ExportItem[])[],
): readonly ExportItem[] {
  // A result of what the photo was before it was changed belongs to another.
  const photoOf = ({ source, sourceSha256 }: ExportItem) => `${sourceSha256} ${source}`;
  const byPhoto = folders.map((items) => new Map(items.map((item) => [photoOf(item), item])));
  return pairs.map((pair) => {
    const others = byPhoto.flatMap((found) => found.get(photoOf(pair)) ?? []);
    return {
      ...pair,
      others: others.map(({ result, resultSha256, width, height }) => ({ result, resultSha256, width, height })),
    };
  });
}

/** What was enhanced into a folder and is there. @throws SilvergrainError USAGE where nothing was; TARGET_BUSY */
export function pairsIn(enhanced: string): readonly ExportItem[] {
  if (!existsSync(join(enhanced, LEDGER_FOLDER, "ledger.db")))
    throw expected("The folder of results", "one that `silvergrain enhance --out` has written to", enhanced);
  const ledger = Ledger.open(enhanced, "look");
  try {
    const pairs = ledger.all().flatMap((row) => pairOf(enhanced, row));
    if (pairs.length === 0) throw expected("The folder of results", "one with finished results in it", enhanced);
    return pairs;
  } finally {
    ledger.close();
  }
}

function pairOf(enhanced: string, row: LedgerRow): readonly ExportItem[] {
  const { output, source, source_sha256, sha256, width, height, flags, notes } = row;
  if (sha256 === null || width === null || height === null) return [];
  const result = join(enhanced, output);
  const folder = relative(enhanced, dirname(result)).split(sep).join("/");
  // Books may come from a stranger, and a move deletes.
  if (isAbsolute(folder) || folder.split("/")[0] === "..") return [];
  return [
    {
      source,
      sourceSha256: source_sha256,
      result,
      resultSha256: sha256,
      width,
      height,
      flags,
      notes,
      folder,
      pins: [],
      others: [],
    },
  ];
}

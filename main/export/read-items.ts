import type { StopSignal } from "../core/enhance.ts";
import { asSilvergrainError } from "../core/errors.ts";
import type { PhotoDetails } from "../core/viewing.ts";
import { type ExportItem, factsOf, type ReadItem } from "./items.ts";
import type { ExportOutcome } from "./run-export.ts";

/** Reads a file's header and metadata; an engine in production. Rejects with a SilvergrainError. */
export type ReadDetails = (path: string) => Promise<PhotoDetails>;

/**
 * Reads what names and lists tell of each pair. A pair whose files cannot be read is left out, with the reason.
 * @param batch its name
 * @param resultAt where the result of an item is now
 */
export async function readItems(
  items: readonly ExportItem[],
  read: ReadDetails,
  batch: string,
  signal: StopSignal,
  resultAt: (item: ExportItem) => string,
): Promise<{ readonly items: readonly ReadItem[]; readonly failed: readonly ExportOutcome[] }> {
  const found: ReadItem[] = [];
  const failed: ExportOutcome[] = [];
  for (const item of items) {
    if (signal.aborted) break;
    try {
      const source = await read(item.source);
      const result = await read(resultAt(item));
      const others: PhotoDetails[] = [];
      for (const other of item.others) others.push(await read(other.result));
      found.push(factsOf(item, source, result, others, batch));
    } catch (thrown) {
      const { code, message } = asSilvergrainError(thrown);
      failed.push({ item, paths: [], state: "failed", code, message });
    }
  }
  return { items: found, failed };
}

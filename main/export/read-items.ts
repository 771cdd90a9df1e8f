import type { StopSignal } from "../core/enhance.ts";
import { asSilvergrainError } from "../core/errors.ts";
import type { PhotoDetails } from "../core/viewing.ts";
import { type ExportItem, factsOf, type ReadItem } from "./items.ts";
import type { ExportOutcome } from "./run-export.ts";
import { refuseChanged } from "./transfer.ts";

/** Reads a file's header and metadata; an engine in production. Rejects with a SilvergrainError. */
export type ReadDetails = (path: string) => Promise<PhotoDetails>;

/**
 * Reads what names and lists tell of each pair. A pair whose files cannot be read is left out, with the reason.
 * @param batch its name
 * @param resultAt where the result of an item is now
 * @param areCompared whether the files have to be those that the books know: what goes into one file with others is left out here
 */
export async function readItems(
  items: readonly ExportItem[],
  read: ReadDetails,
  batch: string,
  signal: StopSignal,
  resultAt: (item: ExportItem) => string,
  areCompared: boolean,
): Promise<{ readonly items: readonly ReadItem[]; readonly failed: readonly ExportOutcome[] }> {
  const found: ReadItem[] = [];
  const failed: ExportOutcome[] = [];
  for (const [i, item] of items.entries()) {
    if (signal.aborted) break;
    try {
      const at = resultAt(item);
      const [source, result, ...others] = await Promise.all([
        read(item.source),
        read(at),
        ...item.others.map((other) => read(other.result)),
      ]);
      if (areCompared) await refuseOtherPictures({ ...item, at });
      found.push(factsOf(item, { n: i + 1, at }, source, result, others, batch));
    } catch (thrown) {
      const { code, message } = asSilvergrainError(thrown);
      failed.push({ item, paths: [], state: "failed", code, message });
    }
  }
  return { items: found, failed };
}

/** @throws SilvergrainError SOURCE_CHANGED where a picture is not the one that was enhanced or made; SOURCE_* */
export async function refuseOtherPictures(item: ExportItem & Pick<ReadItem, "at">): Promise<void> {
  await refuseChanged(item.source, item.sourceSha256);
  await refuseChanged(item.at, item.resultSha256);
  for (const other of item.others) await refuseChanged(other.result, other.resultSha256);
}

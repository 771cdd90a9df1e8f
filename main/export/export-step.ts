import type { Transfer } from "../core/export.ts";
import { hashText } from "../system/hash-file.ts";
import type { ExportItem, ReadItem } from "./items.ts";
import type { PinPage } from "./pin-pages.ts";
import type { SheetPage } from "./sheet-pages.ts";

/** One file of an export. */
export interface ExportStep {
  /** Below the target folder, with forward slashes. */
  readonly path: string;
  /** What it is made of: who had this name before may have it again. */
  readonly owner: string;
  /** Of everything that its bytes depend on. */
  readonly key: string;
  readonly work:
    | { readonly kind: "transfer"; readonly by: Transfer; readonly from: string; readonly sha256: string }
    | { readonly kind: "composite"; readonly item: ReadItem }
    | { readonly kind: "page"; readonly items: readonly ReadItem[] }
    | { readonly kind: "sheet"; readonly pages: readonly SheetPage[] }
    | { readonly kind: "pin-sheet"; readonly pages: readonly PinPage[] };
}

/** The files that are made of one item; a page belongs to all of them. */
export interface PlannedItem {
  readonly item: ReadItem;
  readonly steps: readonly ExportStep[];
}

/** Who has the name of a result in paired trees. */
export function ownerOfResult({ source, result }: ExportItem): string {
  return ownerOf("transfer", { side: "enhanced" }, [[source, result]]);
}

function ownerOf(kind: string, look: unknown, paths: readonly (readonly string[])[]): string {
  return hashText(JSON.stringify([kind, look, paths]));
}

/** What a file depends on. */
interface StepFacts {
  /** What was asked for: with another look it is another file, of another name. */
  readonly look: unknown;
  /** What it tells of its photos: when that changes it is made again, under its name. */
  readonly told?: unknown;
  /** What is written into it, in the reader's language: as what it tells. */
  readonly words?: string;
}

/** A file of an export that shows these items. */
export function stepOf(
  path: string,
  items: readonly ReadItem[],
  { look, told, words = "" }: StepFacts,
  work: ExportStep["work"],
): ExportStep {
  const hashes = items.map(({ sourceSha256, resultSha256, others }) => [
    sourceSha256,
    resultSha256,
    ...others.map((other) => other.resultSha256),
  ]);
  const paths = items.map(({ source, result }) => [source, result]);
  return {
    path,
    owner: ownerOf(work.kind, look, paths),
    key: hashText(JSON.stringify([work.kind, look, told, hashes, words])),
    work,
  };
}

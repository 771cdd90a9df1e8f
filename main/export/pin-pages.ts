import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ExportOptions } from "../core/export.ts";
import type { Size } from "../core/geometry.ts";
import { cropIn } from "../core/montage-pins.ts";
import { resultSize } from "../core/montage-spec.ts";
import { pinCrop } from "../core/pin-sheet.ts";
import { madeCaption } from "./composite.ts";
import type { ReadItem } from "./items.ts";
import { readOf, type SheetTools, sheetRequest, type UnreadItems, writeSheet } from "./sheet-file.ts";
import { type PageNumber, pageSpec, titleOf } from "./sheet-pages.ts";

/** Pins of one photo on a page. */
export interface PinBlock {
  readonly item: ReadItem;
  /** Its pins from this one on. */
  readonly first: number;
  readonly count: number;
}

/** A page of a pin sheet. */
export interface PinPage extends PageNumber {
  readonly blocks: readonly PinBlock[];
}

/**
 * Makes a pin sheet: one PDF of all pages, or one PNG. Its px are those of the results, to the last bit: pages are not
 * JPEGs.
 * @returns the photos that could not be read
 * @throws SilvergrainError DISK_FULL, TARGET_UNWRITABLE, CANCELLED, ENGINE_*
 */
export async function makePinSheet(
  pages: readonly PinPage[],
  options: ExportOptions,
  output: string,
  tools: SheetTools,
): Promise<UnreadItems> {
  const unread: UnreadItems = new Map();
  const strips = new PinStrips(options, tools, unread);
  try {
    await writeSheet(pages, options, "png", output, tools.workDir, async (page, path) => {
      const shown: { readonly block: PinBlock; readonly strip: string | undefined }[] = [];
      for (const block of page.blocks) shown.push({ block, strip: await strips.of(block.item) });
      const blocks = shown.map(({ block, strip }) => blockSpec(block, strip, options, tools));
      const sheet = { kind: "pin-page" as const, ...pageSpec(page, options, tools.title), blocks };
      const paths = shown.flatMap(({ strip }) => strip ?? []);
      const request = sheetRequest(sheet, paths, "png", path, tools.workDir);
      await tools.engine.montage(request, { signal: tools.signal });
      // Whoever goes on on the next page is the last here.
      await strips.keepOnly(page.blocks.at(-1)?.item);
    });
  } finally {
    await strips.keepOnly(undefined);
  }
  return unread;
}

/** The crops of photos, each photo's in a file, made when they are first wanted. */
class PinStrips {
  private readonly files = new Map<ReadItem, string | undefined>();
  private made = 0;

  constructor(
    private readonly options: ExportOptions,
    private readonly tools: SheetTools,
    private readonly unread: UnreadItems,
  ) {}

  /** @returns `undefined` where a picture of the photo could not be read */
  async of(item: ReadItem): Promise<string | undefined> {
    if (this.files.has(item)) return this.files.get(item);
    const { engine, workDir, signal, onPhoto } = this.tools;
    const path = join(workDir, `pins-${this.made++}.png`);
    const sheet = { kind: "pin-strip" as const, pins: item.pins, crop: pinCropOf(item, this.options) };
    const request = sheetRequest(sheet, pathsOf(item), "png", path, workDir, this.options.baseline);
    const made = await readOf(item, this.unread, () => engine.montage(request, { signal }));
    const file = made === undefined ? undefined : path;
    this.files.set(item, file);
    onPhoto();
    return file;
  }

  async keepOnly(kept: ReadItem | undefined): Promise<void> {
    for (const [item, file] of this.files) {
      if (item === kept) continue;
      if (file !== undefined) await rm(file, { force: true });
      this.files.delete(item);
    }
  }
}

/** What a pin's crop shows of a photo, in px of its largest picture. */
export function pinCropOf(item: ReadItem, { paper, landscape }: Pick<ExportOptions, "paper" | "landscape">): Size {
  const room = pinCrop({ paper, isLandscape: landscape }, pathsOf(item).length);
  return cropIn(room, resultSize({ kind: "grid", pictures: sizesOf(item) }));
}

function pathsOf({ source, at, others }: ReadItem): readonly string[] {
  return [source, at, ...others.map((other) => other.result)];
}

function sizesOf({ sourceWidth, sourceHeight, width, height, others }: ReadItem): readonly Size[] {
  return [{ width: sourceWidth, height: sourceHeight }, { width, height }, ...others];
}

function blockSpec(
  { item, first, count }: PinBlock,
  strip: string | undefined,
  options: ExportOptions,
  tools: SheetTools,
) {
  const { words } = tools;
  const { facts, others, otherFacts, sourceWidth, sourceHeight, pins } = item;
  const title = titleOf(item);
  const crop = pinCropOf(item, options);
  // No strip, no rows: the photo is named with the reason.
  if (strip === undefined) return { title: `${title} · ${words.unreadable}`, captions: [], labels: [], first: 0, crop };
  const original = `${words.original} · ${sourceWidth} × ${sourceHeight} · ${words.baselines[options.baseline]}`;
  const made = others.map((other, i) => madeCaption(otherFacts[i] ?? facts, other));
  return {
    title,
    captions: [original, madeCaption(facts, item), ...made],
    labels: pins.slice(first, first + count).map((pin) => placeOf(pin)),
    first,
    crop,
  };
}

/** A pin's name, and where it is. */
function placeOf({ name, x, y }: ReadItem["pins"][number]): string {
  const place = [x, y].map((share) => `${(share * 100).toFixed(1)} %`).join(", ");
  return name === "" ? place : `${name} · ${place}`;
}

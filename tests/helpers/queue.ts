import { join } from "node:path";
import type { ModelFacts } from "../../main/core/enhance.ts";
import type { BatchSettings, PlannedPhoto } from "../../main/queue/plan.ts";
import { QUEUE_MIGRATIONS } from "../../main/queue/schema.ts";
import { QueueStore } from "../../main/queue/store.ts";
import { type Books, closeBooks, openBooks } from "../../main/system/books.ts";
import { FAKE_MODEL } from "./models.ts";

export const SETTINGS: BatchSettings = {
  model: FAKE_MODEL,
  restoring: undefined,
  size: { kind: "native" },
  strength: 1,
  format: "keep",
  quality: undefined,
  stripGps: false,
  device: "cpu",
  threads: 1,
  allowSpinning: true,
  tilePx: undefined,
  maxMegapixels: 400,
  overwrite: false,
};

export const findFakeModel = (id: string): ModelFacts => ({ ...FAKE_MODEL, id });

/** A photo of 64 × 48 px to be made 4 times as large. */
export function planned(name: string, changes: Partial<PlannedPhoto> = {}): PlannedPhoto {
  return {
    photo: { path: join("/photos", name), place: name },
    header: { format: "png", size: { width: 64, height: 48 }, bits: 8, hasAlpha: false, wear: {} },
    model: FAKE_MODEL,
    stamp: { bytes: 100, mtimeMs: 1 },
    format: "png",
    target: { width: 256, height: 192 },
    passes: 1,
    output: name,
    ...changes,
  };
}

/** The queue's database in a folder. */
export function openQueueBooks(folder: string): Books {
  return openBooks(join(folder, "queue.db"), { kind: "target", folder }, QUEUE_MIGRATIONS);
}

/** The queue in a folder, opened as a program that starts opens it. */
export function openQueue(
  folder: string,
  now?: () => number,
): { readonly store: QueueStore; readonly close: () => void } {
  const books = openQueueBooks(folder);
  return { store: new QueueStore(books, folder, now), close: () => closeBooks(books) };
}

export const batchFor = (target: string, name = "a batch") => ({ name, target, settings: SETTINGS });

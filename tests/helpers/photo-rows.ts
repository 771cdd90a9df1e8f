import type { Mark, PhotoRow } from "../../preload/contract.ts";

/** A photo of the library, with what a test does not care about filled in. */
export function photoRow(part: Partial<PhotoRow> & { readonly id: number }): PhotoRow {
  const name = part.name ?? `photo ${part.id}.jpg`;
  return {
    folder: 1,
    name,
    place: name,
    format: "jpeg",
    bytes: 1000,
    changedMs: 0,
    width: 300,
    height: 200,
    takenMs: undefined,
    thumbnail: undefined,
    error: undefined,
    stars: 0,
    flag: "none",
    label: "none",
    keepsOriginal: false,
    ...part,
  };
}

/** How far a photo's enhancement is. */
export function markOf(photo: number, state: Mark["state"], part: Partial<Mark> = {}): Mark {
  return {
    photo,
    state,
    fraction: 0,
    isFlagged: false,
    code: undefined,
    message: undefined,
    scale: undefined,
    ...part,
  };
}

import type { BatchPhoto } from "../queue/plan.ts";

/** A photo of the library, as it is put into a batch. */
export interface ChosenPhoto {
  /** Absolute path. */
  readonly path: string;
  /** Of its folder in the library. */
  readonly folderName: string;
  /** Path below that folder, forward slashes. */
  readonly place: string;
}

/**
 * Where results go below the target: as the photos lie in their folder; of several folders, each in a folder of its
 * name. Two photos never get one place.
 */
export function placesFor(photos: readonly ChosenPhoto[]): readonly BatchPhoto[] {
  const several = new Set(photos.map(({ folderName }) => folderName)).size > 1;
  const taken = new Set<string>();
  return photos.map(({ path, folderName, place }) => {
    const wanted = several ? `${folderName}/${place}` : place;
    let own = wanted;
    for (let n = 2; taken.has(own); n++) own = `${n}/${wanted}`;
    taken.add(own);
    return { path, place: own };
  });
}

/** A batch is called after what it was made from. */
export function batchName(photos: readonly ChosenPhoto[]): string {
  const [first] = photos;
  if (first === undefined) return "";
  const folders = new Set(photos.map(({ folderName }) => folderName));
  if (photos.length === 1) return first.place.split("/").at(-1) ?? first.place;
  return [...folders].slice(0, 2).join(", ") + (folders.size > 2 ? " …" : "");
}

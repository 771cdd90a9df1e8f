import { createStore } from "zustand/vanilla";
import type { AppEvent, Folder, Judgement, Mark, Opening, PhotoRow } from "../preload/contract.ts";
import { ask } from "./api.ts";
import {
  appendPage,
  applyRows,
  type Catalogue,
  emptyCatalogue,
  refilter,
  resort,
  type View,
} from "./gallery/catalogue.ts";
import { type Filters, isFailed, matcher, NO_FILTERS, needsMarks, type Scope } from "./gallery/filter.ts";
import { tellFailure } from "./notice-store.ts";
import { queueStore } from "./queue-store.ts";
import { settingsStore } from "./settings-store.ts";

export type { Filters, Scope } from "./gallery/filter.ts";

/** The library, as it is looked at. */
export interface LibraryFacts extends Catalogue {
  readonly folders: readonly Folder[];
  readonly scope: Scope;
  readonly filters: Filters;
  /** Goes up with every change of a photo: `photos` stays the same map. */
  readonly version: number;
  readonly isLoading: boolean;
}

/** Photos in the states that the sidebar lists. */
export interface Counts {
  readonly all: number;
  readonly picked: number;
  readonly enhanced: number;
  readonly failed: number;
}

export const libraryStore = createStore<LibraryFacts>(() => ({
  ...emptyCatalogue(),
  folders: [],
  scope: "all",
  filters: NO_FILTERS,
  version: 0,
  isLoading: false,
}));

const FIRST_PAGE = 500;
const PAGE = 5000;
/** Rows that are taken over at once: their names are compared with those of the whole library. */
const SLICE = 1000;

/** Takes the opening's folders over, and loads the photos: a first screen at once, then the rest. */
export async function beginLibrary(opening: Opening): Promise<void> {
  libraryStore.setState({ folders: opening.folders, isLoading: true });
  try {
    let offset = 0;
    for (let isWhole = false; !isWhole; ) {
      const limit = offset === 0 ? FIRST_PAGE : PAGE;
      const page = await ask("photos", { offset, limit });
      setCatalogue(appendPage(libraryStore.getState(), page, view()));
      isWhole = page.length < limit && takenOut === 0;
      // What was taken out meanwhile has moved the rest to the front: those are asked for again.
      offset = Math.max(0, offset + page.length - takenOut);
      takenOut = 0;
    }
  } catch (error) {
    tellFailure(error);
  } finally {
    libraryStore.setState({ isLoading: false });
    applyNext();
  }
}

const waiting: { readonly changed: PhotoRow[]; readonly gone: number[] }[] = [];
let takenOut = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Takes over what the main process says of photos; of very many, a slice at a time, so that the page stays quick. While
 * pages come it waits: they are in order, and what is put between them would not be.
 */
export function applyPhotos({ changed, gone }: Omit<Extract<AppEvent, { type: "photos" }>, "type">): void {
  if (libraryStore.getState().isLoading) takenOut += gone.length;
  waiting.push({ changed: changed.slice(0, SLICE), gone: [...gone] });
  for (let at = SLICE; at < changed.length; at += SLICE)
    waiting.push({ changed: changed.slice(at, at + SLICE), gone: [] });
  if (timer === undefined && !libraryStore.getState().isLoading) applyNext();
}

function applyNext(): void {
  timer = undefined;
  const next = waiting.shift();
  if (next === undefined) return;
  setCatalogue(applyRows(libraryStore.getState(), next.changed, next.gone, view()));
  if (waiting.length > 0) timer = setTimeout(applyNext);
}

/** Takes the list of folders over. When the one that is looked at is gone, all photos are. */
export function setFolders(folders: readonly Folder[]): void {
  const { scope } = libraryStore.getState();
  libraryStore.setState({ folders });
  if (typeof scope === "number" && !folders.some((folder) => folder.id === scope)) setScope("all");
}

export function setScope(scope: Scope): void {
  libraryStore.setState((facts) => refilter({ ...facts, scope } as LibraryFacts, view(scope, facts.filters)));
}

export function setFilters(part: Partial<Filters>): void {
  libraryStore.setState((facts) => {
    const filters = { ...facts.filters, ...part };
    return refilter({ ...facts, filters } as LibraryFacts, view(facts.scope, filters));
  });
}

export function clearFilters(): void {
  setFilters(NO_FILTERS);
}

/** Changes what is thought of photos, before the main process has said so. */
export function judgeLocally(change: ReadonlyMap<number, Partial<Judgement>>): void {
  const { photos } = libraryStore.getState();
  const changed: PhotoRow[] = [];
  for (const [id, judgement] of change) {
    const row = photos.get(id);
    if (row !== undefined) changed.push({ ...row, ...judgement });
  }
  setCatalogue(applyRows(libraryStore.getState(), changed, [], view()));
}

/** Counts for the sidebar; the same object until something changes. */
export function countsOf(facts: LibraryFacts, marks: ReadonlyMap<number, Mark>): Counts {
  if (counted?.version !== facts.version || counted.marks !== marks)
    counted = { version: facts.version, marks, counts: countAll(facts.photos, marks) };
  return counted.counts;
}

let counted:
  | { readonly version: number; readonly marks: ReadonlyMap<number, Mark>; readonly counts: Counts }
  | undefined;

function countAll(photos: ReadonlyMap<number, PhotoRow>, marks: ReadonlyMap<number, Mark>): Counts {
  let picked = 0;
  let enhanced = 0;
  let failed = 0;
  for (const row of photos.values()) {
    const mark = marks.get(row.id);
    if (row.flag === "pick") picked++;
    if (mark?.state === "done") enhanced++;
    if (isFailed(row, mark)) failed++;
  }
  return { all: photos.size, picked, enhanced, failed };
}

function setCatalogue(catalogue: Catalogue): void {
  libraryStore.setState(({ version }) => ({ ...catalogue, version: version + 1 }));
}

function view(scope?: Scope, filters?: Filters): View {
  const facts = libraryStore.getState();
  const { sort, descending } = settingsStore.getState().settings;
  const { marks } = queueStore.getState();
  const matches = matcher(scope ?? facts.scope, filters ?? facts.filters);
  return { sort, descending, matches, markOf: (photo) => marks.get(photo) };
}

settingsStore.subscribe(({ settings }, before) => {
  if (settings.sort === before.settings.sort && settings.descending === before.settings.descending) return;
  setCatalogue(resort(libraryStore.getState(), view()));
});

queueStore.subscribe(({ marks }, before) => {
  const { scope, filters } = libraryStore.getState();
  if (marks !== before.marks && needsMarks(scope, filters)) setCatalogue(refilter(libraryStore.getState(), view()));
});
